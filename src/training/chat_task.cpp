#include "training/chat_task.h"

#include <array>

#include "training/token_word.h"

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights

}  // namespace

models::GptConfig chat_config(bool is_large) {
  const std::int64_t vocabulary = data::second_story_tokenizer().vocabulary_size();
  models::GptConfig config = {.vocabulary = vocabulary, .context = 384};
  if (is_large) config = models::GptConfig::large(vocabulary);
  config.reach = 4;
  return config;
}

ChatTask::ChatTask(const std::string& preset)
    : NetworkTask(chat_config(is_large(preset, "chat")), initial_seed), preset_(preset) {}

TrainSettings ChatTask::defaults() const {
  TrainSettings settings;
  settings.batch = 8;
  settings.learning_rate = 2e-3F;
  settings.beta2 = 0.98F;
  settings.minutes = 18;
  return settings;
}

Objective ChatTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor tokens = graph.input("tokens", {{batch, length}, tensor::DType::i32});
  const nn::Tensor targets = graph.input("targets", {{batch * length}, tensor::DType::i32});
  const nn::Tensor weights = graph.input("weights", {{batch * length}, tensor::DType::f32});
  const nn::Tensor answers = graph.input("answers", {{batch * length}, tensor::DType::f32});
  const nn::Tensor losses = ops::cross_entropy(network()(tokens), targets);
  Objective objective(ops::sum(losses * weights, {}));
  objective.metrics.push_back({"answers", ops::sum(losses * answers, {})});
  return objective;
}

void ChatTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch * length);
  std::vector<std::int32_t> tokens(count);
  std::vector<std::int32_t> targets(count);
  std::vector<float> weights(count);
  std::vector<float> answers(count);
  stream_.sample_batch(random, static_cast<int>(batch), static_cast<int>(length), tokens, targets, weights);
  float sum = 1e-6F;
  float answer_sum = 1e-6F;
  for (std::size_t i = 0; i < count; ++i) {
    answers[i] = weights[i] == 1 ? 1.0F : 0.0F;
    sum += weights[i];
    answer_sum += answers[i];
  }
  // Means over what counts, whatever is padding.
  for (std::size_t i = 0; i < count; ++i) {
    weights[i] /= sum;
    answers[i] /= answer_sum;
  }
  program.write_ints("tokens", tokens);
  program.write_ints("targets", targets);
  program.write("weights", weights);
  program.write("answers", answers);
}

Preview ChatTask::preview(nn::Graph& graph) {
  constexpr std::size_t questions = 4;
  constexpr std::int64_t shown = 5;
  core::Random random = data::held_out_random(1);
  data::Conversation row;
  do {
    row = stream_.sample(random, length);
  } while (row.turns.size() <= questions || row.turns[questions].end > static_cast<std::size_t>(length));
  row.tokens.resize(static_cast<std::size_t>(length), data::Tokenizer::pad);
  const nn::Tensor logits = averaged_network()(
      graph.constant({1, length}, std::vector<float>(row.tokens.begin(), row.tokens.end()), tensor::DType::i32));
  Preview preview;
  for (std::size_t i = 0; i < questions; ++i) {
    const auto last = static_cast<std::int64_t>(row.turns[i].answer_begin) - 1;
    const auto likeliest = ops::top_k(ops::softmax(ops::slice(logits, 0, last, last + 1)), shown);
    preview.guesses.push_back({row.turns[i].asked.question, likeliest[0], likeliest[1]});
  }
  return preview;
}

Writing ChatTask::writing(nn::Graph& graph) {
  core::Random random = data::held_out_random(1);
  const data::Conversation row = stream_.sample(random, length);
  core::require(!row.turns.empty(), "a conversation without questions");
  const data::Conversation::Turn& first = row.turns.front();
  Writing writing;
  writing.begun.assign(row.tokens.begin(), row.tokens.begin() + static_cast<std::ptrdiff_t>(first.answer_begin));
  writing.given = first.asked.question;
  writing.logits = averaged_network()(graph.input("written", {{1, length}, tensor::DType::i32}));
  writing.end = data::Tokenizer::eos;
  return writing;
}

std::string ChatTask::word(std::int32_t token) const { return token_word(stream_.tokenizer(), token); }

}  // namespace figment::training
