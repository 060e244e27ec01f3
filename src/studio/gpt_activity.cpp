#include "studio/gpt_activity.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "gpu/error.h"

namespace figment::studio {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double rest_seconds = 5.0;  // how long a finished story stays
constexpr int bar_count = 8;

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

std::string shown_piece(std::string piece) {
  if (piece.starts_with(' ')) piece.erase(0, 1);
  return piece;
}

}  // namespace

GptActivity::GptActivity(runtime::Context& context, const Request& request)
    : tokenizer_(std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories())),
      request_(request.text),
      last_(Clock::now()),
      rate_since_(Clock::now()) {
  const std::shared_ptr<models::Gpt> network = load_story_network(*tokenizer_);
  generator_ = std::make_unique<TextGenerator>(context, network, tokenizer_);
  generator_->warm();
  view_.title = "GPT";
  view_.subtitle = fmt::format("stories, {:.1f} M weights, {} words",
                               static_cast<double>(network->parameters().count()) * 1e-6, network->config().vocabulary);
  view_.sentence =
      "From all that is written so far the network guesses each next word; the sampler picks one, and it is read again "
      "with the rest.";
  view_.rate_unit = "tokens/s";
  begin();
}

void GptActivity::begin() {
  try {
    TextRequest request = request_;
    request.options.seed += story_;
    generator_->begin(request);
    resting_ = false;
    shown_ = 0;
    owed_ = 0;
    last_ = Clock::now();
    view_.error.clear();
    view_.bars.bars.clear();
    view_.text.tokens.clear();
    publish();
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    view_.error = error.what();
    resting_ = true;
    finished_at_ = Clock::now();
  }
}

void GptActivity::set_request(const Request& request) {
  if (request.text == request_) return;
  const bool same_text = request.text.prompt == request_.prompt && request.text.options.seed == request_.options.seed;
  request_ = request.text;
  try {
    check(request_);
    view_.error.clear();
  } catch (const core::Error& error) {
    view_.error = error.what();
    return;
  }
  if (same_text) {
    sampling::TextOptions options = request_.options;
    options.seed += story_;
    generator_->set_options(options);
  } else {
    story_ = 0;
    begin();
  }
}

void GptActivity::restart() {
  story_ = 0;
  begin();
}

void GptActivity::advance(double budget_ms) {
  const double elapsed = seconds_since(last_);
  last_ = Clock::now();
  if (resting_) {
    if (seconds_since(finished_at_) < rest_seconds) return;
    ++story_;
    begin();
    return;
  }
  owed_ = request_.tokens_per_second > 0 ? std::min(4.0, owed_ + elapsed * request_.tokens_per_second) : 1.0;
  const bool in_prompt = generator_->tokens().size() == shown_ && shown_ == 0;
  if (owed_ < 1.0 && !in_prompt) return;
  const int tokens = generator_->advance(budget_ms);
  if (tokens > 0) owed_ -= tokens;
  written_ += static_cast<std::uint64_t>(tokens);
  if (generator_->is_finished() && !resting_) {
    resting_ = true;
    finished_at_ = Clock::now();
  }
  if (tokens > 0 || resting_) publish();
}

void GptActivity::single_step() {
  if (resting_) {
    ++story_;
    begin();
  }
  const std::size_t before = generator_->tokens().size();
  while (generator_->tokens().size() == before && !generator_->is_finished()) generator_->run_token();
  ++written_;
  if (generator_->is_finished()) {
    resting_ = true;
    finished_at_ = Clock::now();
  }
  publish();
}

void GptActivity::publish() {
  const auto& tokens = generator_->tokens();
  for (std::size_t i = view_.text.tokens.size(); i < tokens.size(); ++i) {
    view_.text.tokens.push_back({generator_->piece(tokens[i].id), tokens[i].probability, tokens[i].is_prompt});
  }
  view_.text.version += 1;
  view_.text.is_complete = resting_;
  view_.text.note = generator_->note();
  const bool has_choice = !tokens.empty() && !tokens.back().is_prompt;
  if (has_choice && !resting_) {
    // These are the candidates among which the last token was chosen.
    view_.bars.title = "the choice of the last word";
    view_.bars.note = "grey: removed by the filters";
    view_.bars.bars.clear();
    for (const TextGenerator::Candidate& candidate : generator_->candidates(bar_count)) {
      view_.bars.bars.push_back(
          {shown_piece(generator_->piece(candidate.id)), candidate.probability, candidate.kept <= 0, candidate.id});
    }
  }
  shown_ = tokens.size();
  view_.progress = fmt::format("{} tokens", tokens.size());
  const double elapsed = seconds_since(rate_since_);
  if (elapsed > 1.0) {
    view_.rate = static_cast<double>(written_ - rate_written_) / elapsed;
    rate_written_ = written_;
    rate_since_ = Clock::now();
  }
}

}  // namespace figment::studio
