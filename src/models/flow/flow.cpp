#include "models/flow/flow.h"

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.h"

namespace figment::models {
namespace {

constexpr float largest_log_scale = 2.0F;  // of a coupling, so that neither way can overflow
constexpr std::uint64_t rotation_seed = 0x726f7461'74650000ULL;

using Matrix = std::vector<double>;  // row-major, square

/// A random rotation: normal numbers made orthonormal row by row (Gram and Schmidt).
std::vector<float> random_rotation(std::int64_t n, std::uint64_t seed) {
  core::Random random(seed);
  Matrix rows(static_cast<std::size_t>(n * n));
  for (double& value : rows) value = random.normal();
  const auto row = [&](std::int64_t i) { return rows.begin() + i * n; };
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      const double overlap = std::inner_product(row(i), row(i) + n, row(j), 0.0);
      for (std::int64_t k = 0; k < n; ++k) row(i)[k] -= overlap * row(j)[k];
    }
    const double length = std::sqrt(std::inner_product(row(i), row(i) + n, row(i), 0.0));
    for (std::int64_t k = 0; k < n; ++k) row(i)[k] /= length;
  }
  return {rows.begin(), rows.end()};
}

Matrix product(const Matrix& a, const Matrix& b, std::int64_t n) {
  Matrix result(a.size());
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t k = 0; k < n; ++k) {
      for (std::int64_t j = 0; j < n; ++j) {
        result[static_cast<std::size_t>(i * n + j)] +=
            a[static_cast<std::size_t>(i * n + k)] * b[static_cast<std::size_t>(k * n + j)];
      }
    }
  }
  return result;
}

/// By elimination with pivots.
Matrix inverse(Matrix a, std::int64_t n) {
  Matrix result(a.size());
  const auto at = [n](Matrix& m, std::int64_t i, std::int64_t j) -> double& {
    return m[static_cast<std::size_t>(i * n + j)];
  };
  for (std::int64_t i = 0; i < n; ++i) at(result, i, i) = 1;
  for (std::int64_t column = 0; column < n; ++column) {
    std::int64_t pivot = column;
    for (std::int64_t i = column + 1; i < n; ++i) {
      if (std::abs(at(a, i, column)) > std::abs(at(a, pivot, column))) pivot = i;
    }
    core::require(std::abs(at(a, pivot, column)) > 1e-12,
                  "a channel matrix of the flow cannot be inverted; its weights are damaged");
    for (std::int64_t j = 0; j < n; ++j) {
      std::swap(at(a, column, j), at(a, pivot, j));
      std::swap(at(result, column, j), at(result, pivot, j));
    }
    const double scale = 1 / at(a, column, column);
    for (std::int64_t j = 0; j < n; ++j) {
      at(a, column, j) *= scale;
      at(result, column, j) *= scale;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      const double factor = at(a, i, column);
      if (i == column || factor == 0) continue;
      for (std::int64_t j = 0; j < n; ++j) {
        at(a, i, j) -= factor * at(a, column, j);
        at(result, i, j) -= factor * at(result, column, j);
      }
    }
  }
  return result;
}

/// 1 below (or above) the diagonal of [n, n].
std::vector<float> triangle(std::int64_t n, bool below) {
  std::vector<float> mask(static_cast<std::size_t>(n * n));
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) mask[static_cast<std::size_t>(i * n + j)] = (below ? j < i : j > i) ? 1 : 0;
  }
  return mask;
}

std::vector<float> identity(std::int64_t n) {
  std::vector<float> values(static_cast<std::size_t>(n * n));
  for (std::int64_t i = 0; i < n; ++i) values[static_cast<std::size_t>(i * n + i)] = 1;
  return values;
}

/// The inverse of 1 + strict, where `strict` [n, n] has nothing on one side of its diagonal nor on it: with m = -strict
/// the series 1 + m + m^2 ... ends, and is (1 + m) (1 + m^2) (1 + m^4) ...
Tensor inverse_of_one_plus(Tensor strict, Tensor one) {
  Tensor power = -strict;
  Tensor result = one + power;
  for (std::int64_t reached = 2; reached < strict.dim(0); reached *= 2) {
    power = ops::matmul(power, power);
    result = ops::matmul(result, one + power);
  }
  return result;
}

/// The halves of the channels.
std::pair<Tensor, Tensor> halves(Tensor x) {
  const std::int64_t half = x.dim(-1) / 2;
  return {ops::slice(x, 3, 0, half), ops::slice(x, 3, half, 2 * half)};
}

Tensor join(Tensor a, Tensor b) {
  const std::array<Tensor, 2> parts = {a, b};
  return ops::concat(parts, 3);
}

