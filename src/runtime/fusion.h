#pragma once
#include <vector>

#include "runtime/plan.h"
#include "runtime/pointwise.h"
#include "runtime/variable_store.h"

namespace figment::runtime {

/// What lowering knows of the live part of a graph.
struct LiveGraph {
  const tensor::Graph& graph;
  std::vector<bool> live;                                   ///< per node
  std::map<ValueKey, std::vector<tensor::NodeId>> readers;  ///< nodes that compute with a value, also through views
  std::map<ValueKey, bool> wanted;                          ///< values that are outputs, also through views
  std::vector<tensor::NodeId> mutators;                     ///< live nodes that change variables, in order
  std::vector<bool> frozen;  ///< per node: gives the same in every replay until a variable is changed from outside
};

/// Finds the live nodes and the readers of each value. Throws Error if an output is of another graph.
LiveGraph analyse(const tensor::Graph& graph, std::span<const tensor::Tensor> outputs);

/// Marks the nodes that depend only on constants and on variables that no live node changes.
void find_frozen(LiveGraph& live);

/// Follows views back to the value whose memory they show.
tensor::Tensor base_of(const tensor::Graph& graph, tensor::Tensor value);

/// Whether a mutating node with after < id < before changes the variable that `value` shows; false for other values.
bool is_changed_between(const LiveGraph& live, tensor::Tensor value, tensor::NodeId after, tensor::NodeId before);

/// Splits the live pointwise nodes into groups, each run at the place of its last member. Without `fuse`, one node a
/// group. A producer joins its consumer's group if nobody needs it before that place and no variable that it reads
/// changes in between.
std::vector<PointwiseGroup> group_pointwise(const LiveGraph& live, bool fuse);

}  // namespace figment::runtime
