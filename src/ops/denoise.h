#pragma once
#include <array>

#include "tensor/graph.h"

/// One update of any linear multistep diffusion sampler, as coefficients.
namespace figment::ops {

/// The leaves of a sampling run's variables, all f32 of the picture's size.
struct DenoiseState {
  tensor::Tensor x;                       ///< given to the network
  tensor::Tensor y;                       ///< saved state of methods with two evaluations a step
  std::array<tensor::Tensor, 3> history;  ///< ring of earlier model outputs
};

/// What `denoise` reads besides the state.
struct DenoiseInputs {
  /// The network's output F: of x's size, or twice that along the first axis as {unconditional, conditional} for
  /// classifier-free guidance.
  tensor::Tensor output;
  tensor::Tensor row;            ///< f32 [24]: sampling::StepCoefficients
  tensor::Tensor noise = {};     ///< of x's size, mean 0, variance 1; may be empty if no row asks for noise
  tensor::Tensor guidance = {};  ///< f32 [1], used instead of the row's guidance scale
};

/// Floats of a row.
inline constexpr std::int64_t denoise_row_size = 24;

/// Updates the state in place with sampling::apply_step's formula and returns the clean picture as predicted here (x's
/// shape). Throws Error if the sizes differ.
tensor::Tensor denoise(const DenoiseState& state, const DenoiseInputs& inputs);

}  // namespace figment::ops
