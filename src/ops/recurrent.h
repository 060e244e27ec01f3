#pragma once
#include <cstdint>
#include <span>

#include "tensor/graph.h"
#include "tensor/op.h"

/// Recurrent layers: one op runs all steps of a layer, a dispatch a step. What the inputs bring to the gates is made
/// for all steps beforehand, by one product or one lookup.
namespace figment::ops {

using tensor::Tensor;

/// How a unit keeps its state. With p = x[t] + hidden[t - 1] weight, unit by unit:
///  - rnn: hidden = tanh(p) (Elman, 1990); a unit has one column;
///  - gru: r, z = sigmoid(p0), sigmoid(p1), n = tanh(p2 + r p3), hidden = (1 - z) n + z hidden[t - 1] (Cho et al.,
///    2014; the textbook's has a weight of zero to p2); four columns, which lie together;
///  - lstm: i, f, g, o = sigmoid(p0), sigmoid(p1), tanh(p2), sigmoid(p3), cell = f cell[t - 1] + i g,
///    hidden = o tanh(cell) (Hochreiter and Schmidhuber, 1997; Gers et al., 2000); four columns.
enum class Cell : std::uint8_t { rnn, gru, lstm };

constexpr std::int64_t columns_of(Cell cell) { return cell == Cell::rnn ? 1 : 4; }

struct Recurrence {
  Tensor hidden;  ///< [T, B, H]
  Tensor gates;   ///< [T, B, H * 4]: i f g o of each unit, or r z n and p3; none of an rnn
  Tensor cells;   ///< [T, B, H], of an lstm
};

/// x [T, B, H * columns], weight [H, H * columns], hidden [B, H] and, of an lstm, cell [B, H] before the first step.
/// H is a multiple of 8. Throws Error if the shapes do not fit.
Recurrence recurrent(Cell kind, Tensor x, Tensor weight, Tensor hidden, Tensor cell = {});

/// What the parts of the op share.
struct RecurrentSizes {
  Cell cell = Cell::lstm;
  std::int64_t steps = 0;
  std::int64_t batch = 0;
  std::int64_t units = 0;
  std::int64_t columns = 0;  ///< units times columns_of(cell)
};
RecurrentSizes recurrent_sizes(const tensor::TensorType& x, const tensor::Attributes& attributes);

/// Inputs of recurrent_grad: the weight transposed, the initial hidden (and cell), the op's outputs, the gradient of
/// hidden, and of gates and cells where the attributes "grad_gates" and "grad_cells" announce them.
/// Outputs: the gradients of x, of the initial hidden, and of the initial cell.
struct RecurrentGradInputs {
  explicit RecurrentGradInputs(const tensor::Attributes& attributes);
  int weight = 0;
  int first_hidden = 1;
  int first_cell = -1;
  int hidden = 0;
  int gates = -1;
  int cells = -1;
  int grad_hidden = 0;
  int grad_gates = -1;
  int grad_cells = -1;
  int count = 0;
};

// recurrent_reference.cpp
void recurrent_reference(const tensor::ReferenceSite& site);
void recurrent_grad_reference(const tensor::ReferenceSite& site);
// recurrent_kernel.cpp
tensor::KernelPlan plan_recurrent(const tensor::KernelSite& site);
tensor::KernelPlan plan_recurrent_grad(const tensor::KernelSite& site);

}  // namespace figment::ops
