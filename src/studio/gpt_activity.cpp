#include "studio/gpt_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "studio/family.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;

constexpr double rest_seconds = 5.0;  // how long a finished story stays
constexpr int bar_count = 8;
constexpr std::uint64_t branch_stride = 1000003;  // far from the seeds of the next stories

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

}  // namespace

GptActivity::GptActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "tokens/s", rest_seconds), last_(Clock::now()) {
  view().title = "GPT";
  view().subtitle = "stories";
  view().text.takes_pointer = true;
  view().sentence =
      "From all that is written so far the network guesses each next word; the sampler picks one, and it is read again "
      "with the rest.";
  loading().read("Reading the weights", [this] {
    tokenizer_ = load_story_tokenizer();
    network_ = load_story_network(*tokenizer_);
  });
  add_generator();
}

int GptActivity::wanted_stories() const {
  return static_cast<int>(std::lround(number(request(), family_named("gpt"), "stories")));
}

void GptActivity::add_generator() {
  loading().run("Laying out the steps", [this] {
    view().subtitle =
        fmt::format("{}, {:.1f} M weights, {} {}",
                    tokenizer_->cut() == data::Tokenizer::Cut::words ? "stories" : "a text of your own",
                    static_cast<double>(network_->parameters().count()) * 1e-6, network_->config().vocabulary,
                    tokenizer_->cut() == data::Tokenizer::Cut::words ? "words" : "tokens");
    generator_.reset();
    generator_ = std::make_unique<TextGenerator>(this->context(), network_, tokenizer_, wanted_stories());
    generator_->keep_attention(true);
  });
  loading().warm([this] { return std::vector<runtime::Program*>{generator_->compiled()}; });
}

TextRequest GptActivity::wanted() const {
  TextRequest text = request().text;
  // Stories that are written at once have seeds one after the other.
  text.options.seed += round() * static_cast<std::uint64_t>(generator_->batch()) + branch_ * branch_stride;
  return text;
}

void GptActivity::begin() {
  check(request(), family_named("gpt"));
  branch_ = 0;
  if (generator_->batch() != wanted_stories()) return add_generator();
  look_.query = -1;
  view().text.takes_pointer = generator_->batch() == 1;
  generator_->begin(wanted());
  owed_ = 0;
  last_ = Clock::now();
  bars_of_ = 0;
  choices_.clear();
  view().bars.bars.clear();
  view().text.tokens.clear();
  view().parts.clear();
}

RepeatingActivity::Taken GptActivity::take_request(const Request& before) {
  const TextRequest& now = request().text;
  const TextRequest& old = before.text;
  if (number(before, family_named("gpt"), "stories") != wanted_stories()) return Taken::start_over;
  if (now == old) return Taken::nothing;
  check(now);
  text_tokens(now, *tokenizer_);
  if (now.prompt != old.prompt || now.options.seed != old.options.seed) return Taken::start_over;
  generator_->set_request(wanted());
  return Taken::on_the_way;
}

int GptActivity::step(double budget_ms) {
  const double elapsed = seconds_since(last_);
  last_ = Clock::now();
  const double rate = request().text.tokens_per_second;
  owed_ = rate > 0 ? std::min(4.0, owed_ + elapsed * rate) : 1.0;
  // The prompt, and what has to be read again, comes as fast as it goes.
  if (owed_ < 1.0 && !generator_->is_reading()) return 0;
  const int tokens = generator_->advance(budget_ms);
  owed_ -= tokens;
  return tokens;
}

int GptActivity::step_once() {
  const std::size_t before = generator_->tokens().size();
  while (generator_->tokens().size() == before && !generator_->is_finished()) generator_->run_token();
  return 1;
}

bool GptActivity::pick_look(const PointerEvent& event) {
  if (event.part == "looks") {
    const int index = first_word_ + event.item;
    look_.query = index == look_.query ? -1 : index;
  } else if (event.part == "heads") {
    const int query = query_of(*generator_, look_);
    const auto part = std::ranges::find(view().parts, "heads", &ViewPart::name);
    if (query < 0 || part == view().parts.end()) return true;
    const int lane = event.item / std::max(std::get<HeatMapView>(part->content).columns, 1);
    look_.lane = lane == look_.lane ? -1 : lane;
  } else {
    return false;
  }
  show_parts();
  return true;
}

bool GptActivity::lead(const PointerEvent& event) {
  const auto item = static_cast<std::size_t>(event.item);
  if (generator_->batch() > 1) return false;
  if (event.part == "words" && item < generator_->tokens().size()) {
    generator_->go_back(item + 1);
    return true;
  }
  // All parts of the choice list the same words; the first tells what the network gave them.
  const BarsView* bars = event.part == "bars" ? &view().bars : nullptr;
  if (event.part.starts_with("choice ") && !choices_.empty()) bars = &std::get<BarsView>(choices_[0].content);
  if (bars == nullptr || item >= bars->bars.size() || bars_of_ != generator_->tokens().size()) return false;
  const BarsView::Bar bar = bars->bars[item];
  generator_->replace_last(bar.id, bar.value);
  for (ViewPart& part : choices_) part.marked = event.item;
  return true;
}

void GptActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.is_secondary || event.item < 0) return;
  if (pick_look(event) || !lead(event)) return;
  ++branch_;
  generator_->set_request(wanted());
  resume();
  look_.query = -1;
  if (event.part == "words") show_bars();
}

void GptActivity::show_bars() {
  const auto& tokens = generator_->tokens();
  BarsView& bars = view().bars;
  bars.bars.clear();
  bars_of_ = tokens.size();
  choices_ = choice_parts(*generator_, 1);
  if (tokens.empty() || tokens.back().is_prompt) return;
  // These are the candidates among which the last token was chosen.
  bars.title = "the choice of the last word";
  bars.note = "grey: removed by the filters";
  for (const TextGenerator::Candidate& candidate : generator_->candidates(bar_count)) {
    bars.bars.push_back(
        {label_of(*generator_, candidate.id), candidate.probability, candidate.kept <= 0, candidate.id});
  }
}

void GptActivity::show_parts() {
  if (generator_->batch() > 1) {
    view().parts = story_parts(*generator_, 0);
    return;
  }
  view().parts = attention_parts(*generator_, look_, 0, first_word_);
  if (bars_of_ == generator_->tokens().size()) std::ranges::copy(choices_, std::back_inserter(view().parts));
}

std::vector<const runtime::Program*> GptActivity::programs() const {
  return generator_ ? generator_->programs() : std::vector<const runtime::Program*>{};
}

void GptActivity::publish() {
  const auto& tokens = generator_->tokens();
  TextView& text = view().text;
  std::vector<std::string> pieces = pieces_of(*generator_, 0);
  text.tokens.clear();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    text.tokens.push_back({std::move(pieces[i]), tokens[i].probability, tokens[i].is_prompt});
  }
  text.version += 1;
  text.is_complete = is_resting();
  text.note = generator_->note();
  if (tokens.size() != bars_of_) show_bars();
  show_parts();
  view().progress = fmt::format("{} tokens", tokens.size());
}

}  // namespace figment::studio
