#include "studio/chat_activity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "core/error.h"
#include "core/quote.h"
#include "data/token_stream.h"
#include "studio/evaluate_chat.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;
using Look = WordsView::Look;

constexpr double rest_seconds = 4.0;        // how long a finished conversation stays
constexpr double pause_seconds = 1.5;       // between an answer and the next question
constexpr double typing_seconds = 1.2;      // without a key until a question without a question mark is asked
constexpr double answer_speed = 0.4;        // of the reading speed: an answer has few words
constexpr std::size_t questions_alone = 4;  // that it asks by itself
constexpr std::size_t suggestion_count = 6;
const std::string another_story = "Another story";
constexpr std::uint64_t story_stride = 1000003;  // far from the seeds of the next stories

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

std::string typed_question(const Request& request) { return text(request, family_named("chat"), "question"); }

std::uint64_t wanted_story(const Request& request) {
  return static_cast<std::uint64_t>(std::lround(number(request, family_named("chat"), "story")));
}

}  // namespace

ChatActivity::ChatActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "tokens/s", rest_seconds) {
  view().title = "Chat";
  view().subtitle = "questions about stories";
  view().sentence =
      "The network has read the story and writes each answer word by word; coloured are the words of the story that it "
      "looks at as it writes.";
  loading().read("Reading the weights", [this] {
    tokenizer_ = std::make_shared<const data::Tokenizer>(data::second_story_tokenizer());
    network_ = load_chat_network();
  });
  loading().run("Laying out the steps", [this] {
    view().subtitle =
        fmt::format("questions about stories, {:.1f} M weights, {} words",
                    static_cast<double>(network_->parameters().count()) * 1e-6, network_->config().vocabulary);
    answerer_ = std::make_unique<Answerer>(this->context(), network_, tokenizer_);
  });
  loading().warm([this] { return answerer_->compiled(); });
}

void ChatActivity::begin() {
  check(request(), family_named("chat"));
  last_ = Clock::now();
  if (round() == 0) has_person_ = false;
  if (has_person_) return;  // the rest is over, but a person is still here
  tell_story();
  if (const std::string typed = typed_question(request()); round() == 0 && !typed.empty()) {
    has_person_ = true;
    ask(typed);
  } else {
    ask(suggestions_[asked_by_itself_++]);
  }
}

void ChatActivity::tell_story() {
  core::Random random = data::held_out_random(wanted_story(request()) + round() + next_story_ * story_stride);
  story_ = data::make_questioned_story(random);
  suggestions_.clear();
  // One of each kind first.
  std::vector<data::AskedQuestion> questions = data::ask_about(story_, random);
  for (const data::QuestionKind kind : {data::QuestionKind::who, data::QuestionKind::why, data::QuestionKind::where,
                                        data::QuestionKind::what, data::QuestionKind::unknown}) {
    const auto found = std::find_if(questions.begin(), questions.end(),
                                    [&](const data::AskedQuestion& asked) { return asked.kind == kind; });
    if (found == questions.end()) continue;
    suggestions_.push_back(found->question);
    questions.erase(found);
  }
  for (const data::AskedQuestion& asked : questions) {
    if (suggestions_.size() < suggestion_count) suggestions_.push_back(asked.question);
  }
  asked_by_itself_ = 0;
  turns_.clear();
  waiting_.reset();
  owed_ = 0;
  answerer_->tell(story_.story.text);
}

void ChatActivity::ask(const std::string& question) {
  focus_ = -1;
  const std::string tidy = tidy_question(*tokenizer_, question);
  const std::vector<std::string> unknown = unknown_words(*tokenizer_, tidy);
  Turn turn{tidy, {}, false};
  try {
    core::require(unknown.empty(), "I do not know the word {}; ask with words of the story, please",
                  core::quotable(fmt::format("{}", fmt::join(unknown, ", ")), 120));
    answerer_->ask(tidy);
  } catch (const core::Error& error) {
    turn.is_refused = true;
    turn.words.push_back(as_sentence(error.what()));
    answered_at_ = Clock::now();
  }
  // A question that another breaks off before a word was answered is forgotten.
  if (!turns_.empty() && turns_.back().words.empty()) turns_.pop_back();
  turns_.push_back(std::move(turn));
}

