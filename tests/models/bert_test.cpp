#include "models/bert/bert.h"

#include <array>

#include "models/one_batch.h"

namespace figment::training {
namespace {

constexpr models::BertConfig config{.vocabulary = 13, .context = 12, .channels = 32, .layers = 2, .heads = 2};

TEST_F(OverfitTest, Bert) {
  auto task = std::make_unique<OneBatchTask<models::Bert>>(
      std::make_unique<models::Bert>(config, 1), std::make_unique<models::Bert>(config, 1),
      [](nn::Graph& graph, const models::Bert& net) {
        const nn::Tensor tokens = graph.input("tokens", {{2, 12}, tensor::DType::i32});
        const nn::Tensor mask = graph.input("mask", {{2, 12}, tensor::DType::f32});
        const nn::Tensor places = graph.input("places", {{8}, tensor::DType::i32});
        const nn::Tensor targets = graph.input("targets", {{8}, tensor::DType::i32});
        return ops::mean(
            ops::cross_entropy(net.logits(models::Bert::gather(net.features(tokens, mask), places)), targets), {});
      },
      [](runtime::Program& program) {
        std::array<std::int32_t, 24> tokens{};
        std::array<float, 24> mask{};
        for (int i = 0; i < 24; ++i) {
          tokens[static_cast<std::size_t>(i)] = (i * i + 3) % 13;
          mask[static_cast<std::size_t>(i)] = i % 12 < 10 ? 1.0F : 0.0F;
        }
        program.write_ints("tokens", tokens);
        program.write("mask", mask);
        program.write_ints("places", std::array<std::int32_t, 8>{1, 3, 4, 8, 12, 15, 17, 20});
        program.write_ints("targets", std::array<std::int32_t, 8>{5, 2, 9, 1, 0, 7, 12, 3});
      });
  EXPECT_LT(remaining_loss(std::move(task), 120), 0.05F);
}

/// What stands where the mask is 0 changes nothing, and attention sums to one over the rest.
TEST_F(OverfitTest, BertReadsNothingBehindTheMask) {
  const models::Bert net(config, 1);
  const auto run = [&](std::int32_t filling) {
    tensor::Graph graph;
    const nn::Tensor tokens = graph.input("tokens", {{1, 6}, tensor::DType::i32});
    const nn::Tensor mask = graph.input("mask", {{1, 6}, tensor::DType::f32});
    nn::Tensor seen;
    const nn::Tensor features = ops::slice(net.features(tokens, mask, &seen), 1, 0, 4);
    const std::array<nn::Tensor, 2> outputs = {features, seen};
    const auto program = runtime::compile(context_, graph, outputs, {});
    program->write_ints("tokens", std::array<std::int32_t, 6>{1, 2, 3, 4, filling, filling});
    program->write("mask", std::array<float, 6>{1, 1, 1, 1, 0, 0});
    program->submit();
    return std::pair(program->read(features).floats, program->read(seen).floats);
  };
  const auto [one, seen] = run(0);
  const auto [other, unused] = run(7);
  EXPECT_EQ(one, other);
  for (std::size_t row = 0; row < seen.size(); row += 6) {
    EXPECT_NEAR(seen[row] + seen[row + 1] + seen[row + 2] + seen[row + 3], 1, 1e-4);
    EXPECT_EQ(seen[row + 4] + seen[row + 5], 0);
  }
}

}  // namespace
}  // namespace figment::training
