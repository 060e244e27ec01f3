#pragma once
#include <cstdint>
#include <vector>

#include "nn/neighbours.h"
#include "nn/transformer_block.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of the net that fills in masked words.
struct BertConfig {
  std::int64_t vocabulary = 0;  ///< the token for a masked word among them
  std::int64_t context = 160;   ///< tokens; nearly every story has fewer
  std::int64_t channels = 128;
  std::int64_t layers = 4;
  std::int64_t heads = 4;

  static BertConfig large(std::int64_t vocabulary);  ///< for a GPU
};

/// A bidirectional transformer that guesses masked words from the words on both sides (Devlin et al., 2019), with
/// learned positions, pre-norm blocks and tied embeddings. Before the blocks each place takes in its two neighbours on
/// each side by a convolution: with positions alone a net this small is slow to find out who stands beside whom.
class Bert {
 public:
  Bert(const BertConfig& config, std::uint64_t seed);

  /// tokens i32 [B, S], mask f32 [B, S] (1: a token, 0: filling) -> features [B, S, C]. `seen`, if given: how much each
  /// layer and head looks from each place at each, [B, layers * heads, S, S].
  Tensor features(Tensor tokens, Tensor mask, Tensor* seen = nullptr) const;
  /// Features of some places [N, C] -> logits [N, vocabulary]. To guess few places, gather them first.
  Tensor logits(Tensor features) const;
  /// Features [B, S, C], places i32 [N] counted over all rows -> [N, C].
  static Tensor gather(Tensor features, Tensor places);

  const BertConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  Tensor embed(Tensor tokens, Tensor mask) const;

  BertConfig config_;
  nn::ParameterList parameters_;
  nn::Embedding token_;
  nn::Embedding position_;
  nn::Neighbours neighbours_;  ///< the two places on each side
  std::vector<nn::TransformerBlock> blocks_;
  nn::LayerNorm norm_;
  nn::Linear transform_;
  nn::LayerNorm transform_norm_;
};

}  // namespace figment::models
