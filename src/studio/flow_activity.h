#pragma once
#include "data/picture_source.h"
#include "studio/flow_painter.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Noise becomes creatures block by block, or creatures become noise and come back; below it the way from one held-out
/// picture to another through the noise. A press on that way takes another pair.
class FlowActivity : public RepeatingActivity {
 public:
  FlowActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return way_state_ == Way::done && shown_ + 1 >= order_.size(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  using Clock = core::Clock;
  static constexpr int way_length = 8;  ///< pictures from one held-out picture to the other

  bool is_encoding() const;
  std::vector<float> held_out(std::uint64_t first, int count) const;
  /// The way between the present pair is made in bits, beside what else goes on.
  enum class Way { to_encode, encoding, decoding, done };
  void begin_way();
  void advance_way(double budget_ms);
  void mix_noise();

  data::PictureSource source_;
  std::shared_ptr<models::Flow> network_;
  std::unique_ptr<FlowPainter> painter_;
  std::unique_ptr<FlowPainter> next_;  ///< for another number of pictures; the present one stays until it is ready
  std::unique_ptr<FlowPainter> way_;
  std::vector<float> originals_;  ///< of what was encoded
  std::vector<int> order_;        ///< stages to show, one after the other
  std::size_t shown_ = 0;         ///< index in order_
  std::uint64_t pair_ = 0;        ///< grows with each press
  Way way_state_ = Way::to_encode;
  float error_ = 0;  ///< largest difference of a picture that came back
  bool is_computing_ = false;
  Clock::time_point since_;
};

}  // namespace figment::studio
