#pragma once
#include "models/diffusion/unet.h"

namespace figment::models {

/// A rectified flow (Liu et al., 2022) through the landscape U-Net: x_t = (1 - t) picture + t noise, and the network
/// says how x_t moves, noise - picture. Scaled by 1 / |(1 - t, t)|, x_t is a state of the cosine process, whose v the
/// U-Net predicts; so the velocity follows from v exactly, and weights of one serve the other as they are.
class VelocityNet {
 public:
  VelocityNet(const UnetConfig& config, std::uint64_t seed) : net_(config, seed) {}

  /// x [B, side, side, depth], angle [B] = angle_of(t) in [0, 1], class ids as the U-Net -> d x_t / dt, shaped like x.
  Tensor operator()(Tensor x, Tensor angle, std::span<const Tensor> classes) const;

  /// The time of the cosine process whose noise level that of x_t is; t in [0, 1].
  static double angle_of(double time);

  const UnetConfig& config() const { return net_.config(); }
  nn::ParameterList& parameters() { return net_.parameters(); }
  const nn::ParameterList& parameters() const { return net_.parameters(); }

 private:
  Unet net_;
};

}  // namespace figment::models
