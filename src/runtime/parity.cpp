#include "runtime/parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "core/half.h"
#include "core/hash.h"
#include "core/random.h"
#include "gpu/error.h"
#include "ops/list.h"
#include "runtime/interpreter.h"

namespace figment::runtime {

using tensor::DType;
using tensor::Example;
using tensor::HostTensor;
using tensor::Op;
using tensor::Tensor;

namespace {

/// The values of an example's input as its type can hold them.
HostTensor draw(const Example::Input& input, core::Random& random) {
  HostTensor value(input.type);
  if (!input.ints.empty()) {
    value.ints = input.ints;
  } else if (value.is_integer()) {
    const auto range = static_cast<std::uint32_t>(std::max(1.0F, input.high - input.low));
    for (std::int32_t& element : value.ints) {
      element = static_cast<std::int32_t>(input.low) + static_cast<std::int32_t>(random.below(range));
    }
  } else if (!input.floats.empty()) {
    value.floats = input.floats;
  } else {
    for (float& element : value.floats) element = random.uniform(input.low, input.high);
  }
  for (float& element : value.floats) {
    if (input.type.dtype == DType::f16) element = core::half_to_float(core::float_to_half(element));
    if (input.type.dtype == DType::u8) element = std::round(std::min(std::max(element, 0.0F), 1.0F) * 255.0F) / 255.0F;
  }
  return value;
}

std::vector<float> as_floats(const HostTensor& value) {
  if (!value.is_integer()) return value.floats;
  return {value.ints.begin(), value.ints.end()};
}

}  // namespace

ExampleCase::ExampleCase(const Op& op_, const Example& example_) : op(op_), example(example_) {
  core::Random random(core::hash_text(std::string(op.name) + example.name));
  for (std::size_t i = 0; i < example.inputs.size(); ++i) {
    const HostTensor value = draw(example.inputs[i], random);
    const bool is_mutated = std::find(op.mutates.begin(), op.mutates.end(), static_cast<int>(i)) != op.mutates.end();
    const std::string name = fmt::format("x{}", i);
    if (is_mutated) {
      variables.push_back(tensor::make_variable(name, example.inputs[i].type, as_floats(value)));
      leaves.push_back(graph.variable(variables.back()));
    } else {
      values[name] = value;
      leaves.push_back(graph.input(name, example.inputs[i].type));
    }
  }
  outputs = graph.apply(op, leaves, example.attributes);
}

Difference compare(const HostTensor& actual, const HostTensor& expected, float tolerance) {
  Difference result;
  // A stored half has 11 bits, a stored byte 8.
  if (expected.type.dtype == DType::f16) tolerance = std::max(tolerance, 2e-3F);
  if (expected.type.dtype == DType::u8) tolerance = std::max(tolerance, 4e-3F);
  result.tolerance = expected.is_integer() ? 0.0 : static_cast<double>(tolerance);
  if (actual.type != expected.type) {
    result.max_error = std::numeric_limits<double>::infinity();
    result.message = fmt::format("it is {}, not {}", actual.type.to_string(), expected.type.to_string());
    return result;
  }
  const auto note = [&](std::size_t i, double error, auto found, auto wanted) {
    result.max_error = std::max(result.max_error, error);
    if (error <= result.tolerance || !result.message.empty()) return;
    result.message = fmt::format("element {} of {} is {}, not {}", i, actual.type.to_string(), found, wanted);
  };
  for (std::size_t i = 0; i < expected.ints.size(); ++i) {
    if (actual.ints[i] == expected.ints[i]) continue;
    note(i, std::abs(static_cast<double>(actual.ints[i]) - expected.ints[i]), actual.ints[i], expected.ints[i]);
  }
  for (std::size_t i = 0; i < expected.floats.size(); ++i) {
    const float found = actual.floats[i];
    const float wanted = expected.floats[i];
    if (found == wanted || (std::isnan(found) && std::isnan(wanted))) continue;
    const double error = static_cast<double>(std::abs(found - wanted)) / (1 + std::abs(static_cast<double>(wanted)));
    note(i, std::isfinite(error) ? error : std::numeric_limits<double>::infinity(), found, wanted);
  }
  return result;
}

ParityCheck::ParityCheck(Context& context, std::unique_ptr<ExampleCase> run, std::vector<Tensor> outputs)
    : context_(context), run_(std::move(run)), outputs_(std::move(outputs)) {
  if (outputs_.empty()) outputs_ = run_->outputs;
  result_.name = fmt::format("{} / {}", run_->op.name, run_->example.name);
}

ParityCheck::~ParityCheck() = default;

void ParityCheck::make_reference() {
  Interpreter interpreter;
  expected_ = interpreter.run(run_->graph, outputs_, run_->values);
  for (const tensor::Variable& variable : run_->variables)
    expected_variables_.push_back(interpreter.variable(variable));
  program_ = compile(context_, run_->graph, outputs_, {.name = std::string(run_->op.name)});
  for (const auto& [name, value] : run_->values) program_->write(name, value);
}

void ParityCheck::compare_all() {
  const auto take = [&](const HostTensor& actual, const HostTensor& expected, const std::string& what) {
    const Difference difference = compare(actual, expected, run_->example.tolerance);
    result_.max_error = std::max(result_.max_error, difference.max_error);
    result_.tolerance = std::max(result_.tolerance, difference.tolerance);
    if (result_.passed() && !difference.is_close()) result_.message = what + ": " + difference.message;
  };
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    take(program_->read(outputs_[i]), expected_[i], fmt::format("output {}", i));
  }
  for (std::size_t i = 0; i < run_->variables.size(); ++i) {
    take(context_.download(run_->variables[i]), expected_variables_[i], "variable " + run_->variables[i]->name);
  }
}

