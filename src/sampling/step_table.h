#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace figment::sampling {

/// How many earlier model outputs a step may use.
inline constexpr int history_length = 3;

/// One network evaluation and the update that follows it: the whole of a sampler, as numbers.
///
/// The state is five buffers of the picture's size: x (given to the network), y (a saved state, for
/// methods of two evaluations and for correctors) and the model outputs m_1, m_2, m_3 of the three
/// evaluations before this one. With F the network's output for c_in * x at `time` (after
/// classifier-free guidance, F = F_uncond + guidance * (F_cond - F_uncond)), every element does
///
///     m_0    = a_x * x + a_f * F, then clamped to [-clip, clip] if clip > 0
///     x_next = c_x * x + c_y * y + sum_j c_m[j] * m_j + c_n * noise        (j = 0..3)
///     y_next = s_x * x + s_y * y + sum_j s_m[j] * m_j
///     m_1, m_2, m_3 become m_0, m_1, m_2
///
/// with fresh noise of mean 0 and variance 1. Everything is elementwise, so all of it may be done in place.
/// An operand whose weight is exactly 0 is not read (it may be uninitialised); y is not written when all six of
/// its weights are 0. The history is a ring of three buffers: m_j (j = 1..3) lies in buffer (slot + 3 - j) % 3 and
/// m_0 overwrites buffer `slot`, where m_3 lay: read m_3 first.
///
/// The same 24 floats, as six vec4, are what shaders/denoise.comp reads.
struct StepCoefficients {
  // vec4 0: the network and its output
  float c_in = 1;  ///< scale of x at the network's input
  float time = 0;  ///< what the network is told about the noise level, in the noise process's own unit
  float a_x = 0;   ///< m_0 from x
  float a_f = 0;   ///< m_0 from F
  // vec4 1: the weights of x and y
  float c_x = 0;
  float c_y = 0;
  float s_x = 0;
  float s_y = 0;
  // vec4 2 and 3: the weights of m_0, m_1, m_2, m_3
  float c_m[4] = {0, 0, 0, 0};
  float s_m[4] = {0, 0, 0, 0};
  // vec4 4
  float c_n = 0;       ///< standard deviation of the fresh noise; 0: draw none
  float clip = 0;      ///< limit on |m_0|; 0: none. Only where m_0 is the clean picture
  float guidance = 1;  ///< classifier-free guidance scale; 1: the conditional output alone
  float slot = 0;      ///< row number modulo 3: where m_0 is put
  // vec4 5: for display, the picture as seen from here: denoised = d_x * x + d_m * m_0 (x before the update)
  float alpha = 1;  ///< of x = alpha * x0 + sigma * noise, at this evaluation
  float sigma = 0;
  float d_x = 0;
  float d_m = 1;
};
static_assert(sizeof(StepCoefficients) == 24 * sizeof(float), "shaders/denoise.comp reads rows of 24 floats");
static_assert(offsetof(StepCoefficients, c_m) == 8 * sizeof(float));
static_assert(offsetof(StepCoefficients, c_n) == 16 * sizeof(float));
static_assert(offsetof(StepCoefficients, alpha) == 20 * sizeof(float));

/// A sampler on a schedule: one row per network evaluation, in order.
struct StepTable {
  std::vector<StepCoefficients> rows;
  int steps = 0;                 ///< steps of the schedule
  int evaluations_per_step = 1;  ///< 2 for Heun, whose last step to sigma 0 has one
  float initial_scale = 1;       ///< sampling starts from x = initial_scale * noise

  /// The schedule step, from 0, that row belongs to.
  int step_of_row(int row) const { return row / evaluations_per_step; }
  /// The rows as the parameter buffer holds them: 24 floats each.
  std::span<const float> floats() const;
};

/// The five buffers of one sampling run on the CPU; each of `size` elements.
struct StepState {
  explicit StepState(std::size_t size);
  std::vector<float> x;
  std::vector<float> y;
  std::array<std::vector<float>, history_length> history;
};

/// Runs one row on the CPU: the reference for shaders/denoise.comp. `output` is F; `noise` may be empty if
/// row.c_n is 0. `denoised` receives the clean picture as predicted here, if it is not empty. Throws Error if sizes
/// differ.
void apply_step(const StepCoefficients& row, StepState& state, std::span<const float> output,
                std::span<const float> noise = {}, std::span<float> denoised = {});

/// Classifier-free guidance: result = unconditional + guidance * (conditional - unconditional). Throws Error if
/// sizes differ. In place is fine.
void guide(float guidance, std::span<const float> unconditional, std::span<const float> conditional,
           std::span<float> result);

}  // namespace figment::sampling
