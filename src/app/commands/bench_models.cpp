#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "app/commands/bench_case.h"
#include "core/random.h"
#include "models/diffusion/unet.h"
#include "studio/family.h"
#include "studio/text_generator.h"
#include "training/trainer.h"

/// Whole models with fresh weights: speed does not depend on what they have learnt.
namespace figment::app {
namespace {

BenchCase unet_case(std::int64_t batch) {
  return {fmt::format("unet_forward_b{}", batch),
          [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            const models::Unet network({}, 1);
            const models::UnetConfig& config = network.config();
            tensor::Graph graph;
            const tensor::TensorType type{{batch, config.side(), config.side(), config.depth()}, tensor::DType::f32};
            const std::array<tensor::Tensor, 2> classes = {graph.input("class0", {{batch}, tensor::DType::i32}),
                                                           graph.input("class1", {{batch}, tensor::DType::i32})};
            const tensor::Tensor x = graph.input("x", type);
            const tensor::Tensor time = graph.input("time", {{batch}, tensor::DType::f32});
            const std::array<tensor::Tensor, 1> outputs = {network(x, time, classes)};
            const auto program = runtime::compile(context(), graph, outputs, {.name = "unet", .frozen = true});
            core::Random random(1);
            std::vector<float> values(static_cast<std::size_t>(type.shape.count()));
            for (float& value : values) value = random.normal();
            program->write("x", values);
            program->write("time", std::vector<float>(static_cast<std::size_t>(batch), 0.5F));
            for (const char* name : {"class0", "class1"}) {
              program->write_ints(name, std::vector<std::int32_t>(static_cast<std::size_t>(batch), 1));
            }
            BenchRow row;
            measure(row, settings.repeat, [&] {
              program->submit();
              program->wait();
            });
            take_statistics(row, *program, 4.0 * static_cast<double>(network.parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch) / row.best_ms;
            row.rate_unit = "pictures/s";
            return row;
          }};
}

BenchCase train_case(const std::string& model, std::int64_t batch) {
  return {fmt::format("{}_train_b{}", model, batch),
          [model, batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            training::TrainSettings train;
            train.batch = batch;
            train.steps = 1'000'000;
            training::Trainer trainer(context(), studio::family_named(model).make_task("small"), train);
            // The pictures are drawn in the background from the first batch on, which would be measured with it.
            trainer.step();
            while (trainer.task().progress() < 1) std::this_thread::sleep_for(std::chrono::milliseconds(20));
            BenchRow row;
            measure(row, settings.repeat, [&] { trainer.step(); });
            // Weights, their average and two moments.
            take_statistics(row, trainer.program(), 16.0 * static_cast<double>(trainer.task().parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch * trainer.task().units_per_sample()) / row.best_ms;
            row.rate_unit = trainer.task().unit() + "/s";
            return row;
          }};
}

std::shared_ptr<models::Gpt> fresh_gpt(const data::Tokenizer& tokenizer) {
  return std::make_shared<models::Gpt>(models::GptConfig{.vocabulary = tokenizer.vocabulary_size()}, 1);
}

/// Fresh weights give every word about the same chance, so that texts go on until they are cut.
BenchRow decode(const BenchCase::MakeContext& context, const BenchSettings& settings, int batch) {
  constexpr int tokens = 96;
  const auto tokenizer = std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories());
  const auto network = fresh_gpt(*tokenizer);
  studio::TextGenerator generator(context(), network, tokenizer, batch);
  studio::TextRequest request;
  request.prompt = "";
  request.tokens_max = 100000;
  request.options.temperature = 1;
  const auto write_tokens = [&] {
    // Texts that have ended are followed by the next.
    for (int i = 0; i < tokens; ++i) {
      if (i == 0 || generator.is_finished()) {
        request.options.seed += static_cast<std::uint64_t>(batch);
        generator.begin(request);
      }
      generator.run_token();
    }
  };
  BenchRow row;
  measure(row, settings.repeat, write_tokens);
  take_statistics(row, *generator.programs().front(), 4.0 * static_cast<double>(network->parameters().count()));
  row.best_ms /= tokens;
  row.median_ms /= tokens;
  row.rate = 1000.0 * batch / row.best_ms;
  row.rate_unit = "tokens/s";
  row.extra = {{"vocabulary", static_cast<double>(network->config().vocabulary)}};
  return row;
}

BenchCase decode_case(const std::string& name, int batch) {
  return {name, [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            return decode(context, settings, batch);
          }};
}

/// A prompt of 128 tokens, read at once.
BenchCase prefill_case(std::int64_t batch) {
  return {fmt::format("gpt_prefill_b{}", batch),
          [batch](const BenchCase::MakeContext& context, const BenchSettings& settings) {
            constexpr std::int64_t tokens = 128;
            const data::Tokenizer tokenizer = data::Tokenizer::for_stories();
            const auto network = fresh_gpt(tokenizer);
            tensor::Graph graph;
            const tensor::Tensor text = graph.input("text", {{batch, tokens}, tensor::DType::i32});
            const std::array<tensor::Tensor, 1> outputs = {(*network)(text)};
            const auto program = runtime::compile(context(), graph, outputs, {.name = "prefill", .frozen = true});
            core::Random random(1);
            std::vector<std::int32_t> ids(static_cast<std::size_t>(batch * tokens));
            for (std::int32_t& id : ids) {
              id = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(tokenizer.vocabulary_size())));
            }
            program->write_ints("text", ids);
            BenchRow row;
            measure(row, settings.repeat, [&] {
              program->submit();
              program->wait();
            });
            take_statistics(row, *program, 4.0 * static_cast<double>(network->parameters().count()));
            row.rate = 1000.0 * static_cast<double>(batch * tokens) / row.best_ms;
            row.rate_unit = "tokens/s";
            return row;
          }};
}

}  // namespace

std::vector<BenchCase> model_bench_cases() {
  return {unet_case(1),    unet_case(8),     decode_case("gpt_decode", 1), decode_case("gpt_decode_b16", 16),
          prefill_case(1), prefill_case(16), train_case("diffusion", 32),  train_case("gpt", 16)};
}

}  // namespace figment::app
