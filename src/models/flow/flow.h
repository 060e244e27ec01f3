#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"

namespace figment::models {

using nn::Tensor;
using nn::Variable;

struct FlowConfig {
  std::int64_t side = 16;  ///< of the pictures; a multiple of 2^levels
  std::int64_t channels = 3;
  std::vector<std::int64_t> steps = {6, 6};     ///< of each level, the finest first
  std::vector<std::int64_t> hidden = {64, 96};  ///< channels within the couplings of each level

  std::int64_t levels() const { return static_cast<std::int64_t>(steps.size()); }
  std::int64_t blocks() const;  ///< steps of all levels
  std::int64_t dimensions() const { return side * side * channels; }
  static FlowConfig large();
};

/// A normalising flow (Kingma and Dhariwal, "Glow", 2018) between pictures and standard normal noise, exactly
/// invertible. Each step mixes the channels by a matrix Q L U (Q a fixed rotation, L and U triangular; the diagonal of
/// U is actnorm's scale, and its bias comes behind) and then scales and shifts one half of them as a small network says
/// from the other half. Before each level but the first, half of the channels leave as noise, made standard normal by
/// what the rest says of them.
class Flow {
 public:
  Flow(const FlowConfig& config, std::uint64_t seed);

  struct Encoded {
    Tensor noise;                ///< [B, side, side, channels]
    Tensor log_determinant;      ///< of d noise / d picture: a scalar, the mean over the batch
    std::vector<Tensor> states;  ///< after each step as pictures, [B, side, side, channels]; the first is the picture
  };
  /// pictures [B, side, side, channels], about in [-1, 1]
  Encoded encode(Tensor pictures) const;

  /// Whose matrices are inverted: those of the parameters' initial values, once, so that they must be loaded before it
  /// is traced; or those on the device, in every run, for a network that is being trained.
  enum class Inverse : std::uint8_t { of_initial, of_present };
  /// The inverse: noise first, the picture last in the states.
  std::vector<Tensor> decode(Tensor noise, Inverse inverse = Inverse::of_initial) const;

  /// log p(picture) in nats, the mean over the batch.
  Tensor log_density(const Encoded& encoded) const;

  const FlowConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }

 private:
  struct Step {
    Step(const nn::Scope& scope, std::int64_t channels, std::int64_t hidden, std::uint64_t seed);
    Tensor matrix(nn::Graph& graph) const;
    std::vector<float> inverse_matrix() const;
    Tensor present_inverse(nn::Graph& graph) const;
    /// scale (logarithm) and shift of the second half, from the first
    std::pair<Tensor, Tensor> coupling(Tensor first) const;
    std::int64_t channels;
    std::vector<float> rotation;
    Variable lower, upper, log_scale, bias;
    nn::Conv2d in, out;
    nn::Linear middle;
  };
  struct Level {
    Level(const nn::Scope& scope, const FlowConfig& config, std::int64_t index);
    std::vector<Step> steps;
    std::vector<nn::Conv2d> prior;  ///< of the half that left before this level; none at the first
  };
  std::pair<Tensor, Tensor> prior(const Level& level, Tensor kept) const;

  FlowConfig config_;
  nn::ParameterList parameters_;
  std::vector<Level> levels_;
};

}  // namespace figment::models
