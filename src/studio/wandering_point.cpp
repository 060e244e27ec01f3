#include "studio/wandering_point.h"

#include <cmath>
#include <numbers>

namespace figment::studio {
namespace {

constexpr int way_length = 110;  // steps
constexpr std::chrono::milliseconds pause(20);

}  // namespace

void WanderingPoint::begin() {
  step_ = is_dragged_ ? way_length : 0;
  is_dragged_ = false;
}

bool WanderingPoint::wander() {
  const auto now = core::Clock::now();
  if (is_there() || now - moved_ < pause) return false;
  moved_ = now;
  ++step_;
  const float turn = 2 * std::numbers::pi_v<float> * static_cast<float>(step_) / way_length;
  x = width_ * std::cos(turn);
  y = height_ * std::sin(2 * turn);
  return true;
}

void WanderingPoint::hurry() { moved_ = {}; }

void WanderingPoint::put(float to_x, float to_y) {
  x = to_x;
  y = to_y;
  step_ = way_length;
  is_dragged_ = true;
}

bool WanderingPoint::is_there() const { return step_ >= way_length; }

}  // namespace figment::studio
