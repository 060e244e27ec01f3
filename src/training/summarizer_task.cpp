#include "training/summarizer_task.h"

#include <algorithm>
#include <array>

#include "data/token_stream.h"
#include "training/token_word.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr std::int64_t wide = data::SummaryStream::source_length;
constexpr std::int64_t narrow = data::SummaryStream::target_length;

/// Rows of a batch that copy a stretch of the story, to learn to find its words.
std::int64_t copies_of(std::int64_t batch) { return batch / 2; }

}  // namespace

models::EncoderDecoderConfig summarizer_config(bool is_large) {
  models::EncoderDecoderConfig config;
  config.vocabulary = data::second_story_tokenizer().vocabulary_size();
  config.source_context = wide;
  config.target_context = narrow;
  return is_large ? config.large() : config;
}

SummarizerTask::SummarizerTask(const std::string& preset)
    : NetworkTask(summarizer_config(is_large(preset, "summarizer")), initial_seed), preset_(preset) {}

TrainSettings SummarizerTask::defaults() const {
  TrainSettings settings;
  settings.batch = 8;
  settings.learning_rate = 2e-3F;
  settings.beta2 = 0.98F;
  settings.ema_decay = 0.995F;
  settings.minutes = 18;
  return settings;
}

Objective SummarizerTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor source = graph.input("source", {{batch, wide}, tensor::DType::i32});
  const nn::Tensor target = graph.input("target", {{batch, narrow}, tensor::DType::i32});
  const nn::Tensor targets = graph.input("targets", {{batch * narrow}, tensor::DType::i32});
  const nn::Tensor share = graph.input("share", {{2}, tensor::DType::f32});  // of one token in the means
  const std::int64_t summaries = (batch - copies_of(batch)) * narrow;
  const nn::Tensor losses = ops::cross_entropy(network()(source, target), targets);
  Objective objective(ops::sum(losses * ops::slice(share, 0, 0, 1), {}));
  objective.metrics.push_back(
      {"summaries", ops::sum(ops::slice(losses, 0, 0, summaries) * ops::slice(share, 0, 1, 2), {})});
  return objective;
}

void SummarizerTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  std::vector<std::int32_t> source(static_cast<std::size_t>(batch * wide));
  std::vector<std::int32_t> target(static_cast<std::size_t>(batch * narrow));
  std::vector<std::int32_t> targets(target.size());
  const std::int64_t counted = stream_.sample_batch(random, batch, source, target, targets, copies_of(batch));
  const auto summaries = targets.begin() + (batch - copies_of(batch)) * narrow;
  const auto in_summaries = (summaries - targets.begin()) - std::count(targets.begin(), summaries, -1);
  program.write_ints("source", source);
  program.write_ints("target", target);
  program.write_ints("targets", targets);
  program.write("share", std::array{1.0F / static_cast<float>(counted), 1.0F / static_cast<float>(in_summaries)});
}

Preview SummarizerTask::preview(nn::Graph& graph) {
  constexpr std::array<std::int64_t, 4> lengths = {1, 4, 7, 11};  // of the summaries, in tokens with the first mark
  constexpr auto rows = static_cast<std::int64_t>(lengths.size());
  constexpr std::int64_t shown = 5;
  core::Random random = data::held_out_random(1);
  std::vector<std::int32_t> source(static_cast<std::size_t>(rows * wide));
  std::vector<std::int32_t> target(static_cast<std::size_t>(rows * narrow));
  std::vector<std::int32_t> targets(target.size());
  stream_.sample_batch(random, rows, source, target, targets);
  const auto constant = [&](const std::vector<std::int32_t>& values) {
    return graph.constant({rows, static_cast<std::int64_t>(values.size()) / rows},
                          std::vector<float>(values.begin(), values.end()), tensor::DType::i32);
  };
  const nn::Tensor logits = averaged_network()(constant(source), constant(target));
  Preview preview;
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t last = i * narrow + lengths[static_cast<std::size_t>(i)] - 1;
    const auto likeliest = ops::top_k(ops::softmax(ops::slice(logits, 0, last, last + 1)), shown);
    const std::vector<std::int32_t> text(target.begin() + i * narrow, target.begin() + last + 1);
    preview.guesses.push_back({stream_.tokenizer().decode(text), likeliest[0], likeliest[1]});
  }
  return preview;
}

Writing SummarizerTask::writing(nn::Graph& graph) {
  core::Random random = data::held_out_random(1);
  std::vector<std::int32_t> source(static_cast<std::size_t>(wide));
  std::vector<std::int32_t> target(static_cast<std::size_t>(narrow));
  std::vector<std::int32_t> targets(target.size());
  stream_.sample_batch(random, 1, source, target, targets);
  Writing writing;
  writing.given = stream_.tokenizer().decode(source);
  writing.begun = {data::Tokenizer::bos};
  writing.logits = averaged_network()(
      graph.constant({1, wide}, std::vector<float>(source.begin(), source.end()), tensor::DType::i32),
      graph.input("written", {{1, narrow}, tensor::DType::i32}));
  writing.end = data::Tokenizer::eos;
  return writing;
}

std::string SummarizerTask::word(std::int32_t token) const { return token_word(stream_.tokenizer(), token); }

}  // namespace figment::training
