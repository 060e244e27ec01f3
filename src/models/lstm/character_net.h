#pragma once
#include <cstdint>
#include <vector>

#include "nn/layers.h"
#include "ops/recurrent.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of a net that foretells the next character.
struct CharacterNetConfig {
  ops::Cell cell = ops::Cell::lstm;
  std::int64_t vocabulary = 0;
  std::int64_t units = 128;
  std::int64_t layers = 1;
  /// Every other unit of an lstm begins with a memory of this many characters or fewer; 0: none does. It is to help
  /// with what has to be remembered for long, such as a name.
  float longest_memory = 0;
};

/// The state of a net between two characters, [B, units] a layer; cells of an lstm only.
struct CharacterState {
  std::vector<Tensor> hidden;
  std::vector<Tensor> cells;
};

/// The same in memory that outlives programs.
struct CharacterMemory {
  CharacterMemory(const CharacterNetConfig& config, std::int64_t batch);
  /// The state that is in there, with the rows where keep f32 [B, 1] is 0 forgotten.
  CharacterState read(nn::Graph& graph, Tensor keep) const;
  void write(const CharacterState& state) const;
  std::vector<tensor::Variable> hidden;
  std::vector<tensor::Variable> cells;
};

/// A recurrent network over characters (Karpathy, "The unreasonable effectiveness of recurrent neural networks", 2015):
/// each character is looked up in a table of what it brings to the gates, one or more layers carry a state, and a
/// linear layer foretells the next character.
class CharacterNet {
 public:
  CharacterNet(const nn::Scope& scope, const CharacterNetConfig& config);

  struct Output {
    Tensor logits;  ///< [T * B, vocabulary]
    CharacterState state;
    std::vector<ops::Recurrence> layers;
  };
  /// tokens i32 [T, B]
  Output operator()(Tensor tokens, const CharacterState& before) const;

  CharacterState zero_state(nn::Graph& graph, std::int64_t batch) const;
  /// The weights as ops::recurrent takes them; of layer 0 what each character brings, of the others the product.
  Tensor table(nn::Graph& graph) const;
  Tensor recurrent_weight(nn::Graph& graph, std::size_t layer) const;

  const CharacterNetConfig& config() const { return config_; }

 private:
  struct Layer {
    tensor::Variable input;      ///< [vocabulary or units, units * 4, 3 (gru) or 1 (rnn)]
    tensor::Variable recurrent;  ///< [units, the same]
    tensor::Variable bias;       ///< [the same]
    tensor::Variable extra;      ///< [units] of a gru: the bias within the reset gate
  };
  Tensor with_bias(Tensor x, const Layer& layer) const;
  Tensor brought(Tensor below, const Layer& layer) const;

  CharacterNetConfig config_;
  std::vector<Layer> layers_;
  nn::Linear output_;
};

}  // namespace figment::models
