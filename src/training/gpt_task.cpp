#include "training/gpt_task.h"

namespace figment::training {

namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights

models::GptConfig config_of(const std::string& preset, std::int64_t vocabulary) {
  return is_large(preset, "gpt") ? models::GptConfig::large(vocabulary) : models::GptConfig{.vocabulary = vocabulary};
}

}  // namespace

GptTask::GptTask(data::TokenStream stream, const std::string& preset)
    : NetworkTask(config_of(preset, stream.tokenizer().vocabulary_size()), initial_seed),
      stream_(std::move(stream)),
      preset_(preset) {}

TrainSettings GptTask::defaults() const {
  TrainSettings settings;
  settings.batch = 16;
  settings.learning_rate = 2e-3F;
  settings.beta2 = 0.98F;
  settings.minutes = 25;
  return settings;
}

Objective GptTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor tokens = graph.input("tokens", {{batch, length}, tensor::DType::i32});
  const nn::Tensor targets = graph.input("targets", {{batch * length}, tensor::DType::i32});
  return ops::mean(ops::cross_entropy(network()(tokens), targets), {});
}

void GptTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch * length);
  std::vector<std::int32_t> tokens(count);
  std::vector<std::int32_t> targets(count);
  stream_.sample_batch(random, static_cast<int>(batch), length, tokens, targets);
  program.write_ints("tokens", tokens);
  program.write_ints("targets", targets);
}

}  // namespace figment::training
