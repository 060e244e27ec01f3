#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.h"
#include "ops/denoise.h"
#include "runtime/interpreter.h"
#include "sampling/sampler.h"

namespace figment::sampling {
namespace {

using tensor::DType;
using tensor::HostTensor;
using tensor::Variable;

constexpr std::int64_t size = 24;

std::vector<float> normals(core::Random& random, std::int64_t count) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.normal();
  return values;
}

/// The graph of one guided update, and its state on the CPU.
struct GuidedUpdate {
  GuidedUpdate() {
    for (const char* name : {"x", "y", "m0", "m1", "m2"}) {
      variables.push_back(tensor::make_variable(name, {{size}, DType::f32}));
    }
    const auto leaf = [&](std::size_t i) { return graph.variable(variables[i]); };
    denoised = ops::denoise({leaf(0), leaf(1), {leaf(2), leaf(3), leaf(4)}},
                            {graph.input("output", {{2 * size}, DType::f32}),
                             graph.input("row", {{ops::denoise_row_size}, DType::f32}),
                             graph.input("noise", {{size}, DType::f32}),
                             {}});
  }
  tensor::Graph graph;
  std::vector<Variable> variables;
  tensor::Tensor denoised;
  runtime::Interpreter interpreter;
};

void expect_near(const std::vector<float>& found, const std::vector<float>& expected, std::string_view what) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 1e-4F * (1 + std::abs(expected[i]))) << what << ", element " << i;
  }
}

// ops::denoise repeats apply_step's formula because it lives beneath this folder.
TEST(DenoiseOp, IsApplyStepForEverySampler) {
  const NoiseProcess process = NoiseProcess::cosine();
  const auto points = make_schedule(schedule_named("karras"), process, 7);
  for (const Sampler& sampler : samplers()) {
    SCOPED_TRACE(sampler.name);
    SamplerOptions options;
    options.process = &process;
    options.guidance = 2.5F;
    options.clip = 1;
    const StepTable table = make_step_table(sampler, points, Prediction::epsilon, options);
    core::Random random(3);
    GuidedUpdate run;
    StepState state(size);
    state.x = normals(random, size);
    run.interpreter.set_variable(run.variables[0], HostTensor::of({size}, state.x));
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const std::vector<float> output = normals(random, 2 * size);
      const std::vector<float> noise = normals(random, size);
      std::vector<float> guided(size);
      std::vector<float> denoised(size);
      guide(table.rows[r].guidance, std::span(output).first(size), std::span(output).last(size), guided);
      apply_step(table.rows[r], state, guided, noise, denoised);
      const auto row = table.floats().subspan(r * ops::denoise_row_size, ops::denoise_row_size);
      const auto found =
          run.interpreter.run(run.graph, std::span(&run.denoised, 1),
                              {{"output", HostTensor::of({2 * size}, output)},
                               {"row", HostTensor::of({ops::denoise_row_size}, {row.begin(), row.end()})},
                               {"noise", HostTensor::of({size}, noise)}});
      expect_near(found[0].floats, denoised, "denoised");
      expect_near(run.interpreter.variable(run.variables[0]).floats, state.x, "x");
      expect_near(run.interpreter.variable(run.variables[1]).floats, state.y, "y");
      for (std::size_t j = 0; j < 3; ++j) {
        expect_near(run.interpreter.variable(run.variables[2 + j]).floats, state.history[j], "history");
      }
    }
  }
}

}  // namespace
}  // namespace figment::sampling
