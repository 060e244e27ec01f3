#include <fmt/format.h>

#include <array>

#include "app/commands/bench_case.h"
#include "data/character_stream.h"
#include "studio/character_writer.h"
#include "training/lstm_task.h"
#include "training/trainer.h"

/// The character LSTM: writing one text and sixteen, reading one, and training. tests/bench has the same in PyTorch.
namespace figment::app {
namespace {

std::shared_ptr<models::Lstm> fresh_networks() {
  return std::make_shared<models::Lstm>(models::LstmConfig{.vocabulary = data::character_count}, 1);
}

BenchCase generate_case(std::int64_t batch) {
  return {fmt::format("lstm_generate_b{}", batch),
          [=](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            const auto networks = fresh_networks();
            studio::CharacterWriter writer(context(), networks, networks->stories, batch);
            writer.begin(1);
            BenchRow row;
            measure(row, settings.repeat, [&] { writer.step(); });
            take_statistics(row, *writer.program(), 4.0 * static_cast<double>(networks->parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch) / row.best_ms;
            row.rate_unit = "characters/s";
            return row;
          }};
}

BenchRow prefill(const BenchCase::MakeContext& context, const BenchSettings& settings) {
  constexpr std::int64_t length = 128;
  const auto networks = fresh_networks();
  tensor::Graph graph;
  const tensor::Tensor tokens = graph.input("tokens", {{length, 1}, tensor::DType::i32});
  const auto output = networks->stories(tokens, networks->stories.zero_state(graph, 1));
  const auto program =
      runtime::compile(context(), graph, std::array{output.logits}, {.name = "read characters", .frozen = true});
  program->write_ints("tokens", std::vector<std::int32_t>(length, 1));
  BenchRow row;
  measure(row, settings.repeat, [&] {
    program->submit();
    program->wait();
  });
  take_statistics(row, *program, 4.0 * static_cast<double>(networks->parameters().count()));
  row.rate = 1000.0 * static_cast<double>(length) / row.best_ms;
  row.rate_unit = "characters/s";
  return row;
}

BenchRow train(const BenchCase::MakeContext& context, const BenchSettings& settings) {
  auto task = std::make_unique<training::LstmTask>();
  training::TrainSettings wanted = task->defaults();
  wanted.steps = 1'000'000;
  wanted.minutes = 0;
  training::Trainer trainer(context(), std::move(task), wanted);
  BenchRow row;
  measure(row, settings.repeat, [&] { trainer.step(); });
  take_statistics(row, trainer.program(), 16.0 * static_cast<double>(trainer.task().parameters().count()));
  row.rate = 1000.0 * static_cast<double>(wanted.batch * trainer.task().units_per_sample()) / row.best_ms;
  row.rate_unit = "characters/s";
  return row;
}

}  // namespace

std::vector<BenchCase> lstm_bench_cases() {
  return {generate_case(1), generate_case(16), {"lstm_prefill_b1", prefill}, {"lstm_train_b16", train}};
}

}  // namespace figment::app
