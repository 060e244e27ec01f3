#include "studio/gpt_activity.h"

#include <fmt/format.h>

#include <algorithm>

namespace figment::studio {
namespace {

using Clock = core::Clock;

constexpr double rest_seconds = 5.0;  // how long a finished story stays
constexpr int bar_count = 8;
constexpr std::uint64_t branch_stride = 1000003;  // far from the seeds of the next stories

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

std::string shown_piece(std::string piece) {
  if (piece.starts_with(' ')) piece.erase(0, 1);
  return piece;
}

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
    tokenizer_ = std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories());
    network_ = load_story_network(*tokenizer_);
  });
  loading().run("Laying out the steps", [this] {
    view().subtitle =
        fmt::format("stories, {:.1f} M weights, {} words", static_cast<double>(network_->parameters().count()) * 1e-6,
                    network_->config().vocabulary);
    generator_ = std::make_unique<TextGenerator>(this->context(), network_, tokenizer_);
  });
  loading().warm([this] { return std::vector<runtime::Program*>{generator_->compiled()}; });
}

sampling::TextOptions GptActivity::wanted_options() const {
  sampling::TextOptions options = request().text.options;
  options.seed += round() + branch_ * branch_stride;
  return options;
}

void GptActivity::begin() {
  branch_ = 0;
  TextRequest text = request().text;
  text.options = wanted_options();
  generator_->begin(text);
  owed_ = 0;
  last_ = Clock::now();
  bars_of_ = 0;
  view().bars.bars.clear();
  view().text.tokens.clear();
}

RepeatingActivity::Taken GptActivity::take_request(const Request& before) {
  const TextRequest& now = request().text;
  const TextRequest& old = before.text;
  if (now == old) return Taken::nothing;
  check(now);
  if (now.prompt != old.prompt || now.options.seed != old.options.seed) return Taken::start_over;
  generator_->set_options(wanted_options());
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

void GptActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.is_secondary || event.item < 0) return;
  const auto item = static_cast<std::size_t>(event.item);
  if (event.part == "words" && item < generator_->tokens().size()) {
    generator_->go_back(item + 1);
  } else if (event.part == "bars" && item < view().bars.bars.size() && bars_of_ == generator_->tokens().size()) {
    const BarsView::Bar& bar = view().bars.bars[item];
    generator_->replace_last(bar.id, bar.value);
  } else {
    return;
  }
  ++branch_;
  generator_->set_options(wanted_options());
  resume();
  const std::size_t kept = generator_->tokens().size();
  view().text.tokens.resize(std::min(view().text.tokens.size(), kept - (event.part == "bars" && kept > 0 ? 1 : 0)));
  if (event.part == "words") show_bars();
}

void GptActivity::show_bars() {
  const auto& tokens = generator_->tokens();
  BarsView& bars = view().bars;
  bars.bars.clear();
  bars_of_ = tokens.size();
  if (tokens.empty() || tokens.back().is_prompt) return;
  // These are the candidates among which the last token was chosen.
  bars.title = "the choice of the last word";
  bars.note = "grey: removed by the filters";
  for (const TextGenerator::Candidate& candidate : generator_->candidates(bar_count)) {
    bars.bars.push_back(
        {shown_piece(generator_->piece(candidate.id)), candidate.probability, candidate.kept <= 0, candidate.id});
  }
}

std::vector<const runtime::Program*> GptActivity::programs() const {
  return generator_ ? generator_->programs() : std::vector<const runtime::Program*>{};
}

void GptActivity::publish() {
  const auto& tokens = generator_->tokens();
  TextView& text = view().text;
  for (std::size_t i = text.tokens.size(); i < tokens.size(); ++i) {
    text.tokens.push_back({generator_->piece(tokens[i].id), tokens[i].probability, tokens[i].is_prompt});
  }
  text.version += 1;
  text.is_complete = is_resting();
  text.note = generator_->note();
  if (tokens.size() != bars_of_) show_bars();
  view().progress = fmt::format("{} tokens", tokens.size());
}

}  // namespace figment::studio
