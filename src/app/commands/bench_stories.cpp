#include <fmt/format.h>

#include <array>

#include "app/commands/bench_case.h"
#include "studio/answerer.h"
#include "studio/sequence_writer.h"
#include "training/chat_task.h"
#include "training/summarizer_task.h"
#include "training/trainer.h"

/// The two that read stories: answering and summarising, one word each, and training, with fresh weights. tests/bench
/// has the same nets in PyTorch.
namespace figment::app {
namespace {

constexpr std::int32_t place = 150;  // behind a story and a question

/// One word of an answer.
BenchRow answer(const BenchCase::MakeContext& context, const BenchSettings& settings) {
  const auto network = std::make_shared<models::Gpt>(training::chat_config(false), 1);
  const auto tokenizer = std::make_shared<const data::Tokenizer>(data::second_story_tokenizer());
  studio::Answerer answerer(context(), network, tokenizer);
  runtime::Program& program = *answerer.compiled().back();
  program.write_ints("token", std::array<std::int32_t, 1>{5});
  program.write_ints("position", std::array{place});
  program.write_ints("length", std::array{place + 1});
  BenchRow row;
  measure(row, settings.repeat, [&] {
    program.submit();
    program.wait();
  });
  take_statistics(row, program, 4.0 * static_cast<double>(network->parameters().count()));
  row.rate = 1000.0 / row.best_ms;
  row.rate_unit = "tokens/s";
  row.extra = {{"parameters", static_cast<double>(network->parameters().count())}};
  return row;
}

/// One whole line about a story, of the longest story: reading it and 31 words.
BenchRow summarise(const BenchCase::MakeContext& context, const BenchSettings& settings) {
  const models::EncoderDecoderConfig config = training::summarizer_config(false);
  const auto network = std::make_shared<models::EncoderDecoder>(config, 1);
  studio::SequenceWriter writer(context(), network, {.sentences = 1, .beams = 1, .sees = false});
  const std::vector<std::int32_t> story(static_cast<std::size_t>(config.source_context), 300);
  int words = 0;
  BenchRow row;
  measure(row, settings.repeat, [&] {
    writer.begin({story});
    while (!writer.is_finished()) writer.run_token();
    words = writer.steps();
  });
  take_statistics(row, *writer.programs().back(), 4.0 * static_cast<double>(network->parameters().count()));
  row.rate = 1000.0 * words / row.best_ms;
  row.rate_unit = "tokens/s";
  row.extra = {{"parameters", static_cast<double>(network->parameters().count())},
               {"tokens", static_cast<double>(words)}};
  return row;
}

template <typename Task>
BenchCase train_case(const std::string& model, std::int64_t batch) {
  return {fmt::format("{}_train_b{}", model, batch),
          [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            auto task = std::make_unique<Task>();
            training::TrainSettings wanted = task->defaults();
            wanted.batch = batch;
            wanted.steps = 1'000'000;
            wanted.minutes = 0;
            training::Trainer trainer(context(), std::move(task), wanted);
            BenchRow row;
            measure(row, settings.repeat, [&] { trainer.step(); });
            take_statistics(row, trainer.program(), 16.0 * static_cast<double>(trainer.task().parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch * trainer.task().units_per_sample()) / row.best_ms;
            row.rate_unit = "tokens/s";
            row.extra = {{"parameters", static_cast<double>(trainer.task().parameters().count())}};
            return row;
          }};
}

}  // namespace

std::vector<BenchCase> story_bench_cases() {
  return {{"chat_generate_b1", answer},
          train_case<training::ChatTask>("chat", 4),
          {"summarizer_generate_b1", summarise},
          train_case<training::SummarizerTask>("summarizer", 8)};
}

}  // namespace figment::app
