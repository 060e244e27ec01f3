#include "training/translator_task.h"

#include <algorithm>
#include <array>

namespace figment::training {
namespace {

using data::BilingualWords;
using tensor::DType;

constexpr std::uint64_t initial_seed = 1;  // of the weights
constexpr auto source_length = static_cast<std::int64_t>(BilingualWords::source_tokens_max);
constexpr auto target_length = static_cast<std::int64_t>(BilingualWords::target_tokens_max);

nn::Tensor constant_row(nn::Graph& graph, std::vector<std::int32_t> tokens, std::int64_t length) {
  std::vector<float> row(static_cast<std::size_t>(length));
  std::copy(tokens.begin(), tokens.end(), row.begin());
  return graph.constant({1, length}, std::move(row), DType::i32);
}

}  // namespace

models::EncoderDecoderConfig translator_config(const std::string& preset, std::int64_t vocabulary) {
  const models::EncoderDecoderConfig small{
      .vocabulary = vocabulary, .source_context = source_length, .target_context = target_length};
  return is_large(preset, "translator") ? small.large() : small;
}

nn::Tensor mean_over_words(nn::Tensor logits, nn::Tensor target, nn::Tensor targets) {
  return ops::sum(ops::cross_entropy(logits, targets), {}) / ops::sum(models::mask_of(target), {});
}

TranslatorTask::TranslatorTask(data::BilingualWords words, const std::string& preset)
    : NetworkTask(translator_config(preset, words.size()), initial_seed), words_(std::move(words)), preset_(preset) {}

TrainSettings TranslatorTask::defaults() const {
  TrainSettings settings;
  settings.batch = 64;
  settings.learning_rate = 2e-3F;
  settings.beta2 = 0.98F;
  settings.ema_decay = 0.995F;
  settings.warmup_steps = 200;
  settings.minutes = 18;
  return settings;
}

Objective TranslatorTask::objective(nn::Graph& graph, std::int64_t batch) {
  const nn::Tensor source = graph.input("source", {{batch, source_length}, DType::i32});
  const nn::Tensor target = graph.input("target", {{batch, target_length}, DType::i32});
  const nn::Tensor targets = graph.input("targets", {{batch * target_length}, DType::i32});
  return mean_over_words(network()(source, target), target, targets);
}

void TranslatorTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  write_sentences(program, batch, random, data::make_training_sentence);
}

void TranslatorTask::write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) {
  write_sentences(program, batch, random,
                  [](core::Random& from) { return data::make_unseen_sentence(from, data::Pairs::known); });
}

void TranslatorTask::write_sentences(runtime::Program& program, std::int64_t batch, core::Random& random,
                                     data::Sentence (*make)(core::Random& random)) const {
  const auto rows = static_cast<std::size_t>(batch);
  std::vector<std::int32_t> source(rows * BilingualWords::source_tokens_max, BilingualWords::pad);
  std::vector<std::int32_t> target(rows * BilingualWords::target_tokens_max, BilingualWords::pad);
  std::vector<std::int32_t> targets(rows * BilingualWords::target_tokens_max, -1);
  for (std::size_t row = 0; row < rows; ++row) {
    const data::Sentence sentence = make(random);
    const auto language = static_cast<data::Language>(random.below(2));
    const std::vector<std::int32_t> read = words_.source(language, sentence.english);
    const std::vector<std::int32_t> written = words_.encode(sentence.in(language));
    std::copy(read.begin(), read.end(), source.begin() + static_cast<std::ptrdiff_t>(row * source_length));
    const auto begin = static_cast<std::ptrdiff_t>(row * target_length);
    target[row * target_length] = BilingualWords::bos;
    std::copy(written.begin(), written.end(), target.begin() + begin + 1);
    std::copy(written.begin(), written.end(), targets.begin() + begin);
    targets[row * target_length + written.size()] = BilingualWords::eos;
  }
  program.write_ints("source", source);
  program.write_ints("target", target);
  program.write_ints("targets", targets);
}

Preview TranslatorTask::preview(nn::Graph& graph) {
  struct Begun {
    data::Language language;
    const char* english;
    const char* written;  ///< of the translation
  };
  static constexpr std::array<Begun, 4> begun = {{
      {data::Language::french, "the white cat sleeps in the garden .", "le chat"},
      {data::Language::spanish, "the white cat sleeps in the garden .", "el gato"},
      {data::Language::french, "she does not want to read my letter .", "elle ne veut"},
      {data::Language::spanish, "where did the old king buy his horse ?", "¿ dónde"},
  }};
  constexpr std::int64_t shown = 5;
  Preview preview;
  preview.title = "The next word of translations";
  for (const Begun& each : begun) {
    std::vector<std::int32_t> target = words_.encode(each.written);
    target.insert(target.begin(), BilingualWords::bos);
    const auto last = static_cast<std::int64_t>(target.size()) - 1;
    const nn::Tensor logits =
        averaged_network()(constant_row(graph, words_.source(each.language, each.english), source_length),
                           constant_row(graph, std::move(target), target_length));
    const std::vector<nn::Tensor> likeliest = ops::top_k(ops::softmax(ops::slice(logits, 0, last, last + 1)), shown);
    preview.guesses.push_back({data::written(each.english, true) + " " + data::written(each.written, false),
                               ops::reshape(likeliest[0], {shown}), ops::reshape(likeliest[1], {shown})});
  }
  return preview;
}

Writing TranslatorTask::writing(nn::Graph& graph) {
  constexpr const char* english = "the old king does not want to sell his white horse .";
  Writing writing;
  writing.given = data::written(english, true);
  writing.begun = {BilingualWords::bos};
  writing.logits =
      averaged_network()(constant_row(graph, words_.source(data::Language::french, english), source_length),
                         graph.input("written", {{1, target_length}, DType::i32}));
  writing.end = BilingualWords::eos;
  writing.separator.assign(1, ' ');
  return writing;
}

}  // namespace figment::training
