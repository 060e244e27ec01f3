#include "studio/bert_activity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "data/stories.h"
#include "data/token_stream.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;

constexpr double rest_seconds = 6.0;  // how long a finished text stays
constexpr double speed = 0.4;         // of the reading speed: each blank is a choice to be followed
enum class Order { certain, left, random };

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

const Family& family() { return family_named("bert"); }

std::string typed_text(const Request& request) { return text(request, family(), "text"); }

}  // namespace

BertActivity::BertActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "words/s", rest_seconds), last_(Clock::now()) {
  view().title = "BERT";
  view().subtitle = "stories with blanks";
  view().sentence =
      "The network reads the whole text at once and guesses each blank from the words on both sides; attention shows "
      "which words it looks at for that.";
  loading().read("Reading the weights", [this] { network_ = load_mask_network(stories_.tokenizer()); });
  loading().run("Laying out the steps", [this] {
    view().subtitle =
        fmt::format("stories with blanks, {:.1f} M weights, {} words",
                    static_cast<double>(network_->parameters().count()) * 1e-6, network_->config().vocabulary);
    reader_ = std::make_unique<MaskReader>(this->context(), network_, network_->config().context);
  });
  loading().warm([this] { return std::vector<runtime::Program*>{reader_->compiled()}; });
}

std::vector<const runtime::Program*> BertActivity::programs() const {
  return reader_ ? std::vector<const runtime::Program*>{reader_->program()} : std::vector<const runtime::Program*>{};
}

double BertActivity::setting(const char* name) const { return number(request(), family(), name); }
bool BertActivity::tells_story() const { return setting("show") == 1; }

// ---- what is asked

void BertActivity::begin() {
  check(request(), family());
  random_ = core::Random(request().text.options.seed + round(), 11);
  tokens_.clear();
  places_.clear();
  open_.clear();
  filled_.clear();
  note_.clear();
  selected_ = -1;
  owed_ = 0;
  last_ = Clock::now();
  tells_story() ? ask_story() : ask_typed_text();
  reader_->begin(tokens_);
}

void BertActivity::ask_typed_text() {
  const data::MaskTokenizer& tokenizer = stories_.tokenizer();
  data::MaskTokenizer::Encoded text = tokenizer.encode(typed_text(request()));
  const auto longest = static_cast<std::size_t>(reader_->length());
  if (text.tokens.size() > longest) {
    note_ = fmt::format("The text has {} words and marks; only the first {} are read.", text.tokens.size() - 2,
                        longest - 2);
    text.tokens.resize(longest);
    text.texts.resize(longest);
    text.tokens.back() = data::Tokenizer::eos;
    text.texts.back().clear();
  }
  if (!text.unknown.empty()) {
    if (!note_.empty()) note_ += " ";
    note_ += fmt::format("It never met \"{}\" and reads a blank there.", fmt::join(text.unknown, "\", \""));
  }
  if (text.blanks.empty()) {
    if (!note_.empty()) note_ += " ";
    note_ += "Write _ where a word is missing.";
  }
  tokens_ = text.tokens;
  for (const std::string& piece : text.texts) {
    Place place;
    place.text = piece;
    places_.push_back(std::move(place));
  }
  const auto is_inside = [&](int at) { return at + 1 < static_cast<int>(tokens_.size()); };
  for (const int at : text.unknown_places) {
    if (is_inside(at)) places_[static_cast<std::size_t>(at)].is_unknown = true;
  }
  for (const int at : text.blanks) {
    if (!is_inside(at)) continue;
    places_[static_cast<std::size_t>(at)].is_blank = places_[static_cast<std::size_t>(at)].is_open = true;
    open_.push_back(at);
  }
}

void BertActivity::ask_story() {
  core::Random story_random = data::held_out_random(request().text.options.seed + round());
  tokens_ = stories_.draw_story(story_random, reader_->length());
  for (const std::int32_t token : tokens_) {
    Place place;
    if (token >= data::Tokenizer::first_byte) place.original = stories_.tokenizer().text_of(token);
    place.text = place.original;
    places_.push_back(std::move(place));
  }
  const auto share = static_cast<float>(setting("masked"));
  for (const int at : data::draw_places(random_, static_cast<int>(tokens_.size()), share)) {
    Place& place = places_[static_cast<std::size_t>(at)];
    place.is_blank = place.is_open = true;
    tokens_[static_cast<std::size_t>(at)] = stories_.tokenizer().mask();
    open_.push_back(at);
  }
}

