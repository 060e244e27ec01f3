#include <fmt/format.h>

#include <array>

#include "app/commands/bench_case.h"
#include "core/random.h"
#include "ops/ops.h"

namespace figment::app {
namespace {

using ops::Tensor;
using tensor::Graph;

/// A kernel to measure: traces one op (with its inputs) and returns its output.
using Trace = std::function<Tensor(Graph& graph)>;

std::vector<float> random_values(std::int64_t count, std::uint64_t stream) {
  core::Random random(1, stream);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.uniform(-1, 1);
  return values;
}

/// Writes random numbers to every f32 input that has no value in `given`.
void fill_inputs(runtime::Program& program, const Graph& graph,
                 const std::vector<std::pair<std::string, tensor::HostTensor>>& given = {}) {
  for (tensor::NodeId id = 0; id < graph.size(); ++id) {
    const tensor::Node& node = graph.node(id);
    if (node.kind == tensor::Node::Kind::input && node.outputs[0].dtype == tensor::DType::f32) {
      program.write(node.name, random_values(node.outputs[0].shape.count(), static_cast<std::uint64_t>(id)));
    }
  }
  for (const auto& [name, value] : given) program.write(name, value);
}

double bytes_of(const tensor::Node& node) {
  double total = 0;
  for (const Tensor& input : node.inputs) total += static_cast<double>(input.type().bytes());
  for (const tensor::TensorType& output : node.outputs) total += static_cast<double>(output.bytes());
  return total;
}

void run_program(BenchRow& row, runtime::Program& program, int repeat) {
  measure(row, repeat, [&] {
    program.submit();
    program.wait();
  });
  take_statistics(row, program);
}

/// `flops` 0: what the op says.
BenchCase forward_case(std::string name, double flops, Trace trace) {
  return {name, [name, flops, trace](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            Graph graph;
            const std::array<Tensor, 1> outputs = {trace(graph)};
            const auto program = runtime::compile(context(), graph, outputs, {.name = name});
            fill_inputs(*program, graph);
            BenchRow row;
            row.flops = flops;
            row.bytes = bytes_of(graph.node(outputs[0].node));
            run_program(row, *program, settings.repeat);
            return row;
          }};
}

/// Only the gradients of the op's inputs in `wanted`: what the forward pass left is given as inputs.
BenchCase backward_case(std::string name, double flops, std::vector<std::size_t> wanted, Trace trace) {
  return {name, [name, flops, wanted, trace](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            Graph forward;
            const Tensor result = trace(forward);
            std::vector<Tensor> results;
            const auto count = static_cast<int>(forward.node(result.node).outputs.size());
            for (int i = 0; i < count; ++i) results.push_back({&forward, result.node, i});
            const auto before = runtime::compile(context(), forward, results, {.name = name + " forward"});
            fill_inputs(*before, forward);
            before->submit();

            Graph graph;
            const tensor::Node& node = graph.node(trace(graph).node);
            std::vector<std::pair<std::string, tensor::HostTensor>> saved;
            std::vector<Tensor> saved_inputs;
            std::vector<Tensor> grads(results.size());
            for (std::size_t i = 0; i < results.size(); ++i) {
              saved.emplace_back(fmt::format("saved{}", i), before->read(results[i]));
              saved_inputs.push_back(graph.input(saved.back().first, saved.back().second.type));
            }
            grads[0] = graph.input("grad", node.outputs[0]);
            const auto needed = std::make_unique<bool[]>(node.inputs.size());
            for (const std::size_t index : wanted) needed[index] = true;
            const std::vector<Tensor> made = node.op->gradient(
                {graph, node.inputs, saved_inputs, grads, {needed.get(), node.inputs.size()}, node.attributes});
            std::vector<Tensor> outputs;
            for (const std::size_t index : wanted) outputs.push_back(made[index]);
            const auto program = runtime::compile(context(), graph, outputs, {.name = name});
            fill_inputs(*program, graph, saved);
            BenchRow row;
            row.flops = flops;
            row.bytes = bytes_of(node);
            for (const Tensor& output : outputs) row.bytes += static_cast<double>(output.type().bytes());
            run_program(row, *program, settings.repeat);
            return row;
          }};
}

void add_products(std::vector<BenchCase>& cases) {
  for (const std::int64_t size : {512, 1024}) {
    const double flops = 2.0 * static_cast<double>(size) * static_cast<double>(size) * static_cast<double>(size);
    for (const char* form : {"nn", "nt", "tn"}) {
      cases.push_back(forward_case(fmt::format("gemm_{}_{}", size, form), flops, [size, form](Graph& graph) {
        const tensor::TensorType type{{size, size}, tensor::DType::f32};
        ops::MatmulOptions options;
        options.transpose_a = form[0] == 't';
        options.transpose_b = form[1] == 't';
        return ops::matmul(graph.input("a", type), graph.input("b", type), options);
      }));
    }
  }
}

void add_convolutions(std::vector<BenchCase>& cases) {
  for (const auto& [side, channels] : {std::pair<std::int64_t, std::int64_t>{32, 64}, {16, 128}}) {
    constexpr std::int64_t batch = 8;
    const double flops = 2.0 * 9 * static_cast<double>(batch * side * side * channels * channels);
    const Trace trace = [side = side, channels = channels](Graph& graph) {
      const Tensor x = graph.input("x", {{batch, side, side, channels}, tensor::DType::f32});
      const Tensor weight = graph.input("weight", {{3, 3, channels, channels}, tensor::DType::f32});
      ops::ConvOptions options;
      options.padding = 1;
      return ops::conv2d(x, weight, options);
    };
    const std::string stem = fmt::format("conv_{}x{}x{}", side, side, channels);
    cases.push_back(forward_case(stem + "_forward", flops, trace));
    cases.push_back(backward_case(stem + "_grad_input", flops, {0}, trace));
    cases.push_back(backward_case(stem + "_grad_weight", flops, {1}, trace));
  }
}

void add_attention(std::vector<BenchCase>& cases) {
  constexpr std::int64_t heads = 4;
  constexpr std::int64_t depth = 64;
  constexpr std::int64_t length = 1024;
  const double product = 2.0 * static_cast<double>(heads * depth * length * length);
  const Trace trace = [](Graph& graph) {
    const tensor::TensorType type{{1, length, heads * depth}, tensor::DType::f32};
    ops::AttentionOptions options;
    options.heads = heads;
    return ops::attention(graph.input("q", type), graph.input("k", type), graph.input("v", type), options);
  };
  // Two products forwards; five backwards, one of which makes the weights anew.
  cases.push_back(forward_case("attention_forward", 2 * product, trace));
  cases.push_back(backward_case("attention_backward", 5 * product, {0, 1, 2}, trace));
}

/// Ops that are bound by memory, on 4 MiB: flops are not counted.
void add_small(std::vector<BenchCase>& cases) {
  const tensor::TensorType rows{{2048, 512}, tensor::DType::f32};
  const tensor::TensorType maps{{8, 32, 32, 128}, tensor::DType::f32};
  const auto vector = [](Graph& graph, const char* name, std::int64_t size) {
    return graph.input(name, {{size}, tensor::DType::f32});
  };
  const Trace layer_norm = [=](Graph& graph) {
    return ops::layer_norm(graph.input("x", rows), vector(graph, "weight", 512), vector(graph, "bias", 512));
  };
  const Trace group_norm = [=](Graph& graph) {
    return ops::group_norm(graph.input("x", maps), vector(graph, "weight", 128), vector(graph, "bias", 128), 8);
  };
  const Trace softmax = [=](Graph& graph) { return ops::softmax(graph.input("x", rows)); };
  cases.push_back(forward_case("layer_norm", 0, layer_norm));
  cases.push_back(backward_case("layer_norm_backward", 0, {0, 1, 2}, layer_norm));
  cases.push_back(forward_case("group_norm", 0, group_norm));
  cases.push_back(backward_case("group_norm_backward", 0, {0, 1, 2}, group_norm));
  cases.push_back(forward_case("softmax", 0, softmax));
  cases.push_back(backward_case("softmax_backward", 0, {0}, softmax));
  cases.push_back(forward_case("gelu", 0, [=](Graph& graph) { return ops::gelu(graph.input("x", rows)); }));
  cases.push_back(
      forward_case("add", 0, [=](Graph& graph) { return graph.input("x", rows) + graph.input("y", rows); }));
  cases.push_back(forward_case("sum_rows", 0, [=](Graph& graph) { return ops::sum(graph.input("x", rows), {1}); }));
  cases.push_back(forward_case("sum_columns", 0, [=](Graph& graph) { return ops::sum(graph.input("x", rows), {0}); }));
}

}  // namespace

std::vector<BenchCase> kernel_bench_cases() {
  std::vector<BenchCase> cases;
  add_products(cases);
  add_convolutions(cases);
  add_attention(cases);
  add_small(cases);
  return cases;
}

}  // namespace figment::app
