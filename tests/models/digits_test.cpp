#include <algorithm>
#include <array>
#include <cmath>

#include "models/autoencoder/autoencoder.h"
#include "models/cgan/cgan.h"
#include "models/one_batch.h"
#include "models/vae/vae.h"

namespace figment::models {
namespace {

constexpr std::int64_t count = 4;

/// Blocks of eight pixels in random greys: easier to repeat than noise, harder than a flat picture.
std::vector<float> blocks(std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> pixels(static_cast<std::size_t>(count * digit_side * digit_side));
  std::array<float, 16> greys{};
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::size_t x = i % 32;
    const std::size_t y = i / 32 % 32;
    if (x == 0 && y == 0) {
      for (float& grey : greys) grey = random.uniform(-0.9F, 0.9F);
    }
    pixels[i] = greys[y / 8 * 4 + x / 8];
  }
  return pixels;
}

Tensor pictures_input(nn::Graph& graph) {
  return graph.input("pictures", {{count, digit_side, digit_side, 1}, tensor::DType::f32});
}

Tensor digits_of(nn::Graph& graph) { return graph.constant({count}, {0, 3, 3, 9}, tensor::DType::i32); }

using DigitsOverfit = training::OverfitTest;

template <typename Net>
std::unique_ptr<training::Task> one_batch(typename training::OneBatchTask<Net>::Loss loss) {
  return std::make_unique<training::OneBatchTask<Net>>(
      std::make_unique<Net>(DigitNetConfig{}, 1), std::make_unique<Net>(DigitNetConfig{}, 1), loss,
      [](runtime::Program& program) { program.write("pictures", blocks(3)); });
}

TEST_F(DigitsOverfit, BothAutoencodersRepeatABatch) {
  auto task = one_batch<Autoencoder>([](nn::Graph& graph, const Autoencoder& net) {
    const Tensor pictures = pictures_input(graph);
    return ops::mse(net.plain(pictures), pictures) + ops::mse(net.denoising(pictures), pictures);
  });
  EXPECT_LT(remaining_loss(std::move(task), 80), 0.1F);
}

TEST_F(DigitsOverfit, BothVariationalAutoencodersRepeatABatch) {
  auto task = one_batch<Vae>([](nn::Graph& graph, const Vae& net) {
    const Tensor pictures = pictures_input(graph);
    const Tensor log_beta = graph.constant({count, 1}, {0, 0.5F, -0.5F, 1});
    const auto error = [&](const BetaVae& one) {
      return ops::mse(one.decode(one.encode(pictures, log_beta).mean, log_beta), pictures);
    };
    return error(net.plane) + error(net.space);
  });
  EXPECT_LT(remaining_loss(std::move(task), 120), 0.1F);
}

TEST_F(DigitsOverfit, DiscriminatorTellsPicturesWithTheirDigits) {
  auto task = one_batch<Cgan>([](nn::Graph& graph, const Cgan& net) {
    const Tensor scores = net.discriminator(pictures_input(graph), digits_of(graph));
    return ops::mean(ops::bce_with_logits(scores, graph.constant({count}, {0, 1, 0, 1})), {});
  });
  EXPECT_LT(remaining_loss(std::move(task), 60), 0.05F);
}

TEST_F(DigitsOverfit, GeneratorPaintsABatch) {
  auto task = one_batch<Cgan>([](nn::Graph& graph, const Cgan& net) {
    std::vector<float> styles(static_cast<std::size_t>(count * Cgan::style_size));
    core::Random random(8);
    for (float& value : styles) value = random.normal();
    const Tensor made = net.generator(graph.constant({count, Cgan::style_size}, styles), digits_of(graph));
    return ops::mse(made, pictures_input(graph));
  });
  EXPECT_LT(remaining_loss(std::move(task), 100), 0.1F);
}

/// What a freshly made network gives, on the device.
class DigitsTest : public training::OverfitTest {
 protected:
  template <typename Trace>
  std::vector<float> run(Trace trace) {
    nn::Graph graph;
    const std::array<Tensor, 1> outputs = {trace(graph)};
    const auto program = runtime::compile(context_, graph, outputs);
    program->submit();
    return program->read(outputs[0]).floats;
  }
};

TEST_F(DigitsTest, PriorsAreDensities) {
  const Vae net({}, 1);
  core::Random random(5);
  std::vector<float> codes(2 * Vae::space_size);
  for (float& value : codes) value = random.normal();
  // Of a standard normal distribution.
  const std::vector<float> plane = run([&](nn::Graph& graph) {
    return net.plane.log_prior(graph.constant({1, 2}, {0.5F, -1}));
  });
  EXPECT_NEAR(plane[0], -0.5 * (0.25 + 1) - std::log(2 * 3.14159265), 1e-4);
  // Of the mixture, by the rule: the mean over equal shares of the components' densities.
  const std::vector<float> space = run([&](nn::Graph& graph) {
    return net.space.log_prior(graph.constant({2, Vae::space_size}, codes));
  });
  ASSERT_EQ(space.size(), 2U);
  const std::vector<tensor::Variable>& all = const_cast<Vae&>(net).parameters().all();
  const auto centers =
      std::find_if(all.begin(), all.end(), [](const auto& v) { return v->name == "space.prior.centers"; });
  ASSERT_NE(centers, all.end());
  for (std::size_t n = 0; n < 2; ++n) {
    double sum = 0;
    for (std::size_t k = 0; k < Vae::space_components; ++k) {
      double squares = 0;
      for (std::size_t i = 0; i < Vae::space_size; ++i) {
        const double offset = static_cast<double>(codes[n * Vae::space_size + i]) -
                              static_cast<double>((*centers)->initial[k * Vae::space_size + i]);
        squares += offset * offset;
      }
      sum += std::exp(-0.5 * squares) / Vae::space_components;
    }
    EXPECT_NEAR(space[n], std::log(sum) - 8 * std::log(2 * 3.14159265), 1e-3);
  }
}

TEST_F(DigitsTest, TheRateAtAPointMeansTheExactOne) {
  const Vae net({}, 1);
  // log q - log p over many samples of one cloud, beside the closed form.
  constexpr std::int64_t samples = 20000;
  const std::vector<float> both = run([&](nn::Graph& graph) {
    const Tensor seed = graph.constant({4}, {1, 2, 3, 4}, tensor::DType::u32);
    const Tensor noise = ops::random_normal(seed, {samples, 2}, 0);
    const BetaVae::Code one{graph.constant({1, 2}, {0.5F, -1}), graph.constant({1, 2}, {-1, 0.3F})};
    const BetaVae::Code code{ops::broadcast_to(one.mean, {samples, 2}),
                             ops::broadcast_to(one.log_variance, {samples, 2})};
    const Tensor drawn = sample_code(code, noise);
    const Tensor measured = ops::mean(log_density(code.log_variance, noise) - net.plane.log_prior(drawn), {}, true);
    const std::array<Tensor, 2> parts = {ops::reshape(measured, {1}), net.plane.rate(one, one.mean, one.mean)};
    return ops::concat(parts, 0);
  });
  EXPECT_NEAR(both[0], both[1], 0.03);
}

/// Means of 2 x 2 quarters: enough to notice when a picture changes.
std::vector<float> quarters(const std::vector<float>& pixels) {
  std::vector<float> means(4);
  for (std::size_t i = 0; i < 1024; ++i) means[i / 512 * 2 + i % 32 / 16] += pixels[i] / 256;
  return means;
}

void expect_near(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 2e-4F) << i;
}

std::vector<float> ramp(std::int64_t size) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < size; ++i) values.push_back(std::sin(static_cast<float>(i)));
  return values;
}

TEST_F(DigitsTest, GoldenPictures) {
  const Autoencoder autoencoder({}, 1);
  expect_near(quarters(run([&](nn::Graph& graph) {
                return autoencoder.denoising(graph.constant({1, 32, 32, 1}, ramp(1024)));
              })),
              {-0.20040F, -0.04965F, -0.05201F, -0.03917F});
  const Vae vae({}, 1);
  expect_near(quarters(run([&](nn::Graph& graph) {
                return vae.space.decode(graph.constant({1, 16}, ramp(16)), graph.constant({1, 1}, {0.5F}));
              })),
              {-0.07885F, -0.06423F, -0.07833F, 0.02724F});
  const Cgan cgan({}, 1);
  expect_near(quarters(run([&](nn::Graph& graph) {
                return cgan.generator(graph.constant({1, 32}, ramp(32)), graph.constant({1}, {7}, tensor::DType::i32));
              })),
              {0.02534F, 0.08593F, -0.24801F, -0.10281F});
}

}  // namespace
}  // namespace figment::models