// ---- filling in

/// What was read last, for all places that are still open.
void BertActivity::take_guesses() {
  for (const int at : open_) {
    Place& place = places_[static_cast<std::size_t>(at)];
    place.guesses.clear();
    for (int rank = 0; rank < MaskReader::guess_count; ++rank) place.guesses.push_back(reader_->guess(at, rank));
  }
}

/// Index in open_ of the blank that comes next.
std::size_t BertActivity::next_open() {
  switch (static_cast<Order>(std::lround(setting("order")))) {
    case Order::left:
      return 0;
    case Order::random:
      return random_.below(static_cast<std::uint32_t>(open_.size()));
    case Order::certain:
      break;
  }
  const auto surest = std::max_element(open_.begin(), open_.end(), [this](int a, int b) {
    return places_[static_cast<std::size_t>(a)].guesses[0].probability <
           places_[static_cast<std::size_t>(b)].guesses[0].probability;
  });
  return static_cast<std::size_t>(surest - open_.begin());
}

/// Fills in one blank: a story with some chance, so that each is another; a typed text with the likeliest word.
void BertActivity::fill_next() {
  const std::size_t index = next_open();
  const int at = open_[index];
  Place& place = places_[static_cast<std::size_t>(at)];
  std::size_t rank = 0;
  const double temperature = tells_story() ? setting("temperature") : 0;
  if (temperature > 0.01) {
    std::vector<float> weights;
    for (const MaskReader::Guess& guess : place.guesses)
      weights.push_back(std::pow(std::max(guess.probability, 1e-9F), static_cast<float>(1 / temperature)));
    rank = random_.weighted(weights);
  }
  const MaskReader::Guess guess = place.guesses[rank];
  place.text = stories_.tokenizer().text_of(guess.token);
  place.probability = guess.probability;
  place.is_open = false;
  tokens_[static_cast<std::size_t>(at)] = guess.token;
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  filled_.push_back(at);
}

int BertActivity::step(double budget_ms) {
  const double rate = speed * static_cast<double>(request().text.tokens_per_second);
  owed_ = rate > 0 ? std::min(2.0, owed_ + seconds_since(last_) * rate) : 1.0;
  last_ = Clock::now();
  if (reader_->is_reading()) {
    if (!reader_->advance(budget_ms)) return 0;
    take_guesses();
    publish();
  }
  if (open_.empty() || owed_ < 1) return 0;
  owed_ -= 1;
  fill_next();
  reader_->begin(tokens_);  // with this word, the others can be guessed better
  return 1;
}

int BertActivity::step_once() {
  if (reader_->is_reading()) {
    reader_->finish();
    take_guesses();
  }
  if (open_.empty()) return 0;
  fill_next();
  reader_->begin(tokens_);
  reader_->finish();
  take_guesses();
  return 1;
}

RepeatingActivity::Taken BertActivity::take_request(const Request& before) {
  if (request() == before) return Taken::nothing;
  check(request(), family());
  const auto differs = [&](const char* name) { return setting(name) != number(before, family(), name); };
  const bool is_other_text = !tells_story() && typed_text(request()) != typed_text(before);
  if (differs("show") || is_other_text || (tells_story() && differs("masked")) ||
      request().text.options.seed != before.text.options.seed) {
    return Taken::start_over;
  }
  return Taken::on_the_way;
}

void BertActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || (event.part != "text" && event.part != "looks")) return;
  const int at = event.item + 1;  // <|bos|> is not shown
  const bool is_word = event.item >= 0 && at + 1 < static_cast<int>(places_.size());
  selected_ = !is_word || event.is_secondary || at == selected_ ? -1 : at;
}

int BertActivity::selected() const {
  if (selected_ >= 0) return selected_;
  if (!filled_.empty()) return filled_.back();
  if (!open_.empty()) return open_.front();
  return places_.size() > 2 ? 1 : 0;
}

}  // namespace figment::studio
