#pragma once
#include <array>

#include "data/picture_source.h"
#include "studio/gan_painter.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Creatures of a GAN on a walk through its latent space, what the discriminator says of them and of real ones, and a
/// plane through that space to drag over.
class GanActivity : public RepeatingActivity {
 public:
  GanActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return frame_ >= frames(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  static constexpr int bins = 24;

  int frames() const;
  void finish_frame();
  std::vector<float> noise() const;  ///< of the present frame, and of the plane's marker behind it
  void count_scores(const std::vector<float>& scores, std::vector<float>& counts) const;

  data::PictureSource source_;
  std::shared_ptr<models::Gan> network_;
  std::unique_ptr<GanPainter> painter_;  ///< of one picture more than is asked for: the one at the marker
  std::unique_ptr<GanPainter> next_;     ///< for another number of pictures; the present one stays until it is ready
  std::vector<float> scores_;
  std::vector<float> made_counts_, real_counts_;  ///< [bins], older frames fading
  std::array<float, 2> marker_ = {0, 0};
  int frame_ = 0;
  bool is_computing_ = false;
};

}  // namespace figment::studio
