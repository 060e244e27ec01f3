#pragma once
#include <span>
#include <utility>
#include <vector>

#include "sampling/text_options.h"

/// From the options that a person sets to the stages that run.
namespace figment::sampling {

/// Tokens that belong to the options but depend on the vocabulary.
struct TextTokens {
  std::vector<std::pair<int, float>> bias;  ///< token and what is added to its logit; -100 or less all but bans it
  std::vector<int> breakers;                ///< that no repetition of DRY crosses: full stops, line ends ...
};

/// The stages that change something, in order.
std::vector<ops::ChainSettings::Stage> active_stages(const TextOptions& options, const TextTokens& tokens = {});

/// What ops::choose_token reads. Throws Error if there are more biases or breakers than it has room for.
ops::ChainSettings chain_settings(const TextOptions& options, const TextTokens& tokens = {});

/// Mirostat's limit on the surprise of a token, bits: before the first token, and after one of `surprise` bits.
float first_mirostat_limit(const TextOptions& options);
float next_mirostat_limit(const TextOptions& options, float limit, float surprise);

}  // namespace figment::sampling
