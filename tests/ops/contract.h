#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "runtime/context.h"
#include "runtime/interpreter.h"
#include "runtime/parity.h"
#include "tensor/gradient.h"
#include "tensor/graph.h"
#include "tensor/op.h"

/// What every op must keep to, checked example by example: types, CPU gradient against finite differences, and the
/// device against the CPU, forwards and backwards, with both forms of the kernels.
namespace figment::contract {

using tensor::DType;
using tensor::Example;
using tensor::Graph;
using tensor::HostTensor;
using tensor::Op;
using tensor::Tensor;
using tensor::TensorType;

inline bool is_differentiable(DType dtype) { return dtype == DType::f32 || dtype == DType::f16; }

/// A device with the validation layer, and a context for each form of the kernels.
class Devices {
 public:
  static Devices& get() {
    static Devices devices;
    return devices;
  }
  runtime::Context& context(bool cpu_kernels) { return cpu_kernels ? *cpu_ : *gpu_; }
  gpu::Device& device() { return *device_; }

 private:
  Devices() {
    gpu::DeviceOptions options;
    options.validation = true;
    device_ = gpu::Device::create(options);
    runtime::ContextOptions context;
    context.shared_device = device_;
    context.cpu_kernels = true;
    cpu_ = std::make_unique<runtime::Context>(context);
    context.cpu_kernels = false;
    gpu_ = std::make_unique<runtime::Context>(context);
  }
  std::shared_ptr<gpu::Device> device_;
  std::unique_ptr<runtime::Context> cpu_;
  std::unique_ptr<runtime::Context> gpu_;
};

/// a * b, broadcasting: brings the gradient of a weighted sum into the graph without the library's own ops.
inline const Op& weight_op() {
  static const Op op = [] {
    Op made;
    made.name = "contract_weight";
    made.infer = [](std::span<const TensorType> inputs, const tensor::Attributes&) {
      return std::vector<TensorType>{inputs[0]};
    };
    made.reference = [](const tensor::ReferenceSite& site) {
      const float factor = site.inputs[1]->floats[0];
      for (std::size_t i = 0; i < site.outputs[0].floats.size(); ++i) {
        site.outputs[0].floats[i] = site.inputs[0]->floats[i] * factor;
      }
    };
    made.expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0] + " * " + x[1]; };
    return made;
  }();
  return op;
}

/// sum(x * weights), whose gradient is the weights times what comes from above.
inline const Op& weighted_sum_op() {
  static const Op op = [] {
    Op made;
    made.name = "contract_weighted_sum";
    made.infer = [](std::span<const TensorType>, const tensor::Attributes&) {
      return std::vector<TensorType>{{{}, DType::f32}};
    };
    made.reference = [](const tensor::ReferenceSite& site) {
      double sum = 0;
      for (std::size_t i = 0; i < site.inputs[0]->floats.size(); ++i) {
        sum += static_cast<double>(site.inputs[0]->floats[i]) * static_cast<double>(site.inputs[1]->floats[i]);
      }
      site.outputs[0].floats[0] = static_cast<float>(sum);
    };
    made.gradient = [](const tensor::GradientSite& site) {
      return std::vector<Tensor>{site.graph.apply_one(weight_op(), {site.inputs[1], site.grads[0]}), Tensor{}};
    };
    return made;
  }();
  return op;
}

inline const Op& accumulate_op() {
  static const Op op = [] {
    Op made;
    made.name = "contract_add";
    made.infer = [](std::span<const TensorType> inputs, const tensor::Attributes&) {
      return std::vector<TensorType>{inputs[0]};
    };
    made.reference = [](const tensor::ReferenceSite& site) {
      for (std::size_t i = 0; i < site.outputs[0].floats.size(); ++i) {
        site.outputs[0].floats[i] = site.inputs[0]->floats[i] + site.inputs[1]->floats[i];
      }
    };
    made.gradient = [](const tensor::GradientSite& site) { return std::vector<Tensor>{site.grads[0], site.grads[0]}; };
    made.expression = [](std::span<const std::string> x, std::span<const std::string>) { return x[0] + " + " + x[1]; };
    return made;
  }();
  return op;
}

