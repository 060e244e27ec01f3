#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "nn/neighbours.h"
#include "nn/transformer_block.h"

namespace figment::models {

using nn::Tensor;

/// Sizes of a transformer that reads one text and writes another.
struct EncoderDecoderConfig {
  std::int64_t vocabulary = 0;       ///< shared by both texts; token 0 is padding
  std::int64_t source_context = 24;  ///< tokens, with every mark that belongs to it
  std::int64_t target_context = 24;
  std::int64_t channels = 128;
  std::int64_t layers = 2;  ///< of the encoder, and of the decoder
  std::int64_t heads = 4;
  std::int64_t expansion = 4;  ///< of the feed-forward nets
  std::int64_t reach = 0;      ///< places on each side that the encoder takes in before its blocks

  EncoderDecoderConfig large() const;  ///< for a GPU: the same texts
};

/// What is kept on the device while texts are written: `sentences` source texts, each written `beams` times at once.
/// Rows of the batch: sentence 0 with all its beams, then sentence 1 ...
struct DecoderState {
  DecoderState(const EncoderDecoderConfig& config, std::int64_t sentences, std::int64_t beams = 1);
  std::int64_t sentences;
  std::int64_t beams;
  std::int64_t batch() const { return sentences * beams; }
  std::vector<tensor::Variable> keys;          ///< a layer: [batch, target_context, channels], of what is written
  std::vector<tensor::Variable> values;        ///< likewise
  std::vector<tensor::Variable> cross_keys;    ///< a layer: [batch, source_context, channels], of what was read
  std::vector<tensor::Variable> cross_values;  ///< likewise
  tensor::Variable source_mask;                ///< f32 [batch, source_context]: 1 where there is a token
};

/// An encoder and a decoder transformer with learned positions and one table of embeddings for both texts and the
/// output (Vaswani et al., 2017; pre-norm).
class EncoderDecoder {
 public:
  EncoderDecoder(const EncoderDecoderConfig& config, std::uint64_t seed);

  /// source i32 [B, T], target i32 [B, S], both filled up with 0 (T, S up to the contexts) -> logits
  /// [B * S, vocabulary] of what follows each place of the target. For training.
  Tensor operator()(Tensor source, Tensor target) const;

  /// source i32 [sentences, source_context], filled up with 0: puts its cross keys, values and mask into the state.
  void read(Tensor source, const DecoderState& state) const;

  /// What follows `tokens` i32 [batch], which stand at `position` (i32 [1]; length = position + 1): logits
  /// [batch, vocabulary]. `seen`, if given: how much each layer and head looked at each source token now,
  /// [batch, layers * heads, source_context].
  Tensor next(Tensor tokens, Tensor position, Tensor length, const DecoderState& state, Tensor* seen = nullptr) const;

  const EncoderDecoderConfig& config() const { return config_; }
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }

 private:
  Tensor encode(Tensor source, Tensor mask) const;
  Tensor logits(Tensor h) const;

  EncoderDecoderConfig config_;
  nn::ParameterList parameters_;
  nn::Embedding token_;
  nn::Embedding source_position_;
  nn::Embedding target_position_;
  std::optional<nn::Neighbours> neighbours_;
  std::vector<nn::TransformerBlock> encoder_;
  nn::LayerNorm encoder_norm_;
  std::vector<nn::TransformerBlock> decoder_;
  nn::LayerNorm norm_;
};

/// f32 1 where a token is not padding, else 0; the shape of `tokens`.
Tensor mask_of(Tensor tokens);

}  // namespace figment::models
