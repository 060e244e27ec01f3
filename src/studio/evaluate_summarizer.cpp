#include "studio/evaluate_summarizer.h"

#include <algorithm>
#include <sstream>

#include "data/summaries.h"
#include "data/token_stream.h"
#include "studio/sequence_writer.h"
#include "training/summarizer_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::int64_t stories_at_once = 8;
constexpr std::size_t mistakes_max = 8;

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    while (!word.empty() && std::string_view(".,;:!?\"").find(word.back()) != std::string_view::npos) word.pop_back();
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::size_t longest_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string& word : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

double rouge_l(const std::string& written, const std::string& wanted) {
  const std::vector<std::string> a = words_of(written);
  const std::vector<std::string> b = words_of(wanted);
  if (a.empty() && b.empty()) return 1;
  return 2.0 * static_cast<double>(longest_common(a, b)) / static_cast<double>(a.size() + b.size());
}

SummaryScore score_summaries(runtime::Context& context, std::shared_ptr<const models::EncoderDecoder> network,
                             std::int64_t count, std::uint64_t seed, const std::function<void(double)>& progress) {
  const data::SummaryStream stream;
  SequenceWriter writer(context, std::move(network), {.sentences = stories_at_once, .beams = 1, .sees = false});
  core::Random random = data::held_out_random(seed);
  SummaryScore score;
  while (score.stories < count) {
    std::vector<std::string> wanted;
    std::vector<std::vector<std::int32_t>> sources;
    for (std::int64_t i = 0; i < std::min(stories_at_once, count - score.stories); ++i) {
      const data::Story story = stream.sample(random).story;
      wanted.push_back(story.summary);
      sources.push_back(stream.tokenizer().encode(story.text));
    }
    writer.begin(sources);
    while (!writer.is_finished()) writer.run_token();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      std::string written = stream.tokenizer().decode(writer.tokens(static_cast<std::int64_t>(i)));
      if (written.starts_with(' ')) written.erase(0, 1);
      score.exact += written == wanted[i] ? 1 : 0;
      score.rouge_sum += rouge_l(written, wanted[i]);
      if (written != wanted[i] && score.mistakes.size() < mistakes_max) score.mistakes.push_back({wanted[i], written});
    }
    score.stories += static_cast<std::int64_t>(wanted.size());
    if (progress) progress(static_cast<double>(score.stories) / static_cast<double>(count));
  }
  return score;
}

std::shared_ptr<models::EncoderDecoder> load_summarizer(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("summarizer") : weights;
  auto network =
      std::make_shared<models::EncoderDecoder>(training::summarizer_config(training::preset_of(path) == "large"), 1);
  training::load_weights(path, network->parameters());
  return network;
}

}  // namespace figment::studio
