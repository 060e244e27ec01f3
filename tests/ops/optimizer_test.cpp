#include "ops/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "ops/ops.h"
#include "runtime/interpreter.h"

namespace figment::ops {
namespace {

using tensor::HostTensor;
using tensor::Variable;

/// One AdamW program over a packed weight and bias, whose gradients are inputs.
class AdamwTest : public testing::Test {
 protected:
  AdamwTest() {
    const Variable weight = tensor::make_variable("weight", {{2}, DType::f32}, {1, -2});
    const Variable bias = tensor::make_variable("bias", {{1}, DType::f32}, {0.5F});
    flat_ = tensor::pack_variables("flat", {weight, bias});
    for (const char* name : {"m", "v", "ema"}) state_.push_back(tensor::make_variable(name, flat_->type));
    const Tensor parts[] = {graph_.input("grad_weight", weight->type), graph_.input("grad_bias", bias->type)};
    const Tensor gradients = pack(parts);
    const ClipScale clip = clip_scale(gradients, graph_.constant({1}, {10.0F}));
    adamw({graph_.variable(flat_), graph_.variable(state_[0]), graph_.variable(state_[1]), graph_.variable(state_[2])},
          gradients, graph_.input("hyper", {{8}, DType::f32}), clip.scale, tensor::pack_alignment);
    norm_ = clip.norm;
  }

  float step(int t, float a, float b, float c) {
    const AdamwHyper hyper = adamw_hyper(t, 0.1F, 0.9F, 0.99F, 0.2F, 0.5F);
    const float* first = &hyper.learning_rate;
    return interpreter_
        .run(graph_, std::span(&norm_, 1),
             {{"grad_weight", HostTensor::of({2}, {a, b})},
              {"grad_bias", HostTensor::of({1}, {c})},
              {"hyper", HostTensor::of({8}, {first, first + 8})}})[0]
        .floats[0];
  }

  std::vector<float> parameters() {
    const HostTensor value = interpreter_.variable(flat_);
    return {value.floats[0], value.floats[1], value.floats[tensor::pack_alignment]};
  }

