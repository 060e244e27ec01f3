#include "studio/training_text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "ops/ops.h"
#include "sampling/text_reference.h"

namespace figment::studio {
namespace {

constexpr std::size_t texts_most = 3;

struct Chosen {
  std::int32_t token = 0;
  float share = 0;
};

/// A token drawn from logits; at temperature 0 the likeliest.
Chosen choose(std::span<const float> logits, float temperature, core::Random& random) {
  const auto likeliest = std::max_element(logits.begin(), logits.end());
  const double sharpness = temperature > 0 ? 1 / static_cast<double>(temperature) : 1.0;
  std::vector<double> shares;
  for (const float value : logits) shares.push_back(std::exp(static_cast<double>(value - *likeliest) * sharpness));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!std::isfinite(sum)) return {};  // the training has diverged
  for (double& share : shares) share /= sum;
  const std::int32_t token = temperature > 0 ? sampling::reference_choice(shares, static_cast<double>(random.uniform()))
                                             : static_cast<std::int32_t>(likeliest - logits.begin());
  return {token, static_cast<float>(shares[static_cast<std::size_t>(token)])};
}

}  // namespace

TrainingText::TrainingText(runtime::Context& context, training::Task& task)
    : task_(task), writing_(task.writing(graph_)) {
  if (!writing_.logits) return;
  core::require(!writing_.begun.empty(), "{} writes from nothing", task.name());
  length_ = static_cast<std::size_t>(writing_.logits.shape()[0]);
  last_ = ops::embedding(writing_.logits, graph_.input("last", {{1}, tensor::DType::i32}));
  program_ = runtime::compile(context, graph_, std::vector{last_}, {.name = "writing " + task.name()});
  begin_text();
}

TrainingText::~TrainingText() = default;

std::vector<runtime::Program*> TrainingText::compiled() {
  return program_ ? std::vector<runtime::Program*>{program_.get()} : std::vector<runtime::Program*>{};
}

void TrainingText::begin_text() {
  tokens_ = writing_.begun;
  if (texts_.size() == texts_most) texts_.erase(texts_.begin() + 1);
  texts_.emplace_back();
}

bool TrainingText::advance(double budget_ms) {
  if (!is_submitted_) {
    if (program_->is_idle()) {
      if (texts_.back().is_whole) begin_text();
      std::vector<std::int32_t> row = tokens_;
      row.resize(length_);
      program_->write_ints("written", row);
      program_->write_ints("last", std::vector<std::int32_t>{static_cast<std::int32_t>(tokens_.size()) - 1});
    }
    is_submitted_ = program_->advance(budget_ms);
  }
  if (!is_submitted_ || !program_->is_idle()) return false;
  is_submitted_ = false;
  return true;
}

void TrainingText::take(std::int64_t step) {
  const Chosen chosen = choose(program_->read(last_).floats, writing_.temperature, random_);
  Text& text = texts_.back();
  text.step = step;
  tokens_.push_back(chosen.token);
  text.is_whole = chosen.token == writing_.end || tokens_.size() >= length_;
  if (chosen.token == writing_.end) return;
  std::string word = task_.word(chosen.token);
  if (!text.words.empty()) word.insert(0, writing_.separator);
  if (!text.words.empty() && !word.empty() && (static_cast<unsigned char>(word.front()) & 0xC0U) == 0x80U) {
    text.words.back().text += word;  // the character's next byte
    return;
  }
  text.words.push_back({std::move(word), chosen.share, WordsView::Look::plain});
}

}  // namespace figment::studio
