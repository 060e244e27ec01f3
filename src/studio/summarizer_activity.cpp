#include "studio/summarizer_activity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/quote.h"
#include "data/token_stream.h"
#include "studio/answerer.h"
#include "studio/evaluate_summarizer.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;
using Look = WordsView::Look;

constexpr double rest_seconds = 6.0;    // how long a finished line stays
constexpr double writing_speed = 0.25;  // of the reading speed, so that one sees what is read

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

std::string own_story(const Request& request) { return text(request, family_named("summarizer"), "text"); }

std::uint64_t wanted_story(const Request& request) {
  return static_cast<std::uint64_t>(std::lround(number(request, family_named("summarizer"), "story")));
}

std::string without_blank(std::string_view word) { return std::string(word.substr(word.starts_with(' ') ? 1 : 0)); }

}  // namespace

std::vector<int> sentences_of(const data::Tokenizer& tokenizer, const std::vector<std::int32_t>& tokens) {
  std::vector<int> sentences;
  int sentence = 0;
  bool has_ended = false;
  for (const std::int32_t token : tokens) {
    const std::string_view piece = tokenizer.text_of(token);
    const bool begins =
        piece.size() > 1 && piece[0] == ' ' && (piece[1] == '"' || (piece[1] >= 'A' && piece[1] <= 'Z'));
    if (has_ended && begins) ++sentence;
    // A closing quote belongs to the sentence before it.
    if (piece != "\"" || begins) has_ended = piece == "." || piece == "!" || piece == "?";
    sentences.push_back(sentence);
  }
  return sentences;
}

SummarizerActivity::SummarizerActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "words/s", rest_seconds), last_(Clock::now()) {
  view().title = "Summarizer";
  view().subtitle = "one line about a story";
  view().sentence =
      "The encoder reads the whole story; the decoder writes one line and looks back for each word: the brighter, the "
      "more.";
  loading().read("Reading the weights", [this] { network_ = load_summarizer(); });
  loading().run("Laying out the steps", [this] {
    view().subtitle =
        fmt::format("one line about a story, {:.1f} M weights, {} words",
                    static_cast<double>(network_->parameters().count()) * 1e-6, network_->config().vocabulary);
    writer_ = std::make_unique<SequenceWriter>(this->context(), network_, SequenceWriter::Options{});
  });
  loading().warm([this] { return writer_->compiled(); });
}

void SummarizerActivity::begin() {
  check(request(), family_named("summarizer"));
  std::string text = own_story(request());
  if (text.empty()) {
    core::Random random = data::held_out_random(wanted_story(request()) + round());
    text = stream_.sample(random).story.text;
  } else {
    const std::vector<std::string> unknown = unknown_words(stream_.tokenizer(), text);
    core::require(unknown.empty(), "the network does not know the word {}; tell it with words of the stories",
                  core::quotable(fmt::format("{}", fmt::join(unknown, ", ")), 120));
  }
  story_ = stream_.tokenizer().encode(text);
  core::require(!story_.empty(), "the story has no words; tell one, or leave the field empty for one of figment's");
  const std::int64_t most = network_->config().source_context;
  core::require(static_cast<std::int64_t>(story_.size()) <= most, "the story has {} tokens; tell one of at most {}",
                story_.size(), most);
  sentence_of_ = sentences_of(stream_.tokenizer(), story_);
  sentences_ = sentence_of_.back() + 1;
  focus_ = -1;
  owed_ = 0;
  last_ = Clock::now();
  writer_->begin({story_});
}

RepeatingActivity::Taken SummarizerActivity::take_request(const Request& before) {
  check(request(), family_named("summarizer"));
  const bool is_other = own_story(request()) != own_story(before) || wanted_story(request()) != wanted_story(before);
  return is_other ? Taken::start_over : Taken::nothing;
}

int SummarizerActivity::step(double budget_ms) {
  const double elapsed = seconds_since(last_);
  last_ = Clock::now();
  const double rate = writing_speed * static_cast<double>(request().text.tokens_per_second);
  owed_ = rate > 0 ? std::min(2.0, owed_ + elapsed * rate) : 1.0;
  if (owed_ < 1.0) return 0;
  const int words = writer_->advance(budget_ms);
  owed_ -= words;
  return words;
}

int SummarizerActivity::step_once() {
  writer_->run_token();
  return 1;
}

void SummarizerActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.part != "summary") return;
  focus_ = event.item == focus_ ? -1 : event.item;
}