  Graph graph_;
  Variable flat_;
  std::vector<Variable> state_;
  Tensor norm_;
  runtime::Interpreter interpreter_;
};

TEST_F(AdamwTest, FollowsThePaper) {
  double expected[3] = {1, -2, 0.5};
  double m[3] = {};
  double v[3] = {};
  for (int t = 1; t <= 5; ++t) {
    const double gradients[3] = {0.3 * t, -1.0 / t, 2};
    step(t, static_cast<float>(gradients[0]), static_cast<float>(gradients[1]), 2);
    for (int i = 0; i < 3; ++i) {
      m[i] = 0.9 * m[i] + 0.1 * gradients[i];
      v[i] = 0.99 * v[i] + 0.01 * gradients[i] * gradients[i];
      if (i < 2) expected[i] -= 0.1 * 0.2 * expected[i];  // only the weight decays
      expected[i] -= 0.1 * (m[i] / (1 - std::pow(0.9, t))) / (std::sqrt(v[i] / (1 - std::pow(0.99, t))) + 1e-8);
    }
    const auto found = parameters();
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found[i], expected[i], 1e-5) << t;
  }
}

TEST_F(AdamwTest, ReportsTheNormAndSkipsWhatIsNotFinite) {
  EXPECT_NEAR(step(1, 3, 4, 0), 5, 1e-6);
  const auto before = parameters();
  EXPECT_FALSE(std::isfinite(step(2, std::numeric_limits<float>::infinity(), 0, 0)));
  EXPECT_EQ(parameters(), before);
  EXPECT_TRUE(std::isnan(step(2, std::numeric_limits<float>::quiet_NaN(), 0, 0)));
  EXPECT_EQ(parameters(), before);
}

TEST_F(AdamwTest, AverageFollowsTheParameters) {
  step(1, 1, 1, 1);
  const auto now = parameters();
  EXPECT_NEAR(interpreter_.variable(state_[2]).floats[0], 0.5F * now[0], 1e-6);
}

/// Five steps of an optimiser with one moment from {1, -2, 0.5}, of which the first two decay; returns the parameters
/// and their average. `apply` adds the step to the graph.
template <typename Apply>
std::vector<float> five_steps(Apply apply) {
  Graph graph;
  const Variable parameters = tensor::make_variable("p", {{3}, DType::f32}, {1, -2, 0.5F});
  const Variable m = tensor::make_variable("m", parameters->type);
  const Variable ema = tensor::make_variable("ema", parameters->type);
  const Tensor gradients = graph.input("gradients", parameters->type);
  const Tensor hyper = graph.input("hyper", {{8}, DType::f32});
  apply(MomentumState{graph.variable(parameters), graph.variable(m), graph.variable(ema)}, gradients, hyper,
        graph.constant({1}, {1}));
  runtime::Interpreter interpreter;
  for (int t = 1; t <= 5; ++t) {
    const AdamwHyper values = adamw_hyper(t, 0.1F, 0.9F, 0.99F, 0.2F, 0.5F);
    const float* first = &values.learning_rate;
    interpreter.run(graph, {},
                    {{"gradients", HostTensor::of({3}, {0.3F * static_cast<float>(t), -1 / static_cast<float>(t),
                                                        t < 3 ? 2.0F : -9.0F})},
                     {"hyper", HostTensor::of({8}, {first, first + 8})}});
  }
  std::vector<float> result = interpreter.variable(parameters).floats;
  const std::vector<float> average = interpreter.variable(ema).floats;
  result.insert(result.end(), average.begin(), average.end());
  return result;
}

/// The same in double precision; `change(m, g)` moves the momentum on and returns what to take off.
template <typename Change>
void expect_five_steps(const std::vector<float>& found, Change change) {
  double parameters[3] = {1, -2, 0.5};
  double m[3] = {};
  double ema[3] = {};
  for (int t = 1; t <= 5; ++t) {
    const double gradients[3] = {0.3 * t, -1.0 / t, t < 3 ? 2.0 : -9.0};
    for (int i = 0; i < 3; ++i) {
      parameters[i] -= 0.1 * (change(m[i], gradients[i]) + (i < 2 ? 0.2 * parameters[i] : 0));
      ema[i] += 0.5 * (parameters[i] - ema[i]);
    }
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(found[i], parameters[i], 1e-5) << i;
    EXPECT_NEAR(found[i + 3], ema[i], 1e-5) << i;
  }
}

TEST(Sgd, HasMomentum) {
  for (const bool nesterov : {false, true}) {
    const auto found = five_steps([&](const MomentumState& state, Tensor gradients, Tensor hyper, Tensor scale) {
      sgd(state, gradients, hyper, scale, 2, nesterov);
    });
    expect_five_steps(found, [&](double& m, double gradient) {
      m = 0.9 * m + gradient;
      return nesterov ? gradient + 0.9 * m : m;
    });
  }
}

TEST(Lion, StepsByTheSign) {
  const auto found = five_steps([](const MomentumState& state, Tensor gradients, Tensor hyper, Tensor scale) {
    lion(state, gradients, hyper, scale, 2);
  });
  expect_five_steps(found, [](double& m, double gradient) {
    const double blend = 0.9 * m + 0.1 * gradient;
    m = 0.99 * m + 0.01 * gradient;
    return blend > 0 ? 1.0 : -1.0;
  });
}

TEST(ClipScale, ScalesDownToTheLimit) {
  Graph graph;
  const ClipScale clip = clip_scale(graph.constant({2}, {3, 4}), graph.constant({1}, {2}));
  runtime::Interpreter interpreter;
  const Tensor outputs[] = {clip.scale, clip.norm};
  const auto results = interpreter.run(graph, outputs, {});
  EXPECT_NEAR(results[0].floats[0], 0.4F, 1e-6);
  EXPECT_NEAR(results[1].floats[0], 5, 1e-6);
}

TEST(Adamw, RefusesOtherSizes) {
  Graph graph;
  const auto leaf = [&](const char* name, std::int64_t count) {
    return graph.variable(tensor::make_variable(name, {{count}, DType::f32}));
  };
  const Tensor hyper = graph.input("hyper", {{8}, DType::f32});
  EXPECT_THROW(adamw({leaf("p", 8), leaf("m", 8), leaf("v", 4)}, leaf("g", 8), hyper, graph.constant({1}, {1}), 0),
               core::Error);
  EXPECT_THROW(adamw_hyper(0, 0.1F), core::Error);
}

}  // namespace
}  // namespace figment::ops
