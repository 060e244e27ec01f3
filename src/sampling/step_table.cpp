#include "sampling/step_table.h"

#include <algorithm>

#include "core/error.h"

namespace figment::sampling {

std::span<const float> StepTable::floats() const {
  static_assert(offsetof(StepCoefficients, c_in) == 0);
  // StepCoefficients is a plain struct of floats without padding, as asserted beside it.
  return {reinterpret_cast<const float*>(rows.data()), rows.size() * (sizeof(StepCoefficients) / sizeof(float))};
}

StepState::StepState(std::size_t size) : x(size), y(size) {
  for (std::vector<float>& buffer : history) buffer.resize(size);
}

namespace {
// An operand of weight 0 is not read: it may be uninitialised, and 0 * NaN is NaN.
float weighted(float weight, float value) { return weight == 0 ? 0.0f : weight * value; }

float weighted(const float (&weights)[4], const float (&values)[4]) {
  float sum = 0;
  for (int j = 0; j < 4; ++j) sum += weighted(weights[j], values[j]);
  return sum;
}

bool writes_saved(const StepCoefficients& row) {
  return row.s_x != 0 || row.s_y != 0 || std::any_of(row.s_m, row.s_m + 4, [](float weight) { return weight != 0; });
}
}  // namespace

void apply_step(const StepCoefficients& row, StepState& state, std::span<const float> output,
                std::span<const float> noise, std::span<float> denoised) {
  const std::size_t size = state.x.size();
  core::require(output.size() == size, "The network gave {} values for a picture of {}.", output.size(), size);
  core::require(row.c_n == 0 || noise.size() == size, "This step needs {} values of noise, not {}.", size,
                noise.size());
  core::require(denoised.empty() || denoised.size() == size, "The preview has room for {} values, not {}.",
                denoised.size(), size);
  const int slot = static_cast<int>(row.slot);
  core::require(slot >= 0 && slot < history_length, "The step table's slot {} is outside the ring of {}.", row.slot,
                history_length);
  const std::vector<float>& m_1 = state.history[(slot + 2) % 3];
  const std::vector<float>& m_2 = state.history[(slot + 1) % 3];
  std::vector<float>& m_3 = state.history[slot];
  const bool saves = writes_saved(row);
  for (std::size_t i = 0; i < size; ++i) {
    const float x = state.x[i];
    const float y = state.y[i];
    float m_0 = weighted(row.a_x, x) + weighted(row.a_f, output[i]);
    if (row.clip > 0) m_0 = std::clamp(m_0, -row.clip, row.clip);
    const float m[4] = {m_0, m_1[i], m_2[i], m_3[i]};
    state.x[i] = weighted(row.c_x, x) + weighted(row.c_y, y) + weighted(row.c_m, m);
    if (row.c_n != 0) state.x[i] += row.c_n * noise[i];
    if (saves) state.y[i] = weighted(row.s_x, x) + weighted(row.s_y, y) + weighted(row.s_m, m);
    m_3[i] = m_0;
    if (!denoised.empty()) denoised[i] = weighted(row.d_x, x) + weighted(row.d_m, m_0);
  }
}

void guide(float guidance, std::span<const float> unconditional, std::span<const float> conditional,
           std::span<float> result) {
  core::require(unconditional.size() == conditional.size() && result.size() == conditional.size(),
                "Guidance needs both outputs of the same size, not {} and {}.", unconditional.size(),
                conditional.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = unconditional[i] + guidance * (conditional[i] - unconditional[i]);
  }
}

}  // namespace figment::sampling
