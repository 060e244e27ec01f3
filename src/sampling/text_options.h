#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace figment::sampling {

/// How the next token is chosen from the network's logits. The defaults leave the network's own distribution alone,
/// but for a temperature of 0.8.
///
/// The chain, in this order: repetition penalty, presence and frequency penalties, [greedy: the largest logit wins],
/// temperature, softmax, top-k, typical-p, top-p, min-p. Each filter sees the distribution that the one before
/// left, scaled back to sum 1, and keeps at least one token.
struct TextOptions {
  float temperature = 0.8f;      ///< logits are divided by this; 0 is greedy
  int top_k = 0;                 ///< keep the k likeliest tokens; 0: all
  float top_p = 1;               ///< keep the likeliest tokens until they hold this probability; 1: all
  float min_p = 0;               ///< drop tokens below this share of the likeliest one's probability; 0: none
  float typical_p = 1;           ///< keep the tokens of the most expected surprise, to this probability; 1: all
  float repetition_penalty = 1;  ///< > 1 pushes tokens of the text so far down (divides a logit > 0, else multiplies)
  float presence_penalty = 0;    ///< subtracted from the logit of each token of the text so far
  float frequency_penalty = 0;   ///< subtracted once for each time a token is in the text so far
  int penalty_window = 256;      ///< how many of the last tokens the penalties look at; 0: none
  std::uint64_t seed = 0;        ///< of the random numbers that choose
  bool greedy = false;           ///< always the likeliest token, after the penalties
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
  double (*get)(const TextOptions&);
  void (*set)(TextOptions&, double);
};

/// Every number of TextOptions but the seed, in the order of the chain.
std::span<const TextOptionInfo> text_options();

/// What is wrong with the options, as one sentence that says what to do; nothing if they are fine.
std::optional<std::string> find_problem(const TextOptions& options);

/// Throws Error with find_problem()'s sentence, if there is one.
void require_valid(const TextOptions& options);

}  // namespace figment::sampling