/// Halves of a network's output as a bounded logarithm of a scale and a shift.
std::pair<Tensor, Tensor> scale_and_shift(Tensor output) {
  const auto [raw, shift] = halves(output);
  return {largest_log_scale * ops::tanh((1 / largest_log_scale) * raw), shift};
}

}  // namespace

std::int64_t FlowConfig::blocks() const { return std::accumulate(steps.begin(), steps.end(), std::int64_t{0}); }

FlowConfig FlowConfig::large() {
  FlowConfig config;
  config.steps = {16, 16};
  config.hidden = {256, 256};
  return config;
}

Flow::Step::Step(const nn::Scope& scope, std::int64_t step_channels, std::int64_t hidden, std::uint64_t seed)
    : channels(step_channels),
      rotation(random_rotation(channels, seed)),
      lower(scope.parameter("lower", {channels, channels}, nn::Initializer::zeros())),
      upper(scope.parameter("upper", {channels, channels}, nn::Initializer::zeros())),
      log_scale(scope.parameter("log_scale", {channels}, nn::Initializer::zeros())),
      bias(scope.parameter("bias", {channels}, nn::Initializer::zeros())),
      in(scope / "in", {channels / 2, hidden, 3, 1, 1}),
      out(scope / "out", {hidden, channels, 3, 1, 1}, nn::Initializer::zeros()),
      middle(scope / "middle", hidden, hidden) {}

Tensor Flow::Step::matrix(nn::Graph& graph) const {
  const tensor::Shape square = {channels, channels};
  const Tensor one = graph.constant(square, identity(channels));
  const Tensor l = graph.variable(lower) * graph.constant(square, triangle(channels, true)) + one;
  const Tensor u = graph.variable(upper) * graph.constant(square, triangle(channels, false)) +
                   one * ops::exp(graph.variable(log_scale));
  return ops::matmul(graph.constant(square, rotation), ops::matmul(l, u));
}

std::vector<float> Flow::Step::inverse_matrix() const {
  Matrix l(static_cast<std::size_t>(channels * channels));
  Matrix u = l;
  for (std::int64_t i = 0; i < channels; ++i) {
    for (std::int64_t j = 0; j < channels; ++j) {
      const auto at = static_cast<std::size_t>(i * channels + j);
      l[at] = j < i ? lower->initial[at] : i == j ? 1 : 0;
      u[at] = j > i ? upper->initial[at] : i == j ? std::exp(log_scale->initial[static_cast<std::size_t>(i)]) : 0;
    }
  }
  const Matrix q(rotation.begin(), rotation.end());
  const Matrix inverted = inverse(product(q, product(l, u, channels), channels), channels);
  return {inverted.begin(), inverted.end()};
}

Tensor Flow::Step::present_inverse(nn::Graph& graph) const {
  const tensor::Shape square = {channels, channels};
  const Tensor one = graph.constant(square, identity(channels));
  const Tensor below = graph.variable(lower) * graph.constant(square, triangle(channels, true));
  const Tensor above = graph.variable(upper) * graph.constant(square, triangle(channels, false));
  const Tensor shrink = ops::exp(-graph.variable(log_scale));
  // U is its diagonal times (1 + what lies above, row by row over the diagonal).
  const Tensor upper_inverse = inverse_of_one_plus(above * ops::reshape(shrink, {channels, 1}), one) * shrink;
  ops::MatmulOptions transposed;
  transposed.transpose_b = true;
  return ops::matmul(ops::matmul(upper_inverse, inverse_of_one_plus(below, one)), graph.constant(square, rotation),
                     transposed);
}

std::pair<Tensor, Tensor> Flow::Step::coupling(Tensor first) const {
  return scale_and_shift(out(ops::relu(middle(ops::relu(in(first))))));
}

Flow::Level::Level(const nn::Scope& scope, const FlowConfig& config, std::int64_t index) {
  // Four times the channels by squeezing, of which half left before: 12, 24, 48 ...
  const std::int64_t channels = config.channels * (std::int64_t{4} << index);
  const auto at = static_cast<std::size_t>(index);
  for (std::int64_t i = 0; i < config.steps[at]; ++i) {
    const auto seed = rotation_seed + static_cast<std::uint64_t>(index * 1000 + i);
    steps.emplace_back(scope / ("step" + std::to_string(i)), channels, config.hidden[at], seed);
  }
  // What left has as many channels as what stayed, before that was squeezed.
  if (index > 0) {
    prior.emplace_back(scope / "prior", nn::ConvShape{channels / 4, channels / 2, 3, 1, 1}, nn::Initializer::zeros());
  }
}

