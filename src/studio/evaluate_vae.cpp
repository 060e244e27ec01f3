#include "studio/evaluate_vae.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/error.h"
#include "core/random.h"
#include "studio/digit_judge.h"
#include "studio/report.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using nlohmann::json;
using tensor::DType;
using tensor::Tensor;

constexpr std::int64_t bound_batch = 4;  // pictures, each with VaeBounds::samples codes
constexpr std::int64_t batch = 32;
constexpr std::int64_t default_bounds = 128;    // pictures
constexpr std::int64_t default_samples = 1000;  // from the prior
constexpr float step_of_8_bits = 2.0F / 255.0F;
constexpr float sure = 0.8F;
constexpr std::array<float, 3> betas = {1, 4, 8};
constexpr std::int64_t sheet_columns = 12;

/// log p(x | z) + log p(z) - log q(z | x) of codes drawn from q: [bound_batch, samples].
Tensor log_weights(const models::BetaVae& network, Tensor pictures, Tensor seed) {
  constexpr std::int64_t samples = VaeBounds::samples;
  const std::int64_t size = network.size();
  tensor::Graph& graph = *pictures.graph;
  const Tensor no_beta = graph.constant({1, 1}, {0.0F});
  const models::BetaVae::Code code = network.encode(pictures, ops::broadcast_to(no_beta, {bound_batch, 1}));
  const Tensor noise = ops::random_normal(seed, {bound_batch, samples, size}, 0);
  const Tensor log_variance = ops::reshape(code.log_variance, {bound_batch, 1, size});
  const Tensor codes = ops::reshape(code.mean, {bound_batch, 1, size}) + ops::exp(0.5F * log_variance) * noise;
  const std::int64_t all = bound_batch * samples;
  const Tensor means = network.decode(ops::reshape(codes, {all, size}), ops::broadcast_to(no_beta, {all, 1}));
  const Tensor log_sigma = ops::reshape(network.log_sigma(no_beta), {1, 1});
  const Tensor differences = ops::reshape(means, {bound_batch, samples, static_cast<std::int64_t>(digit_pixels)}) -
                             ops::reshape(pictures, {bound_batch, 1, static_cast<std::int64_t>(digit_pixels)});
  const Tensor squares = ops::sum(ops::square(differences), {2});
  constexpr auto dimensions = static_cast<float>(digit_pixels);
  const float half_log_two_pi = 0.5F * std::log(2 * std::numbers::pi_v<float>);
  const Tensor likelihood = -0.5F * squares * ops::exp(-2.0F * log_sigma) - dimensions * (log_sigma + half_log_two_pi);
  const Tensor log_prior = ops::reshape(network.log_prior(ops::reshape(codes, {all, size})), {bound_batch, samples});
  return likelihood + log_prior - models::log_density(log_variance, noise);
}

}  // namespace

double bits_per_dimension(double nats) {
  // The probability of a value of 8 bits is the density times its width.
  return (-nats / static_cast<double>(digit_pixels) - std::log(static_cast<double>(step_of_8_bits))) /
         std::numbers::ln2;
}

double log_mean_exp(std::span<const float> values) {
  const double most = static_cast<double>(*std::max_element(values.begin(), values.end()));
  double sum = 0;
  for (const float value : values) sum += std::exp(static_cast<double>(value) - most);
  return most + std::log(sum / static_cast<double>(values.size()));
}

VaeBounds measure_bounds(runtime::Context& context, const models::BetaVae& network, const SignSet& pictures,
                         std::uint64_t seed, const EvaluationProgress& progress) {
  core::require(pictures.count() > 0, "a bound needs pictures");
  RecordedProgram recorded;
  const Tensor input = recorded.graph.input("pictures", {{bound_batch, digit_side, digit_side, 1}, DType::f32});
  const Tensor noise = recorded.graph.input("seed", {{4}, DType::u32});
  const Tensor weights = log_weights(network, input, noise);
  const Tensor no_beta = recorded.graph.constant({bound_batch, 1}, std::vector<float>(bound_batch));
  const models::BetaVae::Code code = network.encode(input, no_beta);
  const Tensor one_noise = ops::random_normal(noise, code.mean.shape(), 1);
  const Tensor rate = ops::mean(network.rate(code, models::sample_code(code, one_noise), one_noise), {});
  recorded.compile(context, std::array{weights, rate}, "vae bound");
  core::Random random(seed, 31);
  VaeBounds bounds;
  const std::int64_t rounds = (pictures.count() + bound_batch - 1) / bound_batch;
  for (std::int64_t round = 0; round < rounds; ++round) {
    std::vector<float> pixels;
    for (std::int64_t i = 0; i < bound_batch; ++i) {
      const auto picture = pictures.picture((round * bound_batch + i) % pictures.count());
      for (const float value : picture) pixels.push_back(value + step_of_8_bits * (random.uniform() - 0.5F));
    }
    recorded.program->write("pictures", pixels);
    write_seed(*recorded.program, "seed", seed, static_cast<int>(round));
    recorded.program->submit();
    const std::vector<float> values = recorded.program->read(weights).floats;
    const double one = 1.0 / static_cast<double>(rounds * bound_batch);
    for (std::size_t i = 0; i < bound_batch; ++i) {
      const auto row = std::span(values).subspan(i * VaeBounds::samples, VaeBounds::samples);
      for (const float value : row) bounds.elbo += one * static_cast<double>(value) / VaeBounds::samples;
      bounds.weighted += one * log_mean_exp(row);
    }
    bounds.rate += static_cast<double>(recorded.program->read_scalar(rate)) / static_cast<double>(rounds);
    if (progress) progress(static_cast<double>(round + 1) / static_cast<double>(rounds));
  }
  return bounds;
}

