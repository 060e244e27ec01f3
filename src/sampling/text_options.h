#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/choose_token.h"

namespace figment::sampling {

using TextStage = ops::ChainStage;

/// All stages that can be put in order, as they are from the start.
std::vector<TextStage> default_text_order();

/// How the next token is chosen from the network's logits. The defaults leave the network's own distribution alone,
/// but for a temperature of 0.8.
///
/// The chain is a list of stages (ops::ChainStage) in the order of `order`; those whose settings change nothing are not
/// in it. Each filter sees the distribution that the one before left, scaled back to sum 1, and keeps at least one
/// token. When greedy, the biases and penalties come first and the largest logit wins.
struct TextOptions {
  float temperature = 0.8f;      ///< logits are divided by this; 0 is greedy
  float dynamic_range = 0;       ///< > 0: the temperature varies by this with the entropy
  float dynamic_exponent = 1;    ///< how the entropy's share of its maximum bends that
  int top_k = 0;                 ///< keep the k likeliest tokens; 0: all
  float top_p = 1;               ///< keep the likeliest tokens until they hold this probability; 1: all
  float min_p = 0;               ///< drop tokens below this share of the likeliest one's probability; 0: none
  float typical_p = 1;           ///< keep the tokens of the most expected surprise, to this probability; 1: all
  float top_n_sigma = 0;         ///< keep logits within this many standard deviations of the largest; 0: all
  float xtc_probability = 0;     ///< how often the likeliest tokens are excluded; 0: never
  float xtc_threshold = 0.1f;    ///< probability from which on a token counts among those
  float repetition_penalty = 1;  ///< > 1 pushes tokens of the text so far down (divides a logit > 0, else multiplies)
  float presence_penalty = 0;    ///< subtracted from the logit of each token of the text so far
  float frequency_penalty = 0;   ///< subtracted once for each time a token is in the text so far
  int penalty_window = 256;      ///< how many of the last tokens the penalties and DRY look at; 0: none
  float dry_multiplier = 0;      ///< subtracted from what would go on with a repetition; 0: nothing
  float dry_base = 1.75f;        ///< that grows by this factor with every token of the repetition
  int dry_allowed_length = 2;    ///< repetitions shorter than this are free
  float mirostat_tau = 0;        ///< mean surprise that is aimed at, bits a token; 0: none
  float mirostat_rate = 0.1f;    ///< how quickly it is corrected
  std::uint64_t seed = 0;        ///< of the random numbers that choose
  bool greedy = false;           ///< always the likeliest token, after the penalties
  std::vector<TextStage> order = default_text_order();  ///< a permutation of that
  bool operator==(const TextOptions&) const = default;
};

/// What a control for one number of TextOptions needs.
struct TextOptionInfo {
  std::string_view name;     ///< of the member, for files and the command line
  std::string_view title;    ///< for a person
  std::string_view tooltip;  ///< one sentence in plain words
  double minimum;
  double maximum;
  double neutral;  ///< the value that changes nothing
  bool is_integer;
  TextStage stage;  ///< that reads it
  double (*get)(const TextOptions&);
  void (*set)(TextOptions&, double);
};

/// Every number of TextOptions but the seed, stage by stage.
std::span<const TextOptionInfo> text_options();

/// A stage for a person.
struct TextStageInfo {
  TextStage stage;
  std::string_view name;     ///< for files and the command line
  std::string_view title;    ///< for a person
  std::string_view tooltip;  ///< what it does, one sentence
};

/// The stages that can be put in order, in their default order.
std::span<const TextStageInfo> text_stages();
const TextStageInfo& info_of(TextStage stage);

/// "min_p,temperature": these first, the others behind them in their default order. Throws Error with one sentence for
/// names that are unknown or there twice.
std::vector<TextStage> parse_text_order(std::string_view names);
/// All names, with commas between them.
std::string text_order_names(std::span<const TextStage> order);

/// What is wrong with the options, as one sentence that says what to do; nothing if they are fine.
std::optional<std::string> find_problem(const TextOptions& options);

/// Throws Error with find_problem()'s sentence, if there is one.
void require_valid(const TextOptions& options);

}  // namespace figment::sampling
