#include "ops/recurrent.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "ops/launch.h"
#include "ops/ops.h"

namespace figment::ops {

const tensor::Op& recurrent_op();
const tensor::Op& recurrent_grad_op();

RecurrentSizes recurrent_sizes(const TensorType& x, const tensor::Attributes& attributes) {
  core::require(x.shape.rank() == 3 && x.dtype == DType::f32,
                "a recurrent layer needs x [T, B, columns] of f32, not {}", x.to_string());
  RecurrentSizes sizes;
  sizes.cell = static_cast<Cell>(attributes.integer("cell"));
  sizes.steps = x.shape[0];
  sizes.batch = x.shape[1];
  sizes.columns = x.shape[2];
  sizes.units = sizes.columns / columns_of(sizes.cell);
  core::require(sizes.units > 0 && sizes.columns % columns_of(sizes.cell) == 0 && sizes.units % 8 == 0,
                "a recurrent layer needs a multiple of 8 units, not {} columns", sizes.columns);
  return sizes;
}

RecurrentGradInputs::RecurrentGradInputs(const tensor::Attributes& attributes) {
  const auto cell = static_cast<Cell>(attributes.integer("cell"));
  int next = 2;
  if (cell == Cell::lstm) first_cell = next++;
  hidden = next++;
  if (cell != Cell::rnn) gates = next++;
  if (cell == Cell::lstm) cells = next++;
  grad_hidden = next++;
  if (attributes.integer("grad_gates", 0) != 0) grad_gates = next++;
  if (attributes.integer("grad_cells", 0) != 0) grad_cells = next++;
  count = next;
}

namespace {

using tensor::Attributes;
using tensor::Example;
using tensor::GradientSite;
using tensor::Op;
using Inputs = std::span<const TensorType>;

void require_shape(const TensorType& type, const Shape& shape, const char* what) {
  core::require(type.shape == shape && type.dtype == DType::f32, "a recurrent layer needs {} f32{}, not {}", what,
                shape.to_string(), type.to_string());
}

std::vector<TensorType> infer(Inputs inputs, const Attributes& attributes) {
  core::require(!inputs.empty(), "a recurrent layer needs inputs");
  const RecurrentSizes s = recurrent_sizes(inputs[0], attributes);
  core::require(inputs.size() == (s.cell == Cell::lstm ? 4U : 3U),
                "a recurrent layer takes x, the weight and the state before the first step");
  require_shape(inputs[1], {s.units, s.columns}, "a weight");
  for (std::size_t i = 2; i < inputs.size(); ++i) require_shape(inputs[i], {s.batch, s.units}, "a state");
  std::vector<TensorType> outputs = {{{s.steps, s.batch, s.units}, DType::f32}};
  if (s.cell != Cell::rnn) outputs.push_back({{s.steps, s.batch, s.columns}, DType::f32});
  if (s.cell == Cell::lstm) outputs.push_back({{s.steps, s.batch, s.units}, DType::f32});
  return outputs;
}

std::vector<TensorType> infer_grad(Inputs inputs, const Attributes& attributes) {
  const RecurrentGradInputs in(attributes);
  core::require(static_cast<int>(inputs.size()) == in.count, "recurrent_grad takes {} inputs, not {}", in.count,
                inputs.size());
  const Shape& hidden = inputs[static_cast<std::size_t>(in.hidden)].shape;
  const auto cell = static_cast<Cell>(attributes.integer("cell"));
  std::vector<TensorType> outputs = {{{hidden[0], hidden[1], hidden[2] * columns_of(cell)}, DType::f32},
                                     {{hidden[1], hidden[2]}, DType::f32}};
  if (cell == Cell::lstm) outputs.push_back(outputs[1]);
  return outputs;
}

/// The gradient of the weight: what each step read, times the gradient of what the gates were given there.
Tensor weight_gradient(Tensor first, Tensor hidden, Tensor grad_x) {
  const std::int64_t steps = hidden.dim(0);
  const std::int64_t rows = steps * hidden.dim(1);
  Tensor before = reshape(first, {1, hidden.dim(1), hidden.dim(2)});
  if (steps > 1) before = concat(std::array{before, slice(hidden, 0, 0, steps - 1)}, 0);
  return matmul(reshape(before, {rows, hidden.dim(2)}), reshape(grad_x, {rows, grad_x.dim(2)}), {.transpose_a = true});
}

std::vector<Tensor> gradient(const GradientSite& site) {
  Attributes attributes = site.attributes;
  std::vector<Tensor> inputs = {transpose(site.inputs[1], {1, 0})};
  inputs.insert(inputs.end(), site.inputs.begin() + 2, site.inputs.end());
  inputs.insert(inputs.end(), site.outputs.begin(), site.outputs.end());
  inputs.push_back(site.grads[0] ? site.grads[0] : scale(site.outputs[0], 0));
  const char* const names[] = {"", "grad_gates", "grad_cells"};
  for (std::size_t i = 1; i < site.grads.size(); ++i) {
    if (!site.grads[i]) continue;
    inputs.push_back(site.grads[i]);
    attributes.set(names[i], std::int64_t{1});
  }
  const std::vector<Tensor> found = site.graph.apply(recurrent_grad_op(), inputs, std::move(attributes));
  std::vector<Tensor> grads = {found[0], {}, found[1]};
  if (site.needed[1]) grads[1] = weight_gradient(site.inputs[2], site.outputs[0], found[0]);
  if (found.size() > 2) grads.push_back(found[2]);
  return grads;
}

Attributes attributes_of(Cell cell) { return {{"cell", static_cast<std::int64_t>(cell)}}; }

Example forward_example(std::string name, Cell cell, std::int64_t steps, std::int64_t batch, std::int64_t units) {
  const std::int64_t columns = units * columns_of(cell);
  const float scale = 2.0F / std::sqrt(static_cast<float>(units));
  std::vector<Example::Input> inputs = {uniform_input({steps, batch, columns}, -2, 2),
                                        uniform_input({units, columns}, -scale, scale), uniform_input({batch, units})};
  if (cell == Cell::lstm) inputs.push_back(uniform_input({batch, units}));
  return example(std::move(name), std::move(inputs), attributes_of(cell));
}

std::vector<Example> examples() {
  std::vector<Example> list;
  for (const auto& [name, cell] : {std::pair{"rnn", Cell::rnn}, {"gru", Cell::gru}, {"lstm", Cell::lstm}}) {
    list.push_back(forward_example(name, cell, 4, 3, 8));
    list.push_back(forward_example(std::string(name) + ", one step", cell, 1, 1, 16));
    // Long enough for the weights to be laid out as panels, and more rows than a tile has.
    Example longer = forward_example(std::string(name) + ", long", cell, 9, 18, 32);
    longer.check_gradient = false;
    list.push_back(std::move(longer));
  }
  return list;
}

/// The gradient op is compared with its reference on numbers that no forward pass made: both are given the same.
std::vector<Example> examples_grad() {
  std::vector<Example> list;
  for (const Cell cell : {Cell::rnn, Cell::gru, Cell::lstm}) {
    constexpr std::int64_t steps = 3, batch = 5, units = 24;
    const std::int64_t columns = units * columns_of(cell);
    const Shape state{batch, units}, states{steps, batch, units}, gates{steps, batch, columns};
    std::vector<Example::Input> inputs = {uniform_input({columns, units}, -0.3F, 0.3F), uniform_input(state)};
    if (cell == Cell::lstm) inputs.push_back(uniform_input(state));
    inputs.push_back(uniform_input(states));
    if (cell != Cell::rnn) inputs.push_back(uniform_input(gates, 0.1F, 0.9F));
    if (cell == Cell::lstm) inputs.push_back(uniform_input(states));
    inputs.push_back(uniform_input(states));
    list.push_back(
        example_without_gradient("cell " + std::to_string(static_cast<int>(cell)), inputs, attributes_of(cell)));
  }
  return list;
}

}  // namespace

const Op& recurrent_op() {
  static const Op op{.name = "recurrent",
                     .family = tensor::Family::matmul,
                     .infer = infer,
                     .reference = recurrent_reference,
                     .gradient = gradient,
                     .kernel = plan_recurrent,
                     .examples = examples};
  return op;
}

const Op& recurrent_grad_op() {
  static const Op op{.name = "recurrent_grad",
                     .family = tensor::Family::matmul,
                     .infer = infer_grad,
                     .reference = recurrent_grad_reference,
                     .kernel = plan_recurrent_grad,
                     .examples = examples_grad};
  return op;
}

Recurrence recurrent(Cell kind, Tensor x, Tensor weight, Tensor hidden, Tensor cell) {
  std::vector<Tensor> inputs = {x, weight, hidden};
  if (cell) inputs.push_back(cell);
  const std::vector<Tensor> outputs = x.graph->apply(recurrent_op(), inputs, attributes_of(kind));
  Recurrence result;
  result.hidden = outputs[0];
  if (outputs.size() > 1) result.gates = outputs[1];
  if (outputs.size() > 2) result.cells = outputs[2];
  return result;
}

std::vector<const Op*> recurrent_ops();
std::vector<const Op*> recurrent_ops() { return {&recurrent_op(), &recurrent_grad_op()}; }

}  // namespace figment::ops
