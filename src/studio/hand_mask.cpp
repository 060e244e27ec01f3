#include "studio/hand_mask.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace figment::studio {
namespace {

constexpr float edge_pixels = 1.5F;   // over which the mask fades
constexpr float grain_shown = 0.35F;  // deviation
constexpr std::uint64_t grain_seed = 5;

}  // namespace

void HandMask::clear() {
  values_.assign(static_cast<std::size_t>(count_) * static_cast<std::size_t>(side_ * side_), 0.0F);
  is_empty_ = true;
  picture_ = -1;
}

void HandMask::press(int picture, float x, float y, float radius) {
  picture_ = picture >= 0 && picture < count_ ? picture : -1;
  x_ = x;
  y_ = y;
  stamp(x, y, radius);
}

void HandMask::drag(float x, float y, float radius) { stamp(x, y, radius); }

/// Fills the places that are near the way from the last point to this one.
void HandMask::stamp(float x, float y, float radius) {
  if (picture_ < 0) return;
  const auto side = static_cast<float>(side_);
  const float dx = x - x_;
  const float dy = y - y_;
  const float length = dx * dx + dy * dy;
  float* row = &values_[static_cast<std::size_t>(picture_) * static_cast<std::size_t>(side_ * side_)];
  for (int j = 0; j < side_; ++j) {
    for (int i = 0; i < side_; ++i, ++row) {
      const float px = (static_cast<float>(i) + 0.5F) / side - x_;
      const float py = (static_cast<float>(j) + 0.5F) / side - y_;
      const float along = length > 0 ? std::clamp((px * dx + py * dy) / length, 0.0F, 1.0F) : 0.0F;
      const float distance = std::hypot(px - along * dx, py - along * dy);
      *row = std::max(*row, std::clamp((radius - distance) * side / edge_pixels + 0.5F, 0.0F, 1.0F));
      if (*row > 0) is_empty_ = false;
    }
  }
  x_ = x;
  y_ = y;
}

std::vector<float> HandMask::shown_on(std::span<const float> pixels) const {
  std::vector<float> shown(pixels.begin(), pixels.end());
  core::Random random(grain_seed);
  for (std::size_t i = 0; i < std::min(values_.size(), shown.size() / 3); ++i) {
    if (values_[i] <= 0) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      shown[3 * i + c] += values_[i] * (grain_shown * random.normal() - shown[3 * i + c]);
    }
  }
  return shown;
}

}  // namespace figment::studio
