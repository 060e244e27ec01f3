#include "studio/diffusion_start.h"

#include "data/picture_source.h"
#include "studio/family.h"
#include "studio/input_picture.h"

namespace figment::studio {
namespace {

constexpr double held_seconds = 20;
constexpr std::uint64_t attempt_stride = 1'000'003;
constexpr std::uint64_t landscape_stride = 4096;  // between the unseen landscapes of two rounds

double setting(const Request& request, const char* name) { return number(request, family_named("diffusion"), name); }

/// A mask says how much is to stay; within it all is made anew, unless a person says otherwise.
float strength_of(const Request& request, bool has_mask) {
  if (has_mask && !request.numbers.contains("diffusion.strength")) return 1;
  return static_cast<float>(setting(request, "strength"));
}

std::vector<float> unseen_landscape(std::uint64_t seed) {
  const data::PictureSource source("landscapes");
  std::vector<float> pixels(source.picture_size());
  std::vector<std::int32_t> classes(source.class_axes().size(), -1);
  source.draw(landscape_stride, data::held_out_seed + seed, pixels, classes);
  return pixels;
}

}  // namespace

void DiffusionStart::give(const formats::Picture& picture, const formats::Picture& mask, int side) {
  InputFormat format;
  format.width = format.height = side;
  std::vector<float> pixels = fit_input(picture, format);
  mask_ = mask.pixels.empty() ? std::vector<float>{} : fit_mask(mask, side, side);
  picture_ = std::move(pixels);
  forget(false);
}

void DiffusionStart::forget(bool all) {
  mask_by_hand_ = {};
  finished_.clear();
  is_drawing_ = false;
  attempts_ = 0;
  if (!all) return;
  picture_.clear();
  mask_.clear();
}

void DiffusionStart::apply(PictureGenerator& generator, const Request& request, std::uint64_t round) {
  if (is_painted_over()) {
    generator.begin_from(finished_, mask_by_hand_.values(), strength_of(request, true));
  } else if (is_given()) {
    generator.begin_from(picture_, mask_, strength_of(request, !mask_.empty()));
  } else if (setting(request, "start") > 0.5) {
    generator.begin_from(unseen_landscape(request.picture.seed + round), {}, strength_of(request, false));
  } else {
    generator.begin_from_noise();
  }
}

std::uint64_t DiffusionStart::seed_offset() const { return attempts_ * attempt_stride; }

bool DiffusionStart::draw(PictureGenerator& generator, const PointerEvent& event, float pen) {
  using Phase = PointerEvent::Phase;
  touched_ = core::Clock::now();
  if (event.phase == Phase::press) {
    if (!generator.is_finished() || event.item < 0) return false;
    finished_ = generator.read_pixels();
    mask_by_hand_ = HandMask(generator.count(), generator.side());
    mask_by_hand_.press(event.item, event.x, event.y, pen / 2);
    is_drawing_ = true;
  } else if (is_drawing_) {
    mask_by_hand_.drag(event.x, event.y, pen / 2);
  }
  if (!is_drawing_) return false;
  if (event.phase != Phase::release) {
    generator.show_pixels(mask_by_hand_.shown_on(finished_));
    return false;
  }
  is_drawing_ = false;
  ++attempts_;
  return true;
}

bool DiffusionStart::is_held() const {
  return is_drawing_ ||
         (is_painted_over() && std::chrono::duration<double>(core::Clock::now() - touched_).count() < held_seconds);
}

}  // namespace figment::studio