RepeatingActivity::Taken ChatActivity::take_request(const Request& before) {
  check(request(), family_named("chat"));
  if (wanted_story(request()) != wanted_story(before)) {
    next_story_ = 0;
    return Taken::start_over;
  }
  const std::string typed = typed_question(request());
  if (typed == typed_question(before)) {
    return request().text.tokens_per_second == before.text.tokens_per_second ? Taken::nothing : Taken::on_the_way;
  }
  if (tidy_question(*tokenizer_, typed).empty()) {
    waiting_.reset();
    return Taken::on_the_way;
  }
  waiting_ = typed;
  typed_at_ = Clock::now();
  has_person_ = true;
  resume();
  return Taken::on_the_way;
}

/// Asks what a person typed, once it is whole, or else the next question of its own, after a pause.
void ChatActivity::ask_what_waits() {
  if (waiting_) {
    if (waiting_->ends_with('?') || seconds_since(typed_at_) > typing_seconds) ask(*std::exchange(waiting_, {}));
    return;
  }
  const bool may_ask =
      !has_person_ && answerer_->is_idle() && asked_by_itself_ < std::min(questions_alone, suggestions_.size());
  if (may_ask && seconds_since(answered_at_) > pause_seconds) ask(suggestions_[asked_by_itself_++]);
}

bool ChatActivity::is_complete() const {
  return answerer_->is_idle() && !waiting_ &&
         (has_person_ || asked_by_itself_ >= std::min(questions_alone, suggestions_.size()));
}

/// Takes over what the network has written of the present answer.
void ChatActivity::take_answer() {
  if (turns_.empty() || turns_.back().is_refused) return;
  std::vector<std::string>& words = turns_.back().words;
  const std::vector<Answerer::Token>& answer = answerer_->answer();
  for (std::size_t i = words.size(); i < answer.size(); ++i) {
    std::string word(tokenizer_->text_of(answer[i].id));
    if (i == 0 && word.size() > 1) word[1] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[1])));
    words.push_back(std::move(word));
    answered_at_ = Clock::now();
  }
  if (answerer_->has_answered() && words.size() == answer.size()) words.emplace_back(".");
}

int ChatActivity::step(double budget_ms) {
  const double elapsed = seconds_since(last_);
  last_ = Clock::now();
  const std::size_t turns = turns_.size();
  ask_what_waits();
  if (turns_.size() > turns) publish();
  // The story and the question are read as fast as it goes.
  const double rate = answer_speed * static_cast<double>(request().text.tokens_per_second);
  owed_ = rate > 0 ? std::min(2.0, owed_ + elapsed * rate) : 1.0;
  if (answerer_->is_answering() && owed_ < 1.0) return 0;
  const bool writes = answerer_->is_answering();
  const int tokens = answerer_->advance(budget_ms);
  if (writes) owed_ -= tokens;
  take_answer();
  return tokens;
}

int ChatActivity::step_once() {
  const auto written = [this] { return answerer_->answer().size(); };
  if (waiting_) {
    ask(*std::exchange(waiting_, {}));
  } else if (answerer_->is_idle() && !is_complete()) {
    ask(suggestions_[asked_by_itself_++]);
  }
  const std::size_t before = written();
  while (!answerer_->is_idle() && written() == before) answerer_->run_token();
  take_answer();
  return 1;
}

void ChatActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.item < 0) return;
  const auto item = static_cast<std::size_t>(event.item);
  if (event.part == "suggestions") {
    if (item > suggestions_.size()) return;
    has_person_ = item < suggestions_.size();
    resume();
    if (has_person_) {
      ask(suggestions_[item]);
      return;
    }
    ++next_story_;
    begin_anew();
  } else if (event.part == "talk" && !turns_.empty() && !turns_.back().is_refused) {
    const auto& words = std::get<WordsView>(view().parts[1].content).words;
    const int behind = static_cast<int>(words.size() - item);  // 1: the last
    const int word = static_cast<int>(turns_.back().words.size()) - behind;
    const bool is_of_answer = word >= 0 && word < static_cast<int>(answerer_->answer().size());
    focus_ = is_of_answer && word != focus_ ? word : -1;
  }
}

