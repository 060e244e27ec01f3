#pragma once
#include "tensor/graph.h"

/// Ops on the logits of the next token, whose settings are read from small inputs, so that a person may move a slider
/// without a new recording. The chain is penalize -> filter_logits -> categorical.
namespace figment::ops {

/// What `penalize` reads from its `params` input, in this order.
struct PenaltyParams {
  float repetition =
      1;                ///< divides positive and multiplies negative logits of tokens seen before (Keskar et al., 2019)
  float presence = 0;   ///< subtracted once from the logits of tokens seen before
  float frequency = 0;  ///< subtracted for each time a token was seen
  float window = 256;   ///< how many of the last tokens are looked at; 0: none
};
static_assert(sizeof(PenaltyParams) == 4 * sizeof(float), "shaders/text_sampling_penalize.comp reads one vec4");

/// logits f32 [N, V], history i32 [N, T] of which the first `length` (i32 [1]) are filled, params f32 [4]
/// (PenaltyParams) -> [N, V].
tensor::Tensor penalize(tensor::Tensor logits, tensor::Tensor history, tensor::Tensor length, tensor::Tensor params);

/// What `filter_logits` reads from its `params` input, in this order. The defaults keep everything.
struct FilterParams {
  float temperature = 1;  ///< divides the logits; 0 keeps only the most probable token
  float top_k = 0;        ///< keep this many most probable tokens; 0: all
  float top_p = 1;        ///< keep the most probable tokens that together have this probability; 1: all
  float min_p = 0;        ///< keep tokens with at least this share of the greatest probability; 0: all
  float typical_p = 1;    ///< keep the tokens nearest to the expected information that together have this probability
  float reserved[3] = {0, 0, 0};
};
static_assert(sizeof(FilterParams) == 8 * sizeof(float), "shaders/text_sampling_filter.comp reads two vec4");

/// What a removed token's logit becomes.
inline constexpr float removed_logit = -1e30F;

/// logits f32 [N, V], params f32 [8] (FilterParams) -> logits / temperature, with the removed tokens at removed_logit.
/// In the order temperature, top-k, typical, top-p, min-p, each on the renormalised rest; among equals the lower token
/// stays. At least one token stays.
tensor::Tensor filter_logits(tensor::Tensor logits, tensor::Tensor params);

}  // namespace figment::ops
