#pragma once
#include "studio/diffusion_start.h"
#include "studio/forward_process.h"
#include "studio/picture_generator.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Paints a grid of landscapes out of noise, again and again. A pointer on "progress" or "strip" goes to a step of the
/// present run; settings that are changed there branch from it. The pen on "pictures" paints over finished ones, which
/// are then made anew there; "real", "noisy" and "guessed" show the forward process.
class DiffusionActivity : public RepeatingActivity {
 public:
  DiffusionActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;
  void set_input(const formats::Picture& picture, const formats::Picture& mask) override;
  void restart() override;

 protected:
  void begin() override;
  int step(double budget_ms) override { return generator_->advance(budget_ms); }
  int step_once() override;
  bool steps_in_slices() const override { return true; }
  bool is_complete() const override { return generator_->is_finished() && !start_.is_held(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;
  bool lets_point() const override { return !is_loading() || is_seeking_; }

 private:
  PictureRequest wanted() const;  ///< the request of this round
  /// Adds to loading() what the wanted request needs and the generator has not; returns whether it is missing.
  bool prepare();
  void seek(int step);
  bool shows_forward() const;
  void show_forward();
  void show_parts();

  std::shared_ptr<models::Unet> network_;
  std::unique_ptr<PictureGenerator> generator_;
  std::unique_ptr<PictureGenerator> next_;  ///< being prepared for another number of pictures; the present one stays
  DiffusionStart start_;
  std::unique_ptr<ForwardProcess> forward_;  ///< made when first asked for
  std::uint64_t forward_seed_ = 0;           ///< of its pictures
  bool goes_on_ = false;                     ///< after loading, with what was begun
  bool is_sought_ = false;                   ///< a person went to a step of this run
  bool is_seeking_ = false;                  ///< and it is still being computed
  int sought_ = -1;                          ///< the step
};

}  // namespace figment::studio