bool ParityCheck::advance(double wait_ms) {
  try {
    switch (stage_) {
      case Stage::reference:
        make_reference();
        stage_ = Stage::warming;
        break;
      case Stage::warming:
        if (!program_->warm_next(wait_ms).is_finished) break;
        program_->submit();
        // Memory starts as zeros, which hides kernels that add to what they find; not so the second time.
        if (run_->variables.empty()) program_->submit();
        stage_ = Stage::running;
        break;
      case Stage::running:
        if (!program_->is_idle() && wait_ms == 0) break;
        compare_all();
        stage_ = Stage::done;
        program_.reset();
        break;
      case Stage::done:
        break;
    }
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const std::exception& error) {
    result_.message = error.what();
    stage_ = Stage::done;
  }
  return stage_ == Stage::done;
}

ParityResult check_parity(Context& context, const Op& op, const Example& example) {
  constexpr double forever_ms = -1;
  ParityCheck check(context, std::make_unique<ExampleCase>(op, example));
  while (!check.advance(forever_ms)) {
  }
  return check.result();
}

std::map<std::string, std::vector<ShaderUse>> shader_uses(const tensor::DeviceTraits& traits) {
  std::map<std::string, std::vector<ShaderUse>> uses;
  for (const Op* op : ops::all_ops()) {
    if (op->kernel == nullptr || op->examples == nullptr) continue;
    for (Example& one : op->examples()) {
      const auto example = std::make_shared<const Example>(std::move(one));
      std::vector<tensor::TensorType> inputs;
      for (const Example::Input& input : example->inputs) inputs.push_back(input.type);
      const std::vector<tensor::TensorType> outputs = op->infer(inputs, example->attributes);
      std::int64_t bytes = 0;
      for (const tensor::TensorType& type : inputs) bytes += type.bytes();
      for (const tensor::TensorType& type : outputs) bytes += type.bytes();
      std::set<std::string> files;
      for (const tensor::KernelCall& call : op->kernel({inputs, outputs, example->attributes, traits}).calls) {
        if (call.source.empty()) files.insert(call.shader + ".comp");
      }
      for (const std::string& file : files) uses[file].push_back({op, example, bytes});
    }
  }
  for (auto& [file, examples] : uses) {
    std::stable_sort(examples.begin(), examples.end(),
                     [](const ShaderUse& a, const ShaderUse& b) { return a.bytes > b.bytes; });
  }
  return uses;
}

}  // namespace figment::runtime
