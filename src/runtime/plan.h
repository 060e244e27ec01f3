#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tensor/graph.h"
#include "tensor/kernel.h"

// What a graph becomes before it is recorded; plain data, no Vulkan. Not for other folders.
namespace figment::runtime {

/// Output `second` of node `first`.
using ValueKey = std::pair<tensor::NodeId, int>;

/// One piece of memory. Arena pieces share memory with others that live at other times.
struct Storage {
  enum class Home : std::uint8_t { arena, variable, input, constant };
  Home home = Home::arena;
  std::int64_t bytes = 0;
  tensor::Variable variable;  ///< a root variable
  tensor::NodeId node = -1;   ///< the leaf, of inputs and constants
  bool persistent = false;    ///< keeps its memory over the whole replay and between replays
  int first_step = -1;
  int last_step = -1;
  std::int64_t offset = 0;  ///< in the arena, the input memory or the constant memory
};

/// A range of a storage.
struct Slice {
  int storage = -1;
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
};

struct StepOperand {
  Slice slice;
  tensor::View view = tensor::View::storage;
  tensor::DType dtype = tensor::DType::f32;
  bool reads = false;
  bool writes = false;
};

/// One dispatch, or a copy of operands[0] to operands[1].
struct Step {
  enum class Kind : std::uint8_t { dispatch, copy };
  Kind kind = Kind::dispatch;
  tensor::KernelCall call;
  std::vector<StepOperand> operands;
  tensor::Family family = tensor::Family::data;
  double flops = 0;
  tensor::NodeId node = -1;
  bool frozen = false;  ///< only needs to run again when a variable was changed from outside

  /// Bytes that the operands span.
  std::int64_t bytes() const;
  /// Bytes that the step must at least read and write, each operand once. Where data only goes from place to place
  /// (look-ups, slices, rows written into a cache) no operand counts for more than the others together.
  std::int64_t moved_bytes() const;
};

struct Plan {
  std::vector<Storage> storages;
  std::vector<Step> steps;  ///< the frozen ones first
  std::size_t frozen_steps = 0;
  std::map<ValueKey, Slice> values;    ///< of leaves, and of nodes that have memory
  std::vector<tensor::NodeId> inputs;  ///< live input leaves
  double flops = 0;
  std::int64_t scratch_bytes = 0;  ///< largest scratch of one node
};

/// Chooses kernels and memory for all nodes that `outputs` and the mutating nodes need.
Plan lower(const tensor::Graph& graph, std::span<const tensor::Tensor> outputs, const tensor::DeviceTraits& traits,
           bool fuse, bool freeze);

}  // namespace figment::runtime