void ChatActivity::show_story() {
  WordsView words;
  words.speaker = "The story";
  words.size = 1.4F;
  const std::vector<std::int32_t>& tokens = answerer_->story();
  std::vector<float> seen(tokens.size(), 0.0F);
  const std::vector<Answerer::Token>& answer = answerer_->answer();
  for (std::size_t i = 0; i < answer.size(); ++i) {
    if (focus_ >= 0 && static_cast<int>(i) != focus_) continue;
    for (std::size_t at = 0; at < seen.size(); ++at) seen[at] = std::max(seen[at], answer[i].seen[at]);
  }
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const float weight = seen[i] < 0.06F ? 0.0F : seen[i];
    words.words.push_back({std::string(tokenizer_->text_of(tokens[i])), weight, Look::plain, false});
  }
  view().parts[0].content = std::move(words);
}

void ChatActivity::show_talk() {
  WordsView words;
  words.size = 1.25F;
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    const bool is_last = i + 1 == turns_.size();
    const Turn& turn = turns_[i];
    words.words.push_back({i == 0 ? "You   " : "\nYou   ", 0, Look::dim, false});
    words.words.push_back({turn.question, 0, Look::given, false});
    words.words.push_back({"\nfigment   ", 0, Look::dim, false});
    for (std::size_t w = 0; w < turn.words.size(); ++w) {
      const Look look = turn.is_refused ? Look::wrong : is_last ? Look::fresh : Look::plain;
      words.words.push_back({turn.words[w], 0, look, is_last && static_cast<int>(w) == focus_});
    }
  }
  view().parts[1].content = std::move(words);
}

void ChatActivity::show_suggestions() {
  WordsView words;
  words.size = 1.05F;
  for (std::size_t i = 0; i <= suggestions_.size(); ++i) {
    const bool is_last = i == suggestions_.size();
    const std::string& label = is_last ? another_story : suggestions_[i];
    const bool was_asked =
        std::any_of(turns_.begin(), turns_.end(), [&](const Turn& turn) { return !is_last && turn.question == label; });
    const Look look = is_last ? Look::fresh : was_asked ? Look::dim : Look::plain;
    words.words.push_back({fmt::format("{}{}", i == 0 ? "" : "\n", label), 0, look, false});
  }
  view().parts[2].content = std::move(words);
}

void ChatActivity::show_choice() {
  BarsView bars;
  for (const Answerer::Candidate& candidate : answerer_->candidates()) {
    std::string word(tokenizer_->text_of(candidate.id));
    if (word.starts_with(' ')) word.erase(0, 1);
    bars.bars.push_back(
        {candidate.id == data::Tokenizer::eos ? "(the end)" : word, candidate.probability, false, candidate.id});
  }
  view().parts[3].content = std::move(bars);
}

void ChatActivity::fill_text() {
  TextView& text = view().text;
  text.tokens.clear();
  text.tokens.push_back({story_.story.text, 1, true});
  for (const Turn& turn : turns_) {
    text.tokens.push_back({fmt::format("\n\n{}\n", turn.question), 1, true});
    for (const std::string& word : turn.words) text.tokens.push_back({word, 1, false});
  }
  text.version += 1;
  text.is_complete = is_resting();
}

void ChatActivity::publish() {
  View& shown = view();
  if (shown.parts.empty()) {
    shown.parts.resize(4);
    constexpr std::array names = {"story", "talk", "suggestions", "choice"};
    constexpr std::array titles = {"", "The conversation", "Ask", "The choice of the last word"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      shown.parts[i].name = names[i];
      shown.parts[i].title = titles[i];
      shown.parts[i].row = i == 0 ? 0 : 1;
      shown.parts[i].takes_pointer = i == 1 || i == 2;
    }
    shown.parts[0].note = "coloured: where the network looks as it answers";
    shown.parts[1].note = "press a word of the answer to see where it comes from";
    shown.parts[1].width = 1.5F;
    shown.parts[3].width = 0.8F;
    shown.parts[2].note = "or type a question of your own";
  }
  show_story();
  show_talk();
  show_suggestions();
  show_choice();
  fill_text();
  shown.progress = answerer_->is_reading() ? "reading"
                   : answerer_->is_answering()
                       ? "answering"
                       : fmt::format("{} question{}", turns_.size(), turns_.size() == 1 ? "" : "s");
}

std::vector<const runtime::Program*> ChatActivity::programs() const {
  return answerer_ ? answerer_->programs() : std::vector<const runtime::Program*>{};
}

}  // namespace figment::studio
