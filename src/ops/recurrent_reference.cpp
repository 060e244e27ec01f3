#include <cmath>
#include <vector>

#include "ops/recurrent.h"

namespace figment::ops {
namespace {

using tensor::ReferenceSite;
using Values = std::vector<float>;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

/// The element of a state before step t: of the initial one before the first.
double before(const Values& first, const Values& later, const RecurrentSizes& s, std::int64_t t, std::int64_t index) {
  return static_cast<double>(t == 0 ? first[at(index)] : later[at((t - 1) * s.batch * s.units + index)]);
}

/// What a unit's gates are given: x[t] + hidden[t - 1] weight.
std::vector<double> given(const ReferenceSite& site, const RecurrentSizes& s, std::int64_t t, std::int64_t b,
                          std::int64_t unit) {
  const std::int64_t width = columns_of(s.cell);
  std::vector<double> p(at(width));
  for (std::int64_t j = 0; j < width; ++j) {
    const std::int64_t column = unit * width + j;
    double sum = static_cast<double>(site.inputs[0]->floats[at((t * s.batch + b) * s.columns + column)]);
    for (std::int64_t k = 0; k < s.units; ++k) {
      sum += before(site.inputs[2]->floats, site.outputs[0].floats, s, t, b * s.units + k) *
             static_cast<double>(site.inputs[1]->floats[at(k * s.columns + column)]);
    }
    p[at(j)] = sum;
  }
  return p;
}

void step_unit(const ReferenceSite& site, const RecurrentSizes& s, std::int64_t t, std::int64_t b, std::int64_t unit) {
  const std::vector<double> p = given(site, s, t, b, unit);
  const std::int64_t index = b * s.units + unit;
  const std::int64_t here = t * s.batch * s.units + index;
  double hidden = 0;
  std::vector<double> gates;
  if (s.cell == Cell::rnn) {
    hidden = std::tanh(p[0]);
  } else if (s.cell == Cell::gru) {
    const double r = sigmoid(p[0]), z = sigmoid(p[1]), n = std::tanh(p[2] + r * p[3]);
    gates = {r, z, n, p[3]};
    hidden = (1 - z) * n + z * before(site.inputs[2]->floats, site.outputs[0].floats, s, t, index);
  } else {
    gates = {sigmoid(p[0]), sigmoid(p[1]), std::tanh(p[2]), sigmoid(p[3])};
    const double cell =
        gates[1] * before(site.inputs[3]->floats, site.outputs[2].floats, s, t, index) + gates[0] * gates[2];
    site.outputs[2].floats[at(here)] = static_cast<float>(cell);
    hidden = gates[3] * std::tanh(cell);
  }
  site.outputs[0].floats[at(here)] = static_cast<float>(hidden);
  for (std::size_t j = 0; j < gates.size(); ++j) {
    site.outputs[1].floats[at(here * 4) + j] = static_cast<float>(gates[j]);
  }
}

/// The gradient op's inputs by name.
struct Grad {
  const ReferenceSite& site;
  RecurrentGradInputs in;
  RecurrentSizes s;
  std::vector<double> hidden;  ///< gradient of the hidden state by what comes after, [B, H]
  std::vector<double> cell;    ///< likewise of the cell

  explicit Grad(const ReferenceSite& site_) : site(site_), in(site_.attributes) {
    s = recurrent_sizes(site.outputs[0].type, site.attributes);
    hidden.assign(at(s.batch * s.units), 0);
    cell = hidden;
  }
  const Values& input(int index) const { return site.inputs[at(index)]->floats; }
  double value(int index, std::int64_t element) const {
    return index < 0 ? 0 : static_cast<double>(input(index)[at(element)]);
  }
};

/// The gradient of what a unit's gates were given, at step t; leaves in grad.hidden and grad.cell what goes straight to
/// the step before.
std::vector<double> unit_gradient(Grad& grad, std::int64_t t, std::int64_t index) {
  const RecurrentSizes& s = grad.s;
  const std::int64_t here = t * s.batch * s.units + index;
  const double dh = grad.hidden[at(index)] + grad.value(grad.in.grad_hidden, here);
  grad.hidden[at(index)] = 0;
  if (s.cell == Cell::rnn) {
    const double h = grad.value(grad.in.hidden, here);
    return {dh * (1 - h * h)};
  }
  double g[4], d[4];
  for (std::int64_t j = 0; j < 4; ++j) {
    g[j] = grad.value(grad.in.gates, here * 4 + j);
    d[j] = grad.value(grad.in.grad_gates, here * 4 + j);
  }
  if (s.cell == Cell::gru) {
    const double last = before(grad.input(grad.in.first_hidden), grad.input(grad.in.hidden), s, t, index);
    const double dz = d[1] + dh * (last - g[2]);
    const double dn = (d[2] + dh * (1 - g[1])) * (1 - g[2] * g[2]);
    grad.hidden[at(index)] = dh * g[1];
    return {(d[0] + dn * g[3]) * g[0] * (1 - g[0]), dz * g[1] * (1 - g[1]), dn, d[3] + dn * g[0]};
  }
  const double last = before(grad.input(grad.in.first_cell), grad.input(grad.in.cells), s, t, index);
  const double squashed = std::tanh(grad.value(grad.in.cells, here));
  const double dc = grad.cell[at(index)] + grad.value(grad.in.grad_cells, here) + dh * g[3] * (1 - squashed * squashed);
  grad.cell[at(index)] = dc * g[1];
  return {(d[0] + dc * g[2]) * g[0] * (1 - g[0]), (d[1] + dc * last) * g[1] * (1 - g[1]),
          (d[2] + dc * g[0]) * (1 - g[2] * g[2]), (d[3] + dh * squashed) * g[3] * (1 - g[3])};
}

}  // namespace

void recurrent_reference(const ReferenceSite& site) {
  const RecurrentSizes s = recurrent_sizes(site.inputs[0]->type, site.attributes);
  for (std::int64_t t = 0; t < s.steps; ++t)
    for (std::int64_t b = 0; b < s.batch; ++b)
      for (std::int64_t unit = 0; unit < s.units; ++unit) step_unit(site, s, t, b, unit);
}

void recurrent_grad_reference(const ReferenceSite& site) {
  Grad grad(site);
  const RecurrentSizes& s = grad.s;
  Values& grad_x = site.outputs[0].floats;
  for (std::int64_t t = s.steps - 1; t >= 0; --t) {
    for (std::int64_t index = 0; index < s.batch * s.units; ++index) {
      const std::vector<double> d = unit_gradient(grad, t, index);
      const std::int64_t first = (t * s.batch * s.units + index) * columns_of(s.cell);
      for (std::size_t j = 0; j < d.size(); ++j) grad_x[at(first) + j] = static_cast<float>(d[j]);
    }
    for (std::int64_t b = 0; b < s.batch; ++b)
      for (std::int64_t unit = 0; unit < s.units; ++unit)
        for (std::int64_t column = 0; column < s.columns; ++column) {
          grad.hidden[at(b * s.units + unit)] +=
              static_cast<double>(grad_x[at((t * s.batch + b) * s.columns + column)]) *
              grad.value(grad.in.weight, column * s.units + unit);
        }
  }
  for (std::size_t i = 0; i < grad.hidden.size(); ++i) {
    site.outputs[1].floats[i] = static_cast<float>(grad.hidden[i]);
    if (s.cell == Cell::lstm) site.outputs[2].floats[i] = static_cast<float>(grad.cell[i]);
  }
}

}  // namespace figment::ops