/// How much of what was looked at for a word lies in each sentence.
std::vector<float> SummarizerActivity::sentence_shares(const SequenceWriter::Word& word) const {
  std::vector<float> shares(static_cast<std::size_t>(sentences_), 0.0F);
  for (std::size_t i = 0; i < std::min(story_.size(), word.seen.size()); ++i)
    shares[static_cast<std::size_t>(sentence_of_[i])] += word.seen[i];
  return shares;
}

void SummarizerActivity::show_story(const std::vector<SequenceWriter::Word>& words) {
  // One word's reading, or the mean of all once the line is whole.
  std::vector<float> shares(static_cast<std::size_t>(sentences_), 0.0F);
  std::vector<float> seen(story_.size(), 0.0F);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_newest = i + 1 == words.size();
    const bool counts = focus_ >= 0 ? static_cast<int>(i) == focus_ : writer_->is_finished() || is_newest;
    if (!counts) continue;
    const std::vector<float> part = sentence_shares(words[i]);
    for (std::size_t s = 0; s < shares.size(); ++s) shares[s] += part[s];
    for (std::size_t t = 0; t < std::min(seen.size(), words[i].seen.size()); ++t) seen[t] += words[i].seen[t];
  }
  const float most = std::max(1e-6F, *std::max_element(shares.begin(), shares.end()));
  const float most_seen = std::max(1e-6F, *std::max_element(seen.begin(), seen.end()));
  WordsView view_words;
  view_words.speaker = "The story";
  view_words.size = 1.35F;
  for (std::size_t i = 0; i < story_.size(); ++i) {
    // The sentence as a whole, and its words that matter most a little more.
    const float share = shares[static_cast<std::size_t>(sentence_of_[i])] / most;
    const float weight = words.empty() ? 0.0F : 0.7F * share * share + 0.3F * seen[i] / most_seen;
    view_words.words.push_back(
        {std::string(stream_.tokenizer().text_of(story_[i])), weight < 0.04F ? 0.0F : weight, Look::plain, false});
  }
  view().parts[0].content = std::move(view_words);
}

void SummarizerActivity::show_summary(const std::vector<SequenceWriter::Word>& words) {
  WordsView line;
  line.speaker = "figment";
  line.size = 1.6F;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_newest = i + 1 == words.size() && !writer_->is_finished();
    const std::string piece(stream_.tokenizer().text_of(words[i].token));
    line.words.push_back({i == 0 ? without_blank(piece) : piece, 0, is_newest ? Look::fresh : Look::plain,
                          static_cast<int>(i) == focus_});
  }
  view().parts[1].content = std::move(line);
}

void SummarizerActivity::show_reading(const std::vector<SequenceWriter::Word>& words) {
  HeatMapView map;
  map.rows = sentences_;
  map.columns = static_cast<int>(words.size());
  map.values.assign(static_cast<std::size_t>(map.rows * map.columns), 0.0F);
  for (int column = 0; column < map.columns; ++column) {
    const std::vector<float> shares = sentence_shares(words[static_cast<std::size_t>(column)]);
    for (int row = 0; row < map.rows; ++row)
      map.values[static_cast<std::size_t>(row * map.columns + column)] = shares[static_cast<std::size_t>(row)];
  }
  for (int row = 0; row < map.rows; ++row) map.row_labels.push_back(std::to_string(row + 1));
  for (const SequenceWriter::Word& word : words)
    map.column_labels.push_back(without_blank(stream_.tokenizer().text_of(word.token)));
  view().parts[2].content = std::move(map);
}

void SummarizerActivity::publish() {
  View& shown = view();
  if (shown.parts.empty()) {
    shown.parts.resize(3);
    shown.parts[0].name = "story";
    shown.parts[0].height = 1.2F;
    shown.parts[1].name = "summary";
    shown.parts[1].row = 1;
    shown.parts[1].height = 0.5F;
    shown.parts[1].note = "press a word to see what was read for it";
    shown.parts[1].takes_pointer = true;
    shown.parts[2].name = "reading";
    shown.parts[2].title = "How much of each sentence (down) was read for each word (across)";
    shown.parts[2].row = 2;
  }
  const std::vector<SequenceWriter::Word> words = writer_->words();
  show_story(words);
  show_summary(words);
  show_reading(words);
  shown.text.tokens = {{stream_.tokenizer().decode(story_) + "\n\n", 1, true}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string piece(stream_.tokenizer().text_of(words[i].token));
    shown.text.tokens.push_back({i == 0 ? without_blank(piece) : piece, words[i].probability, false});
  }
  shown.text.version += 1;
  shown.text.is_complete = is_resting();
  shown.progress = fmt::format("{} words", words.size());
}

std::vector<const runtime::Program*> SummarizerActivity::programs() const {
  return writer_ ? writer_->programs() : std::vector<const runtime::Program*>{};
}

}  // namespace figment::studio
