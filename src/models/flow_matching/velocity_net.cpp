#include "models/flow_matching/velocity_net.h"

#include <cmath>
#include <numbers>

namespace figment::models {

double VelocityNet::angle_of(double time) { return 2 / std::numbers::pi * std::atan2(time, 1 - time); }

Tensor VelocityNet::operator()(Tensor x, Tensor angle, std::span<const Tensor> classes) const {
  const Tensor radians = ops::reshape(angle * (std::numbers::pi_v<float> / 2), {angle.dim(0), 1, 1, 1});
  const Tensor cos = ops::cos(radians);
  const Tensor sin = ops::sin(radians);
  // t = sin / (sin + cos), so that |(1 - t, t)| = 1 / (sin + cos).
  const Tensor stretch = sin + cos;
  const Tensor scaled = stretch * x;
  const Tensor v = net_(scaled, angle, classes);
  // picture = cos * scaled - sin * v, noise = sin * scaled + cos * v.
  return (sin - cos) * scaled + stretch * v;
}

}  // namespace figment::models