std::vector<float> draw_from_prior(runtime::Context& context, const models::BetaVae& network, std::int64_t count,
                                   float beta, float temperature, std::uint64_t seed) {
  RecordedProgram recorded;
  const Tensor codes = recorded.graph.input("codes", {{batch, network.size()}, DType::f32});
  const Tensor log_beta = recorded.graph.constant({batch, 1}, std::vector<float>(batch, std::log(beta)));
  const Tensor pictures = network.decode(codes, log_beta);
  recorded.compile(context, std::array{pictures}, "vae samples");
  core::Random random(seed, 32);
  std::vector<float> pixels;
  const std::size_t wanted = static_cast<std::size_t>(count) * digit_pixels;
  while (pixels.size() < wanted) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < batch; ++i) {
      const std::vector<float> code = network.draw_code(random, temperature);
      values.insert(values.end(), code.begin(), code.end());
    }
    recorded.program->write("codes", values);
    recorded.program->submit();
    const std::vector<float> made = recorded.program->read(pictures).floats;
    pixels.insert(pixels.end(), made.begin(), made.end());
  }
  pixels.resize(wanted);
  for (float& value : pixels) value = std::clamp(value, -1.0F, 1.0F);
  return pixels;
}

std::vector<float> repeat_pictures(runtime::Context& context, const models::BetaVae& network,
                                   std::span<const float> pixels) {
  const auto count = static_cast<std::int64_t>(pixels.size() / digit_pixels);
  RecordedProgram recorded;
  const Tensor input = recorded.graph.input("pictures", {{count, digit_side, digit_side, 1}, DType::f32});
  const Tensor log_beta = recorded.graph.constant({count, 1}, std::vector<float>(static_cast<std::size_t>(count)));
  const Tensor output = network.decode(network.encode(input, log_beta).mean, log_beta);
  recorded.compile(context, std::array{output}, "vae repeats");
  recorded.program->write("pictures", pixels);
  recorded.program->submit();
  return recorded.program->read(output).floats;
}

Evaluation evaluate_vae(runtime::Context& context, const EvaluationOptions& options,
                        const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the VAE is measured on held-out digits; leave --data out");
  const std::int64_t bound_count = options.count > 0 ? options.count : default_bounds;
  const std::int64_t sample_count = options.count > 0 ? options.count : default_samples;
  const auto loaded = training::load_network<models::Vae>("vae", options.weights);
  const models::Vae& network = *loaded;
  DigitJudge judge(context, options.judge_weights);
  const SignSet digits = held_out_signs("digits", std::max(bound_count, sheet_columns), options.seed);

  std::string text = fmt::format(
      "vae: bounds on {} digits that it has not seen, at beta 1 (seed {})\n\n"
      "  {:<10} {:>10} {:>12} {:>10} {:>12} {:>12}\n",
      digits.count(), options.seed, "code of", "ELBO, nats", "IW-64, nats", "KL, nats", "ELBO, bits/d", "IW, bits/d");
  json numbers = {{"model", "vae"}, {"seed", options.seed}, {"pictures", digits.count()}};
  const std::array<const models::BetaVae*, 2> both = {&network.plane, &network.space};
  for (std::size_t i = 0; i < both.size(); ++i) {
    const VaeBounds bounds = measure_bounds(context, *both[i], digits, options.seed, [&](double fraction) {
      if (progress) progress(0.4 * (static_cast<double>(i) + fraction));
    });
    fmt::format_to(std::back_inserter(text), "  {:<10} {:>10.1f} {:>12.1f} {:>10.1f} {:>12.3f} {:>12.3f}\n",
                   fmt::format("{} numbers", both[i]->size()), bounds.elbo, bounds.weighted, bounds.rate,
                   bits_per_dimension(bounds.elbo), bits_per_dimension(bounds.weighted));
    numbers[i == 0 ? "plane" : "space"] = {{"elbo", bounds.elbo},
                                           {"importance_weighted", bounds.weighted},
                                           {"kl", bounds.rate},
                                           {"elbo_bits_per_dimension", bits_per_dimension(bounds.elbo)},
                                           {"iw_bits_per_dimension", bits_per_dimension(bounds.weighted)}};
  }
  const std::vector<float> repeated =
      repeat_pictures(context, network.space, std::span(digits.pixels).first(sheet_columns * digit_pixels));
  std::vector<std::vector<float>> rows = {grey_to_rgb(std::span(digits.pixels).first(sheet_columns * digit_pixels)),
                                          grey_to_rgb(repeated)};
  fmt::format_to(std::back_inserter(text), "\n  {} samples of each prior: the judge is sure (over {}) of, in %\n",
                 sample_count, sure);
  for (const float beta : betas) {
    const std::vector<float> made = draw_from_prior(context, network.space, sample_count, beta, 1, options.seed);
    const double space = share_sure(judge.judge(made), sure);
    const double plane =
        share_sure(judge.judge(draw_from_prior(context, network.plane, sample_count, beta, 1, options.seed)), sure);
    fmt::format_to(std::back_inserter(text), "    beta {:<6} 16 numbers {:>6.1f}   2 numbers {:>6.1f}\n", beta,
                   percent(space), percent(plane));
    numbers["samples"].push_back({{"beta", beta}, {"space_sure", space}, {"plane_sure", plane}});
    rows.push_back(grey_to_rgb(
        std::span(made).first(static_cast<std::size_t>(std::min(sample_count, sheet_columns)) * digit_pixels)));
  }
  if (progress) progress(1);
  std::vector<std::span<const float>> sets(rows.begin(), rows.end());
  return {text, numbers.dump(2), stacked_sheet(sets, digit_side, sheet_columns, 2)};
}

}  // namespace figment::studio
