#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "models/flow/flow.h"
#include "runtime/program.h"

namespace figment::studio {

/// Turns noise into creatures by a normalising flow, and creatures into noise, keeping what lies between the steps.
class FlowPainter {
 public:
  static constexpr int zoom = 4;  ///< pixels a cell, along each side, of what is shown

  FlowPainter(runtime::Context& context, std::shared_ptr<models::Flow> network, int count);
  ~FlowPainter();

  /// Normal noise of this deviation; then decode().
  void make_noise(std::uint64_t seed, float temperature);
  void set_noise(const std::vector<float>& noise);        ///< [count, side, side, 3]
  void set_pictures(const std::vector<float>& pictures);  ///< [count, side, side, 3] in [-1, 1]

  /// Submit the noise's way to pictures, or the pictures' way to noise, without waiting.
  void decode();
  void encode();
  /// Like these, about `budget_ms` of it; returns whether that was all.
  bool advance(bool is_decoding, double budget_ms);
  bool is_idle(bool is_decoding) const;

  std::vector<float> read_noise();     ///< waits
  std::vector<float> read_pictures();  ///< waits

  int count() const { return count_; }
  int side() const { return static_cast<int>(network_->config().side); }
  int shown_side() const { return side() * zoom; }
  int stages() const {
    return static_cast<int>(network_->config().blocks()) + 1;
  }  ///< 0 is noise, the last the picture
  /// What the last way passed: f32 [count, shown_side, shown_side, 3], valid as long as the painter.
  runtime::BufferSlice stage_memory(int stage);
  runtime::BufferSlice strip_memory();  ///< f32 [stages, shown_side, shown_side, 3] of the first picture
  std::vector<runtime::Program*> compiled();

 private:
  struct Programs;
  void show(const std::vector<tensor::Tensor>& states) const;

  runtime::Context& context_;
  std::shared_ptr<models::Flow> network_;
  int count_;
  tensor::Variable noise_, pictures_, display_, strip_;
  std::unique_ptr<Programs> programs_;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Flow> load_flow(const std::filesystem::path& weights = {});

}  // namespace figment::studio
