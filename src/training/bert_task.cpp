#include "training/bert_task.h"

#include <algorithm>
#include <array>

namespace figment::training {
namespace {

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr std::int64_t shown_words = 6;

/// What the preview asks, always the same.
constexpr std::array<std::string_view, 4> questions = {
    "Once upon a time, there was an honest girl named Ella. _ lived in a cabin by a clear lake.",
    "Ben, a brave fox, came to the door. \"May I have some?\" asked _.",
    "Ivy lost her favorite wool hat. They searched all day, and then Ivy saw the wool _ under a bush.",
    "Leo _ to fly paper planes.",
};

}  // namespace

models::BertConfig bert_config(const std::string& preset, const data::MaskTokenizer& tokenizer) {
  const std::int64_t vocabulary = tokenizer.vocabulary_size();
  return is_large(preset, "bert") ? models::BertConfig::large(vocabulary)
                                  : models::BertConfig{.vocabulary = vocabulary};
}

BertTask::BertTask(data::MaskedStories stories, const std::string& preset)
    : NetworkTask(bert_config(preset, stories.tokenizer()), initial_seed),
      stories_(std::move(stories)),
      preset_(preset) {}

TrainSettings BertTask::defaults() const {
  TrainSettings settings;
  settings.batch = 8;
  settings.learning_rate = 1.5e-3F;
  settings.beta2 = 0.98F;
  settings.minutes = 36;
  return settings;
}

Objective BertTask::objective(nn::Graph& graph, std::int64_t batch) {
  const std::int64_t slots = data::MaskedStories::slots_of(batch, length);
  const nn::Tensor tokens = graph.input("tokens", {{batch, length}, tensor::DType::i32});
  const nn::Tensor mask = graph.input("mask", {{batch, length}, tensor::DType::f32});
  const nn::Tensor places = graph.input("places", {{slots}, tensor::DType::i32});
  const nn::Tensor targets = graph.input("targets", {{slots}, tensor::DType::i32});
  const nn::Tensor weights = graph.input("weights", {{slots}, tensor::DType::f32});
  const models::Bert& net = network();
  const nn::Tensor losses =
      ops::cross_entropy(net.logits(models::Bert::gather(net.features(tokens, mask), places)), targets);
  return ops::mean(losses * weights, {});
}

void BertTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const data::MaskedRows rows = stories_.sample(random, batch, length);
  program.write_ints("tokens", rows.tokens);
  program.write("mask", rows.mask);
  program.write_ints("places", rows.places);
  program.write_ints("targets", rows.targets);
  // The loss is the mean over the slots that are in use.
  const auto used = std::count_if(rows.targets.begin(), rows.targets.end(), [](std::int32_t id) { return id >= 0; });
  const float weight = static_cast<float>(rows.targets.size()) / static_cast<float>(std::max<std::ptrdiff_t>(used, 1));
  program.write("weights", std::vector<float>(rows.targets.size(), weight));
}

Preview BertTask::preview(nn::Graph& graph) {
  const models::Bert& net = averaged_network();
  Preview preview;
  for (const std::string_view question : questions) {
    const data::MaskTokenizer::Encoded text = stories_.tokenizer().encode(question);
    const auto size = static_cast<std::int64_t>(text.tokens.size());
    const nn::Tensor tokens =
        graph.constant({1, size}, std::vector<float>(text.tokens.begin(), text.tokens.end()), tensor::DType::i32);
    const nn::Tensor place = graph.constant({1}, {static_cast<float>(text.blanks.at(0))}, tensor::DType::i32);
    const nn::Tensor logits = net.logits(models::Bert::gather(net.features(tokens, {}), place));
    const auto likeliest = ops::top_k(ops::softmax(logits), shown_words);
    preview.guesses.push_back({std::string(question), likeliest[0], likeliest[1]});
  }
  return preview;
}

std::string BertTask::word(std::int32_t token) const {
  const data::MaskTokenizer& tokenizer = stories_.tokenizer();
  return token >= 0 && token < tokenizer.vocabulary_size() ? tokenizer.text_of(token) : std::string();
}

}  // namespace figment::training