/// An example whose gradients can be asked for.
struct Case : runtime::ExampleCase {
  using ExampleCase::ExampleCase;

  /// Gradients of a fixed random weighting of all outputs with respect to the checked inputs.
  std::vector<Tensor> add_gradients() {
    if (tensor::gradient_support().accumulate == nullptr) {
      tensor::gradient_support().accumulate = [](Tensor a, Tensor b) {
        return a.graph->apply_one(accumulate_op(), {a, b});
      };
    }
    core::Random random(7);
    for (const Tensor& output : outputs) {
      if (!is_differentiable(output.dtype())) continue;
      std::vector<float> weights(static_cast<std::size_t>(output.shape().count()));
      for (float& weight : weights) weight = random.uniform(-1, 1);
      const Tensor sum = graph.apply_one(weighted_sum_op(), {output, graph.constant(output.shape(), weights)});
      loss = loss ? graph.apply_one(accumulate_op(), {loss, sum}) : sum;
    }
    if (!loss) return {};
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      const bool wanted = example.checked.empty() || (i < example.checked.size() && example.checked[i]);
      if (leaves[i].dtype() == DType::f32 && wanted && values.contains("x" + std::to_string(i))) {
        targets.push_back(leaves[i]);
        target_names.push_back("x" + std::to_string(i));
      }
    }
    return tensor::gradient(loss, targets);
  }

  Tensor loss;
  std::vector<Tensor> targets;
  std::vector<std::string> target_names;
};

inline std::string where(const Op& op, const Example& example) { return std::string(op.name) + " / " + example.name; }

inline void expect_close(const HostTensor& actual, const HostTensor& expected, float tolerance,
                         const std::string& what) {
  EXPECT_EQ(runtime::compare(actual, expected, tolerance).message, "") << what;
}

/// The op is whole: it says how it runs, has a reference and examples.
inline void check_declaration(const Op& op) {
  EXPECT_FALSE(op.name.empty());
  EXPECT_NE(op.infer, nullptr) << op.name << " has no shape rule";
  EXPECT_NE(op.reference, nullptr) << op.name << " has no CPU reference";
  ASSERT_NE(op.examples, nullptr) << op.name << " has no examples";
  EXPECT_FALSE(op.examples().empty()) << op.name << " has no examples";
  const int ways = (op.kernel != nullptr ? 1 : 0) + (op.expression != nullptr ? 1 : 0) + (op.view ? 1 : 0);
  EXPECT_EQ(ways, op.name == "pack" ? 0 : 1) << op.name << " must have one of kernel, expression and view";
}

/// The reference fills outputs of the types that the shape rule promises.
inline void check_types(const Op& op, const Example& example) {
  SCOPED_TRACE(where(op, example));
  Case run(op, example);
  runtime::Interpreter interpreter;
  const auto results = interpreter.run(run.graph, run.outputs, run.values);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const HostTensor expected(run.outputs[i].type());
    EXPECT_EQ(results[i].type, expected.type);
    EXPECT_EQ(results[i].floats.size(), expected.floats.size());
    EXPECT_EQ(results[i].ints.size(), expected.ints.size());
  }
}

/// The weighted sum of all outputs, in double precision, with one element of one input moved.
inline double loss_at(const Case& run, const std::string& name, std::size_t element, double step) {
  std::map<std::string, HostTensor> values = run.values;
  values[name].floats[element] += static_cast<float>(step);
  runtime::Interpreter interpreter;
  const auto results = interpreter.run(run.graph, run.outputs, values);
  core::Random random(7);
  double sum = 0;
  for (const HostTensor& result : results) {
    if (!is_differentiable(result.type.dtype)) continue;
    for (const float value : result.floats)
      sum += static_cast<double>(random.uniform(-1, 1)) * static_cast<double>(value);
  }
  return sum;
}

/// Central differences of fourth order with the step actually taken in f32.
inline double difference_quotient(const Case& run, const std::string& name, std::size_t element, double step) {
  const double one = loss_at(run, name, element, step) - loss_at(run, name, element, -step);
  const double two = loss_at(run, name, element, 2 * step) - loss_at(run, name, element, -2 * step);
  return (8 * one - two) / (12 * step);
}

