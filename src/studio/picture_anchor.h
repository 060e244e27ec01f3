#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "models/diffusion/unet.h"
#include "runtime/program.h"
#include "sampling/schedule.h"

namespace figment::studio {

/// Ties a diffusion run to pictures that are there already: it begins from them under noise instead of from noise alone
/// (image to image; Meng et al., 2022), and what a mask says is to stay is put back under the noise of each level, so
/// that the rest is painted to fit (in-painting; Lugmayr et al., 2022).
class PictureAnchor {
 public:
  /// The variables of the run that it writes.
  struct Run {
    tensor::Variable x;        ///< [count, side, side, depth]
    tensor::Variable display;  ///< [count, picture, picture, 3]
    tensor::Variable strip;    ///< [1, stages, picture * picture * 3]
  };

  PictureAnchor(runtime::Context& context, const models::UnetConfig& config, const Run& run);
  ~PictureAnchor();

  /// Pictures [picture, picture, 3] in [-1, 1], one for all or as many as the run's; a mask [picture, picture] for
  /// each, 1 where it is to be made anew, 0 where it stays; empty: anew all over. Throws Error if the sizes are wrong.
  void set(std::span<const float> pictures, std::span<const float> masks);
  void begin(std::uint64_t seed, const sampling::SchedulePoint& level);  ///< submits the start of a run
  /// Submits what puts the known parts back at a level; `stage` of the strip is drawn again.
  void hold(const sampling::SchedulePoint& level, int stage);
  /// How often a step to this level is taken once more, so that what is new grows together with what stays.
  int repeats(const sampling::SchedulePoint& level) const;
  /// Submits the way back from a level to the noisier one before it, with fresh noise, for that.
  void go_back(const sampling::SchedulePoint& from, const sampling::SchedulePoint& to, std::uint64_t seed, int step);
  std::array<runtime::Program*, 3> compiled();

 private:
  struct Programs;
  runtime::Context& context_;
  models::UnetConfig config_;
  Run run_;
  tensor::Variable known_, mask_, noise_;
  bool has_mask_ = false;
  std::unique_ptr<Programs> programs_;
};

}  // namespace figment::studio
