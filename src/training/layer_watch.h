#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nn/parameters.h"
#include "runtime/program.h"

namespace figment::training {

/// Measures the layers of a network within its training program: the norms of what the gradient, the weights and
/// their change in the step are in each. A layer is the parameters under one dotted path; of a network with very many
/// layers those under the beginning of a path are one.
class LayerWatch {
 public:
  static constexpr std::size_t layers_most = 28;

  /// `parameters` are packed.
  explicit LayerWatch(const nn::ParameterList& parameters);

  /// Traces what is to be measured before the optimiser: `gradients` f32 [weights], and keeps the weights.
  void trace_before(nn::Graph& graph, nn::Tensor gradients);
  /// And behind it.
  void trace_after(nn::Graph& graph);
  const std::vector<nn::Tensor>& outputs() const { return outputs_; }
  /// Takes the numbers of a step that has been made.
  void read(runtime::Program& program);

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<float>& gradients() const { return norms_[0]; }  ///< of each layer, before clipping
  const std::vector<float>& weights() const { return norms_[1]; }
  const std::vector<float>& changes() const { return norms_[2]; }

 private:
  nn::Tensor norms_of(nn::Graph& graph, nn::Tensor values) const;

  nn::Variable weights_;   ///< flat
  nn::Variable previous_;  ///< what they were before the step
  std::vector<std::string> names_;
  std::vector<std::size_t> layer_;  ///< of each piece
  std::vector<float> offsets_;      ///< of the pieces in the flat variable, and its size
  std::vector<nn::Tensor> outputs_;
  std::vector<std::vector<float>> norms_;  ///< [3, layers]
};

/// The layers of these dotted paths of parameters, in the order of their first one: not more than `most`, if shorter
/// paths can bring that about.
std::vector<std::string> layer_names(const std::vector<std::string>& parameters, std::size_t most);

}  // namespace figment::training
