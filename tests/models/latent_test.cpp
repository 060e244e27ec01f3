#include <array>

#include "models/latent_coder/latent_coder.h"
#include "models/latent_diffusion/latent_unet.h"
#include "models/one_batch.h"

namespace figment::models {
namespace {

using LatentOverfit = training::OverfitTest;

LatentCoderConfig tiny_coder() {
  LatentCoderConfig config;
  config.picture = 16;
  config.channels = 32;
  return config;
}

/// A disc on a slope: something smooth and something with an edge.
std::vector<float> picture_of(int side) {
  std::vector<float> pixels;
  for (int i = 0; i < side * side; ++i) {
    const int x = i % side - side / 2;
    const int y = i / side - side / 2;
    const bool is_inside = x * x + y * y < side * side / 9;
    const float slope = static_cast<float>(y) / static_cast<float>(side);
    pixels.insert(pixels.end(), {is_inside ? 0.8F : slope, is_inside ? -0.7F : 0.2F, slope});
  }
  return pixels;
}

TEST_F(LatentOverfit, CoderRepeatsAPicture) {
  auto task = std::make_unique<training::OneBatchTask<LatentCoder>>(
      std::make_unique<LatentCoder>(tiny_coder(), 1), std::make_unique<LatentCoder>(tiny_coder(), 1),
      [](nn::Graph& graph, const LatentCoder& net) {
        const Tensor picture = graph.input("picture", {{1, 16, 16, 3}, tensor::DType::f32});
        return ops::mse(net.decode(net.encode(picture)), picture);
      },
      [](runtime::Program& program) { program.write("picture", picture_of(16)); });
  EXPECT_LT(remaining_loss(std::move(task), 120), 0.05F);
}

LatentUnetConfig tiny_unet() {
  LatentUnetConfig config;
  config.side = 8;
  config.channels = 16;
  config.embedding = 32;
  config.heads = 2;
  config.vocabulary = 9;
  config.words = 6;
  config.text_channels = 32;
  config.text_heads = 2;
  return config;
}

// Two captions ask for two different things of the same noise, so it has to read them; the third asks for nothing.
TEST_F(LatentOverfit, UnetLearnsWhatCaptionsAskFor) {
  auto task = std::make_unique<training::OneBatchTask<LatentUnet>>(
      std::make_unique<LatentUnet>(tiny_unet(), 1), std::make_unique<LatentUnet>(tiny_unet(), 1),
      [](nn::Graph& graph, const LatentUnet& net) {
        const Tensor x = graph.input("x", {{1, 8, 8, 4}, tensor::DType::f32});
        const Tensor target = graph.input("target", {{3, 8, 8, 4}, tensor::DType::f32});
        const Tensor words = graph.constant({3, 6}, {2, 3, 1, 0, 0, 0, 2, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0},  //
                                            tensor::DType::i32);
        const Tensor time = graph.constant({3}, {0.6F, 0.6F, 0.6F});
        return ops::mse(net(ops::broadcast_to(x, {3, 8, 8, 4}), time, words), target);
      },
      [](runtime::Program& program) {
        core::Random random(4);
        std::vector<float> x(8 * 8 * 4);
        std::vector<float> target(3 * x.size());
        for (float& value : x) value = random.normal();
        for (float& value : target) value = random.normal();
        program.write("x", x);
        program.write("target", target);
      });
  EXPECT_LT(remaining_loss(std::move(task), 200), 0.1F);
}

TEST_F(LatentOverfit, SharesAreOfWordsThatAreThere) {
  const LatentUnet net(tiny_unet(), 3);
  nn::Graph graph;
  const Tensor x = graph.input("x", {{1, 8, 8, 4}, tensor::DType::f32});
  const Tensor words = graph.constant({1, 6}, {2, 3, 1, 0, 0, 0}, tensor::DType::i32);
  Tensor shares;
  const Tensor predicted = net(x, graph.constant({1}, {0.4F}), words, &shares);
  const auto program = runtime::compile(context_, graph, std::array{predicted, shares}, {.name = "shares"});
  core::Random random(4);
  std::vector<float> values(8 * 8 * 4);
  for (float& value : values) value = random.normal();
  program->write("x", values);
  program->submit();
  const std::vector<float> read = program->read(shares).floats;
  ASSERT_EQ(read.size(), 64U * 8);
  for (std::size_t place = 0; place < 64; ++place) {
    float sum = 0;
    for (std::size_t key = 0; key < 5; ++key) sum += read[place * 8 + key];
    EXPECT_NEAR(sum, 1.0F, 1e-4F) << "two rests and three words";
    for (std::size_t key = 5; key < 8; ++key) EXPECT_LT(read[place * 8 + key], 1e-6F) << "no word is there";
  }
}

}  // namespace
}  // namespace figment::models
