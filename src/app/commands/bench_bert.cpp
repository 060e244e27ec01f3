#include <fmt/format.h>

#include <array>

#include "app/commands/bench_case.h"
#include "core/random.h"
#include "training/bert_task.h"
#include "training/trainer.h"

/// Filling in blanks: reading texts as a whole, and training. tests/bench has the same in PyTorch.
namespace figment::app {
namespace {

BenchCase prefill_case(std::int64_t batch) {
  return {fmt::format("bert_prefill_b{}", batch),
          [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            const models::Bert network(training::bert_config("small", data::MaskTokenizer()), 1);
            const models::BertConfig& config = network.config();
            tensor::Graph graph;
            const tensor::Tensor tokens = graph.input("tokens", {{batch, config.context}, tensor::DType::i32});
            const tensor::Tensor mask = graph.input("mask", {{batch, config.context}, tensor::DType::f32});
            const tensor::Tensor features = network.features(tokens, mask);
            const tensor::Tensor rows = ops::reshape(features, {batch * config.context, config.channels});
            const std::array<tensor::Tensor, 1> outputs = {network.logits(rows)};
            const auto program = runtime::compile(context(), graph, outputs, {.name = "fill in", .frozen = true});
            core::Random random(1);
            std::vector<std::int32_t> ids(static_cast<std::size_t>(batch * config.context));
            for (std::int32_t& id : ids) {
              id = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(config.vocabulary)));
            }
            program->write_ints("tokens", ids);
            program->write("mask", std::vector<float>(ids.size(), 1.0F));
            BenchRow row;
            measure(row, settings.repeat, [&] {
              program->submit();
              program->wait();
            });
            take_statistics(row, *program, 4.0 * static_cast<double>(network.parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch * config.context) / row.best_ms;
            row.rate_unit = "tokens/s";
            row.extra = {{"parameters", static_cast<double>(network.parameters().count())}};
            return row;
          }};
}

BenchCase train_case(std::int64_t batch) {
  return {fmt::format("bert_train_b{}", batch),
          [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            auto task = std::make_unique<training::BertTask>();
            training::TrainSettings wanted = task->defaults();
            wanted.batch = batch;
            wanted.steps = 1'000'000;
            wanted.minutes = 0;
            training::Trainer trainer(context(), std::move(task), wanted);
            BenchRow row;
            measure(row, settings.repeat, [&] { trainer.step(); });
            const auto parameters = static_cast<double>(trainer.task().parameters().count());
            take_statistics(row, trainer.program(), 16.0 * parameters);
            row.rate = 1000.0 * static_cast<double>(batch * trainer.task().units_per_sample()) / row.best_ms;
            row.rate_unit = "tokens/s";
            row.extra = {{"parameters", parameters}};
            return row;
          }};
}

}  // namespace

std::vector<BenchCase> bert_bench_cases() { return {prefill_case(1), prefill_case(16), train_case(8)}; }

}  // namespace figment::app
