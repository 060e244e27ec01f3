#pragma once
#include <chrono>

#include "studio/activity.h"
#include "studio/picture_generator.h"

namespace figment::studio {

/// Paints a grid of landscapes out of noise, again and again.
class DiffusionActivity : public Activity {
 public:
  DiffusionActivity(runtime::Context& context, const Request& request);

  void set_request(const Request& request) override;
  void advance(double budget_ms) override;
  void restart() override;
  void single_step() override;
  const View& view() const override { return view_; }
  std::vector<const runtime::Program*> programs() const override { return generator_->programs(); }

 private:
  void begin();
  void take_rows(int rows);  ///< that were finished; begins the rest after the last
  void publish();

  runtime::Context& context_;
  std::shared_ptr<models::Unet> network_;
  std::unique_ptr<PictureGenerator> generator_;
  PictureRequest request_;
  std::uint64_t seed_offset_ = 0;  ///< grows with each new grid, so that the show goes on
  bool first_ = true;
  std::chrono::steady_clock::time_point finished_at_;
  bool resting_ = false;  ///< the finished pictures are shown for a moment
  View view_;
  std::uint64_t rows_done_ = 0;
  double rate_ = 0;
  std::chrono::steady_clock::time_point rate_since_;
  std::uint64_t rate_rows_ = 0;
};

}  // namespace figment::studio
