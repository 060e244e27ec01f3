#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "models/lstm/lstm.h"
#include "studio/evaluate_text.h"
#include "studio/family.h"

namespace figment::studio {

/// What the names of one network are worth.
struct NameScore {
  std::int64_t count = 0;
  std::int64_t well_formed = 0;
  std::int64_t fresh = 0;          ///< well-formed and not among those it was trained on
  std::vector<std::string> wrong;  ///< a few that are not well-formed
};

/// How well one cell tells whether a character is within quotes.
struct QuoteUnit {
  int unit = 0;
  double correlation = 0;
};

struct LstmEvaluation {
  TextScore lstm;                        ///< of held-out stories, their ends included
  TextScore gpt;                         ///< the GPT on the same stories, in the same run
  std::array<NameScore, 3> names;        ///< at temperature 1, by ops::Cell
  std::array<NameScore, 3> shown_names;  ///< at the temperature of the request
  float shown_temperature = 1;
  QuoteUnit quote_unit;

  static double bits_per_character(const TextScore& score);
};

/// Throws Error as its parts do.
LstmEvaluation evaluate_lstm(runtime::Context& context, const EvaluationOptions& options,
                             const EvaluationProgress& progress);

/// The share of names of a network that are well-formed, `count` of them (a multiple of 16).
NameScore score_names(runtime::Context& context, const std::shared_ptr<const models::Lstm>& networks, ops::Cell cell,
                      std::int64_t count, float temperature, std::uint64_t seed);

/// What a character network spends on texts that follow each other, each with its end: nats in all. `quotes` (if not
/// null) is set to the cell of the first layer that follows quotes best.
TextScore score_characters(runtime::Context& context, const models::CharacterNet& network,
                           const std::vector<std::string>& texts, QuoteUnit* quotes,
                           const std::function<void(double)>& progress = {});

}  // namespace figment::studio
