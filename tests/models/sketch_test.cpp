#include "models/sketch/sketch.h"

#include <array>

#include "models/one_batch.h"

namespace figment::models {
namespace {

constexpr std::int64_t side = 32;

SketchConfig tiny() {
  SketchConfig config;
  config.side = side;
  config.channels = 16;
  config.discriminator = 16;
  return config;
}

/// A ring of ink; its inside is one colour, the outside another, and which ones the label says.
std::vector<float> ring(bool is_picture, bool is_night) {
  std::vector<float> values;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const int distance = (x - 15) * (x - 15) + (y - 13) * (y - 13);
      if (!is_picture) {
        values.push_back(distance > 64 && distance < 90 ? 1.0F : 0.0F);
      } else if (distance < 76) {
        values.insert(values.end(), {0.8F, 0.7F, is_night ? 0.7F : -0.5F});
      } else {
        values.insert(values.end(), {is_night ? -0.9F : 0.2F, is_night ? -0.8F : 0.5F, is_night ? -0.4F : 0.9F});
      }
    }
  }
  return values;
}

std::vector<float> two(bool is_picture) {
  std::vector<float> values = ring(is_picture, false);
  const std::vector<float> night = ring(is_picture, true);
  values.insert(values.end(), night.begin(), night.end());
  return values;
}

std::vector<Tensor> labels(nn::Graph& graph, std::int64_t batch) {
  return {graph.input("time", {{batch}, tensor::DType::i32}), graph.input("terrain", {{batch}, tensor::DType::i32})};
}

using SketchOverfit = training::OverfitTest;

TEST_F(SketchOverfit, GeneratorLearnsOneDrawingInTwoLightsByHeart) {
  auto task = std::make_unique<training::OneBatchTask<Sketch>>(
      std::make_unique<Sketch>(tiny(), 1), std::make_unique<Sketch>(tiny(), 1),
      [](nn::Graph& graph, const Sketch& net) -> Tensor {
        const Tensor lines = graph.input("lines", {{2, side, side, 1}, tensor::DType::f32});
        const Tensor target = graph.input("target", {{2, side, side, 3}, tensor::DType::f32});
        return ops::mse(net.generator(lines, labels(graph, 2)), target);
      },
      [](runtime::Program& program) {
        program.write("lines", two(false));
        program.write("target", two(true));
        program.write_ints("time", std::array<std::int32_t, 2>{2, 3});
        program.write_ints("terrain", std::array<std::int32_t, 2>{6, 6});
      });
  EXPECT_LT(remaining_loss(std::move(task), 120), 0.03F);
}

TEST_F(SketchOverfit, DiscriminatorLearnsABatchByHeart) {
  auto task = std::make_unique<training::OneBatchTask<Sketch>>(
      std::make_unique<Sketch>(tiny(), 1), std::make_unique<Sketch>(tiny(), 1),
      [](nn::Graph& graph, const Sketch& net) -> Tensor {
        const Tensor lines = graph.input("lines", {{2, side, side, 1}, tensor::DType::f32});
        const Tensor pictures = graph.input("pictures", {{2, side, side, 3}, tensor::DType::f32});
        const Tensor scores = ops::mean(net.discriminator(pictures, lines, labels(graph, 2)), {1});
        return ops::mean(ops::bce_with_logits(scores, graph.constant({2}, {0, 1})), {});
      },
      [](runtime::Program& program) {
        program.write("lines", two(false));
        program.write("pictures", two(true));
        // The light tells which one is real: the second is a night that is called one, the first a day that is not.
        program.write_ints("time", std::array<std::int32_t, 2>{3, 3});
        program.write_ints("terrain", std::array<std::int32_t, 2>{0, 0});
      });
  EXPECT_LT(remaining_loss(std::move(task), 60), 0.05F);
}

}  // namespace
}  // namespace figment::models
