#include "models/gan/gan.h"

#include <array>

#include "models/one_batch.h"

namespace figment::models {
namespace {

GanConfig tiny() {
  GanConfig config;
  config.latent = 8;
  config.generator = 16;
  config.discriminator = 16;
  return config;
}

std::vector<float> pictures_of(std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> pixels(4 * 32 * 32 * 3);
  for (float& value : pixels) value = random.uniform(-0.9F, 0.9F);
  return pixels;
}

using GanOverfit = training::OverfitTest;

TEST_F(GanOverfit, DiscriminatorLearnsABatchByHeart) {
  auto task = std::make_unique<training::OneBatchTask<Gan>>(
      std::make_unique<Gan>(tiny(), 1), std::make_unique<Gan>(tiny(), 1),
      [](nn::Graph& graph, const Gan& net) {
        const Tensor scores = net.discriminate(graph.input("pictures", {{4, 32, 32, 3}, tensor::DType::f32}));
        return ops::mean(ops::bce_with_logits(scores, graph.constant({4, 1}, {0, 1, 0, 1})), {});
      },
      [](runtime::Program& program) { program.write("pictures", pictures_of(3)); });
  EXPECT_LT(remaining_loss(std::move(task), 60), 0.05F);
}

TEST_F(GanOverfit, GeneratorLearnsAPictureByHeart) {
  auto task = std::make_unique<training::OneBatchTask<Gan>>(
      std::make_unique<Gan>(tiny(), 1), std::make_unique<Gan>(tiny(), 1),
      [](nn::Graph& graph, const Gan& net) {
        const Tensor made = net.generate(graph.input("noise", {{1, 8}, tensor::DType::f32}));
        // Cells of two pixels and few colours are all that it can make.
        const Tensor target = graph.input("target", {{1, 16, 16, 3}, tensor::DType::f32});
        return ops::mse(made, ops::upsample_nearest(target, 2));
      },
      [](runtime::Program& program) {
        program.write("noise", std::array<float, 8>{1, -1, 0.5F, 2, -0.3F, 0, 1, -2});
        std::vector<float> cells;
        for (int i = 0; i < 16 * 16; ++i) {
          const bool is_inside = (i / 16 - 8) * (i / 16 - 8) + (i % 16 - 8) * (i % 16 - 8) < 30;
          cells.insert(cells.end(), {is_inside ? 0.8F : -0.5F, is_inside ? -0.7F : 0.2F, i % 16 == 5 ? 0.9F : 0.0F});
        }
        program.write("target", cells);
      });
  EXPECT_LT(remaining_loss(std::move(task), 200), 0.1F);
}

}  // namespace
}  // namespace figment::models
