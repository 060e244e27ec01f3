#include "studio/mask_reader.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "training/bert_task.h"
#include "training/weights.h"

namespace figment::studio {

using tensor::DType;
using tensor::Tensor;

MaskReader::MaskReader(runtime::Context& context, std::shared_ptr<models::Bert> network, std::int64_t length)
    : network_(std::move(network)), length_(length) {
  const Tensor tokens = graph_.input("tokens", {{1, length}, DType::i32});
  const Tensor mask = graph_.input("mask", {{1, length}, DType::f32});
  const Tensor features = network_->features(tokens, mask, &seen_);
  const Tensor logits = network_->logits(ops::reshape(features, {length, network_->config().channels}));
  const auto best = ops::top_k(ops::softmax(logits), guess_count);
  shares_ = best[0];
  likeliest_ = best[1];
  const std::array<Tensor, 3> outputs = {shares_, likeliest_, seen_};
  program_ = runtime::compile(context, graph_, outputs, {.name = "fill in", .frozen = true});
}

void MaskReader::begin(std::span<const std::int32_t> tokens) {
  core::require(!tokens.empty() && static_cast<std::int64_t>(tokens.size()) <= length_,
                "a text of {} tokens does not fit into the {} that are read at once", tokens.size(), length_);
  if (is_submitted_) finish();
  asked_ = tokens.size();
  std::vector<std::int32_t> row(tokens.begin(), tokens.end());
  row.resize(static_cast<std::size_t>(length_), data::Tokenizer::pad);
  std::vector<float> mask(row.size());
  std::fill_n(mask.begin(), tokens.size(), 1.0F);
  program_->write_ints("tokens", row);
  program_->write("mask", mask);
  is_reading_ = true;
}

bool MaskReader::advance(double budget_ms) {
  if (!is_reading_) return true;
  if (is_submitted_ && !program_->is_mid_replay()) {
    if (!program_->is_idle()) return false;
    take();
    return true;
  }
  is_submitted_ = true;
  program_->advance(budget_ms);
  return false;
}

void MaskReader::finish() {
  if (!is_reading_) return;
  if (!is_submitted_ || program_->is_mid_replay()) program_->submit();
  program_->wait();
  take();
}

void MaskReader::take() {
  probabilities_ = program_->read(shares_).floats;
  words_ = program_->read(likeliest_).ints;
  looks_ = program_->read(seen_).floats;
  read_ = asked_;
  is_reading_ = is_submitted_ = false;
}

MaskReader::Guess MaskReader::guess(int place, int rank) const {
  const auto at = static_cast<std::size_t>(place * guess_count + rank);
  return {words_.at(at), probabilities_.at(at)};
}

float MaskReader::look(int layer, int head, int from, int to) const {
  const auto side = static_cast<std::size_t>(length_);
  const auto table = static_cast<std::size_t>(layer * network_->config().heads + head);
  return looks_.at((table * side + static_cast<std::size_t>(from)) * side + static_cast<std::size_t>(to));
}

std::shared_ptr<models::Bert> load_mask_network(const data::MaskTokenizer& tokenizer,
                                                const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("bert") : weights;
  auto network = std::make_shared<models::Bert>(training::bert_config(training::preset_of(path), tokenizer), 1);
  training::load_weights(path, network->parameters());
  return network;
}

}  // namespace figment::studio