Flow::Flow(const FlowConfig& config, std::uint64_t seed) : config_(config), parameters_(seed) {
  core::require(config.levels() > 0 && config.hidden.size() == config.steps.size() &&
                    config.side % (std::int64_t{1} << config.levels()) == 0,
                "a flow of {} levels needs as many widths and a side that can be halved as often, not {}",
                config.levels(), config.side);
  for (std::int64_t i = 0; i < config.levels(); ++i) {
    levels_.emplace_back(nn::Scope(parameters_) / ("level" + std::to_string(i)), config, i);
  }
  parameters_.pack();
}

std::pair<Tensor, Tensor> Flow::prior(const Level& level, Tensor kept) const {
  return scale_and_shift(level.prior.front()(kept));
}

Flow::Encoded Flow::encode(Tensor pictures) const {
  nn::Graph& graph = *pictures.graph;
  const std::int64_t batch = pictures.dim(0);
  Encoded result;
  result.states = {pictures};
  std::vector<Tensor> left;  // noise that has left, the finest first
  const auto as_picture = [&](Tensor state) {
    Tensor picture = ops::depth_to_space(state, 2);
    for (auto noise = left.rbegin(); noise != left.rend(); ++noise) {
      picture = ops::depth_to_space(join(picture, *noise), 2);
    }
    return picture;
  };
  Tensor x = pictures;
  const auto add_determinant = [&](Tensor value) {
    result.log_determinant = result.log_determinant ? result.log_determinant + value : value;
  };
  for (const Level& level : levels_) {
    Tensor log_scales;
    if (!level.prior.empty()) {
      const auto [kept, leaving] = halves(x);
      const auto [log_scale, shift] = prior(level, kept);
      left.push_back((leaving - shift) * ops::exp(-log_scale));
      add_determinant(ops::sum(log_scale, {}) * (-1.0F / static_cast<float>(batch)));
      x = kept;
    }
    x = ops::space_to_depth(x, 2);
    const auto places = static_cast<float>(x.dim(1) * x.dim(2));
    for (const Step& step : level.steps) {
      ops::MatmulOptions options;
      options.bias = graph.variable(step.bias);
      x = ops::matmul(x, step.matrix(graph), options);
      add_determinant(ops::sum(graph.variable(step.log_scale), {}) * places);
      const auto [first, second] = halves(x);
      const auto [log_scale, shift] = step.coupling(first);
      x = join(first, second * ops::exp(log_scale) + shift);
      log_scales = log_scales ? log_scales + log_scale : log_scale;
      result.states.push_back(as_picture(x));
    }
    add_determinant(ops::sum(log_scales, {}) * (1.0F / static_cast<float>(batch)));
  }
  result.noise = result.states.back();
  return result;
}

Tensor Flow::log_density(const Encoded& encoded) const {
  const auto batch = static_cast<float>(encoded.noise.dim(0));
  const auto constant =
      static_cast<float>(-0.5 * static_cast<double>(config_.dimensions()) * std::log(2 * std::numbers::pi));
  return ops::sum(ops::square(encoded.noise), {}) * (-0.5F / batch) + encoded.log_determinant + constant;
}

std::vector<Tensor> Flow::decode(Tensor noise, Inverse inverse) const {
  nn::Graph& graph = *noise.graph;
  std::vector<Tensor> states = {noise};
  // Down to the coarsest level, taking the noise of each with it.
  std::vector<Tensor> left;
  Tensor x = ops::space_to_depth(noise, 2);
  for (std::size_t i = 1; i < levels_.size(); ++i) {
    const auto [kept, leaving] = halves(x);
    left.push_back(leaving);
    x = ops::space_to_depth(kept, 2);
  }
  const auto as_picture = [&](Tensor state) {
    Tensor picture = ops::depth_to_space(state, 2);
    for (auto other = left.rbegin(); other != left.rend(); ++other) {
      picture = ops::depth_to_space(join(picture, *other), 2);
    }
    return picture;
  };
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    for (auto step = level->steps.rbegin(); step != level->steps.rend(); ++step) {
      const auto [first, second] = halves(x);
      const auto [log_scale, shift] = step->coupling(first);
      const Tensor mixed = join(first, (second - shift) * ops::exp(-log_scale)) - graph.variable(step->bias);
      const std::int64_t channels = step->channels;
      x = ops::matmul(mixed, inverse == Inverse::of_present
                                 ? step->present_inverse(graph)
                                 : graph.constant({channels, channels}, step->inverse_matrix()));
      states.push_back(as_picture(x));
    }
    if (level->prior.empty()) continue;
    const Tensor kept = ops::depth_to_space(x, 2);
    const auto [log_scale, shift] = prior(*level, kept);
    x = join(kept, left.back() * ops::exp(log_scale) + shift);
    left.pop_back();
  }
  return states;
}

}  // namespace figment::models
