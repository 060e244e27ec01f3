#include <fmt/format.h>

#include "app/commands/bench_case.h"
#include "studio/sequence_writer.h"
#include "training/trainer.h"
#include "training/translator_task.h"

/// The translator with fresh weights: whole sentences, and training. tests/bench has the same in PyTorch.
namespace figment::app {
namespace {

/// Reading sentences of the greatest length and writing as many words as there is room for.
BenchCase generate_case(std::int64_t batch, std::int64_t beams) {
  const std::string name = beams == 1 ? "translator_generate" : "translator_beam";
  return {fmt::format("{}_b{}", name, batch),
          [=](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            const data::BilingualWords words;
            const auto config = training::translator_config("small", words.size());
            const auto network = std::make_shared<models::EncoderDecoder>(config, 1);
            studio::SequenceWriter writer(context(), network, {.sentences = batch, .beams = beams, .sees = false});
            const std::vector<std::vector<std::int32_t>> sources(
                static_cast<std::size_t>(batch),
                std::vector<std::int32_t>(static_cast<std::size_t>(config.source_context), 300));
            int steps = 0;
            BenchRow row;
            measure(row, settings.repeat, [&] {
              writer.begin(sources);
              while (!writer.is_finished()) writer.run_token();
              steps = writer.steps();
            });
            take_statistics(row, *writer.programs().back(), 4.0 * static_cast<double>(network->parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch * steps) / row.best_ms;
            row.rate_unit = "tokens/s";
            row.extra = {{"tokens", static_cast<double>(steps)},
                         {"vocabulary", static_cast<double>(words.size())},
                         {"parameters", static_cast<double>(network->parameters().count())}};
            return row;
          }};
}

BenchRow train(const BenchCase::MakeContext& context, const BenchSettings& settings) {
  auto task = std::make_unique<training::TranslatorTask>();
  training::TrainSettings wanted = task->defaults();
  wanted.steps = 1'000'000;
  wanted.minutes = 0;
  training::Trainer trainer(context(), std::move(task), wanted);
  BenchRow row;
  measure(row, settings.repeat, [&] { trainer.step(); });
  take_statistics(row, trainer.program(), 16.0 * static_cast<double>(trainer.task().parameters().count()));
  row.rate = 1000.0 * static_cast<double>(wanted.batch) / row.best_ms;
  row.rate_unit = "sentences/s";
  row.extra = {{"parameters", static_cast<double>(trainer.task().parameters().count())}};
  return row;
}

}  // namespace

std::vector<BenchCase> translator_bench_cases() {
  return {generate_case(1, 1), generate_case(16, 1), generate_case(1, 4), {"translator_train_b64", train}};
}

}  // namespace figment::app
