#pragma once
#include <array>
#include <string>
#include <vector>

#include "data/bilingual_words.h"
#include "studio/family.h"

namespace figment::studio {

/// How many translations of sentences that training never saw are right word for word.
struct TranslationScore {
  struct Wrong {
    std::string english, wanted, written;
  };
  data::Language language = data::Language::french;
  bool has_held_out_pairs = false;  ///< each sentence has an adjective with a noun that training never saw together
  std::int64_t count = 0;
  std::int64_t greedy = 0;   ///< exact ones
  std::int64_t beam = 0;     ///< with a beam of four
  std::vector<Wrong> wrong;  ///< the first few of the beam
};

/// Both languages, with known pairs and with held-out ones; `options.count` sentences of each kind.
std::array<TranslationScore, 4> evaluate_translator(runtime::Context& context, const EvaluationOptions& options,
                                                    const EvaluationProgress& progress);

}  // namespace figment::studio
