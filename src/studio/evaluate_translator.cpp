#include "studio/evaluate_translator.h"

#include <algorithm>

#include "core/error.h"
#include "studio/sequence_writer.h"
#include "studio/translator_activity.h"

namespace figment::studio {
namespace {

constexpr std::int64_t at_once = 32;
constexpr std::size_t wrong_max = 6;

/// The translations of some sentences, at_once of them at a time.
std::vector<std::string> translate(SequenceWriter& writer, const data::BilingualWords& words,
                                   std::span<const data::Sentence> sentences, data::Language language) {
  std::vector<std::vector<std::int32_t>> sources;
  for (const data::Sentence& sentence : sentences) sources.push_back(words.source(language, sentence.english));
  writer.begin(sources);
  while (!writer.is_finished()) writer.run_token();
  std::vector<std::string> written;
  for (std::size_t i = 0; i < sentences.size(); ++i)
    written.push_back(words.decode(writer.tokens(static_cast<std::int64_t>(i))));
  return written;
}

std::vector<data::Sentence> draw_sentences(std::uint64_t seed, std::int64_t count, bool held_out) {
  core::Random random(seed, held_out ? 0x7061'6972ULL : 0x6e65'77ULL);
  std::vector<data::Sentence> sentences;
  for (std::int64_t i = 0; i < count; ++i)
    sentences.push_back(data::make_unseen_sentence(random, held_out ? data::Pairs::held_out : data::Pairs::known));
  return sentences;
}

}  // namespace

std::array<TranslationScore, 4> evaluate_translator(runtime::Context& context, const EvaluationOptions& options,
                                                    const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the translator is measured on sentences of its own grammar; leave out --data");
  const std::int64_t count = options.count > 0 ? options.count : 500;
  const data::BilingualWords words;
  const auto network = load_translator(words, options.weights);
  SequenceWriter greedy(context, network, {.sentences = at_once, .beams = 1, .sees = false});
  SequenceWriter beam(context, network, {.sentences = at_once, .beams = TranslatorActivity::beam_width, .sees = false});
  std::array<TranslationScore, 4> scores;
  for (std::size_t kind = 0; kind < scores.size(); ++kind) {
    TranslationScore& score = scores[kind];
    score.language = kind % 2 == 0 ? data::Language::french : data::Language::spanish;
    score.has_held_out_pairs = kind >= 2;
    score.count = count;
    const std::vector<data::Sentence> sentences = draw_sentences(options.seed, count, score.has_held_out_pairs);
    for (std::int64_t first = 0; first < count; first += at_once) {
      const auto some = std::span(sentences).subspan(static_cast<std::size_t>(first),
                                                     static_cast<std::size_t>(std::min(at_once, count - first)));
      const std::vector<std::string> by_greedy = translate(greedy, words, some, score.language);
      const std::vector<std::string> by_beam = translate(beam, words, some, score.language);
      for (std::size_t i = 0; i < some.size(); ++i) {
        const std::string& wanted = some[i].in(score.language);
        score.greedy += by_greedy[i] == wanted ? 1 : 0;
        score.beam += by_beam[i] == wanted ? 1 : 0;
        if (by_beam[i] != wanted && score.wrong.size() < wrong_max)
          score.wrong.push_back({some[i].english, wanted, by_beam[i]});
      }
      if (progress)
        progress((static_cast<double>(kind) + static_cast<double>(first) / static_cast<double>(count)) / 4.0);
    }
  }
  return scores;
}

}  // namespace figment::studio
