#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/random.h"
#include "models/diffusion/unet.h"
#include "runtime/program.h"
#include "sampling/step_table.h"

namespace figment::training {

/// A growing pool of noise and the pictures that a diffusion network makes of it, with guidance and a quick sampler:
/// what straightens a flow. Pictures are as the U-Net sees them, [side, side, depth].
class FlowPairs {
 public:
  struct Options {
    int steps = 12;         ///< of the sampler
    float guidance = 1.4F;  ///< ends up in the flow, which then needs none
    int at_once = 16;       ///< pictures
    int most = 8192;        ///< pairs in memory, about 50 kB each
  };

  FlowPairs(runtime::Context& context, std::shared_ptr<models::Unet> network, const Options& options);
  ~FlowPairs();

  /// Towards one evaluation of the network, which makes its share of the next pairs: submits about `budget_ms` of it
  /// without waiting; true once it is done, or nothing is to do since the pool is full.
  bool advance(core::Random& random, double budget_ms);
  void advance(core::Random& random);  ///< a whole one; waits for it
  void wait() const;                   ///< until the device is done with what was submitted
  int count() const { return static_cast<int>(labels_.size() / classes()); }
  bool is_full() const { return count() + options_.at_once > options_.most; }

  /// Random pairs: noise and pictures [B, side, side, depth], labels [B] of each attribute one behind the other. Throws
  /// Error if there is none yet.
  void sample(core::Random& random, std::span<float> noise, std::span<float> pictures,
              std::span<std::int32_t> labels) const;

 private:
  struct Step;
  std::size_t classes() const { return network_->config().classes.size(); }
  void trace();
  void begin(core::Random& random);
  void finish();

  runtime::Context& context_;
  std::shared_ptr<models::Unet> network_;
  Options options_;
  sampling::StepTable table_;
  std::size_t row_ = 0;  ///< next of the table
  bool is_evaluating_ = false;
  bool is_submitted_ = false;  ///< all of the evaluation
  std::unique_ptr<Step> step_;
  tensor::Variable x_, saved_;
  std::array<tensor::Variable, 3> history_;
  std::vector<float> begun_noise_;
  std::vector<std::int32_t> begun_labels_;  ///< [at_once, classes]
  std::vector<std::uint16_t> noise_;        ///< as half floats
  std::vector<std::uint16_t> pictures_;
  std::vector<std::int32_t> labels_;  ///< [count, classes]
};

}  // namespace figment::training
