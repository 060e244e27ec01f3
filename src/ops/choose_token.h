#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "tensor/graph.h"
#include "tensor/op.h"

/// One dispatch that turns the logits of the next token into a choice: a list of stages, whose order and settings are
/// read from a small input, so that a person may move a slider or a stage without a new recording.
namespace figment::ops {

/// What a stage does. Each works on what the one before left; removed tokens stay removed, at least one token stays,
/// and among equals the lower token comes first.
enum class ChainStage : std::uint8_t {
  none = 0,
  bias,       ///< adds to the logits of the tokens in ChainSettings::bias
  penalties,  ///< a: repetition (Keskar et al., 2019), b: presence, c: frequency, d: window in tokens
  dry,  ///< a: multiplier, b: base, c: length of a repetition that is allowed, d: window ("don't repeat yourself")
  top_n_sigma,  ///< a: how many standard deviations of the logits below the greatest stay (Tang et al., 2024)
  temperature,  ///< logits / T; T = a, or with b > a by entropy: a + (b - a) (H / log n)^c. 0 is greedy
  top_k,        ///< a: how many of the likeliest stay
  typical_p,    ///< a: share that the tokens of the most expected surprise keep (Meister et al., 2022)
  top_p,        ///< a: share that the likeliest keep (Holtzman et al., 2019)
  min_p,        ///< a: share of the greatest probability below which tokens go (Nguyen et al., 2024)
  xtc,          ///< a: chance, b: threshold: of the tokens at or above it all but the least likely go
  mirostat,     ///< tokens whose surprise in bits is above the row's `state` go (Basu et al., 2020, version 2)
  greedy,       ///< only the likeliest stays
};

inline constexpr int chain_stages_max = 12;
inline constexpr int chain_bias_max = 32;
inline constexpr int chain_breakers_max = 8;

/// What `choose_token` reads from its `settings` input.
struct ChainSettings {
  struct Stage {
    float kind = 0;  ///< a ChainStage; none ends the list
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float reserved[3] = {0, 0, 0};
  };
  struct Bias {
    float token = -1;  ///< -1: none
    float value = 0;   ///< added to its logit
  };
  std::array<Stage, chain_stages_max> stages{};
  std::array<Bias, chain_bias_max> bias{};
  std::array<float, chain_breakers_max> breakers{-1, -1, -1, -1,
                                                 -1, -1, -1, -1};  ///< tokens that no repetition crosses

  std::span<const float> floats() const { return {&stages[0].kind, sizeof(ChainSettings) / sizeof(float)}; }
};
inline constexpr std::int64_t chain_settings_size = 8 * chain_stages_max + 2 * chain_bias_max + chain_breakers_max;
static_assert(sizeof(ChainSettings) == chain_settings_size * sizeof(float), "shaders/choose_token.comp reads vec4s");

struct TokenChoice {
  tensor::Tensor chosen;  ///< i32 [N]
  tensor::Tensor facts;   ///< f32 [N, 4]: TokenFacts
  /// f32 [N, 1 + stages, V rounded up to 4]: the network's logits, then those behind each stage, removed ones at
  /// chain_removed; what lies behind the last stage means nothing
  tensor::Tensor trace;
};

/// What is known of a choice.
struct TokenFacts {
  float surprise = 0;     ///< -log of its probability behind all stages, nats
  float probability = 0;  ///< under the network alone
  float entropy = 0;      ///< of the network's distribution, nats
  float alive = 0;        ///< tokens that were left to choose from
};

/// What a removed token's logit becomes in the trace.
inline constexpr float chain_removed = -1e30F;

/// logits f32 [N, V], history i32 [N, T] of which the first `length` (i32 [1]) are filled, settings f32
/// [chain_settings_size], state f32 [N] (of mirostat, bits), seed u32 [4]. Row r draws from seed + r, so that a batch
/// chooses as single rows with these seeds do. `stages`: how many of the settings' stages the trace has room for.
TokenChoice choose_token(tensor::Tensor logits, tensor::Tensor history, tensor::Tensor length, tensor::Tensor settings,
                         tensor::Tensor state, tensor::Tensor seed, std::int64_t stages = chain_stages_max);

/// The simple version on the CPU (choose_token_reference.cpp).
void reference_choose_token(const tensor::ReferenceSite& site);

const tensor::Op& choose_token_op();

}  // namespace figment::ops