/// The op's gradient against finite differences of its reference, at up to 12 elements of each checked input.
inline void check_gradient(const Op& op, const Example& example) {
  if (op.gradient == nullptr || !example.check_gradient) return;
  SCOPED_TRACE(where(op, example));
  Case bare(op, example);  // without the gradient's nodes, so that the differences are quick
  Case run(op, example);
  const std::vector<Tensor> grads = run.add_gradients();
  runtime::Interpreter interpreter;
  for (std::size_t k = 0; k < grads.size(); ++k) {
    const std::size_t count = run.values.at(run.target_names[k]).floats.size();
    HostTensor grad(run.targets[k].type());
    if (grads[k]) grad = interpreter.run(run.graph, std::span(&grads[k], 1), run.values)[0];
    ASSERT_EQ(grad.type.shape, run.targets[k].shape()) << "the gradient of input " << run.target_names[k];
    core::Random random(11);
    for (int trial = 0; trial < 12 && trial < static_cast<int>(count); ++trial) {
      const std::size_t element =
          count <= 12 ? static_cast<std::size_t>(trial) : random.below(static_cast<std::uint32_t>(count));
      const double found = static_cast<double>(grad.floats[element]);
      double quotient = 0;
      bool is_right = false;
      // A small step sees less of a kink or of curvature, a large one less of rounding.
      for (const double step : {1e-2, 2e-3, 3e-2, 5e-4}) {
        quotient = difference_quotient(bare, run.target_names[k], element, step);
        is_right = is_right || std::abs(quotient - found) <= 5e-3 * (1 + std::abs(found));
        if (is_right) break;
      }
      EXPECT_TRUE(is_right) << "the gradient of " << run.target_names[k] << "[" << element << "] is " << found
                            << ", finite differences say " << quotient;
    }
  }
}

/// Runs `outputs` and the variables on the device and compares with the interpreter.
inline void compare(std::unique_ptr<Case> run, const std::vector<Tensor>& outputs, bool cpu_kernels,
                    const std::string& what) {
  constexpr double forever_ms = -1;
  const std::size_t messages = Devices::get().device().validation_count();
  runtime::ParityCheck check(Devices::get().context(cpu_kernels), std::move(run), outputs);
  while (!check.advance(forever_ms)) {
  }
  EXPECT_TRUE(check.result().passed()) << what << ", " << check.result().message;
  const auto all = Devices::get().device().validation_messages();
  for (std::size_t i = messages; i < all.size(); ++i) ADD_FAILURE() << what << ": validation: " << all[i];
}

/// The device's outputs against the CPU's.
inline void check_forward(const Op& op, const Example& example, bool cpu_kernels) {
  SCOPED_TRACE(where(op, example));
  auto run = std::make_unique<Case>(op, example);
  const std::vector<Tensor> outputs = run->outputs;
  compare(std::move(run), outputs, cpu_kernels, cpu_kernels ? "CPU kernels" : "GPU kernels");
}

/// The device's gradients against the CPU's.
inline void check_backward(const Op& op, const Example& example, bool cpu_kernels) {
  if (op.gradient == nullptr) return;
  SCOPED_TRACE(where(op, example));
  auto run = std::make_unique<Case>(op, example);
  std::vector<Tensor> grads = run->add_gradients();
  std::erase_if(grads, [](const Tensor& grad) { return !grad; });
  if (grads.empty()) return;
  compare(std::move(run), grads, cpu_kernels, cpu_kernels ? "backwards, CPU kernels" : "backwards, GPU kernels");
}

/// Everything for one example.
inline void check_example(const Op& op, const Example& example) {
  try {
    check_types(op, example);
    check_gradient(op, example);
    for (const bool cpu_kernels : {true, false}) {
      check_forward(op, example, cpu_kernels);
      check_backward(op, example, cpu_kernels);
    }
  } catch (const std::exception& error) {
    ADD_FAILURE() << where(op, example) << ": " << error.what();
  }
}

/// Everything for all examples of some ops. Names each op with how many of its examples were run.
inline void check_contract(const std::vector<const Op*>& ops) {
  for (const Op* op : ops) {
    check_declaration(*op);
    if (op->examples == nullptr) continue;
    for (const Example& example : op->examples()) check_example(*op, example);
  }
}

}  // namespace figment::contract
