#include "studio/evaluate_flow.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/picture_source.h"
#include "training/flow_task.h"

namespace figment::studio {
namespace {

constexpr std::int64_t batch = 32;
constexpr std::int64_t counted = 4000;  // pictures that the histograms are made of
constexpr std::uint64_t counted_seed = 1;
constexpr double unseen = 0.02;  // counted of each byte beforehand, so that none is impossible
constexpr std::uint64_t second_seed = 0x10000;

std::vector<float> cells_of(const CreatureSet& set, int side) {
  return training::thinned(set.pixels, CreatureSet::side, CreatureSet::side / side);
}

std::size_t byte_of(float value) { return static_cast<std::size_t>(std::lround((value + 1) * 127.5F)); }

/// Bits per dimension of the cells by how often each byte occurs at their place in training pictures.
double histogram_bits(const std::vector<float>& cells, std::size_t dimensions, int side) {
  const data::PictureSource source("creatures");
  std::vector<double> counts(dimensions * 256, unseen);
  std::vector<float> pixels(source.picture_size());
  std::vector<std::int32_t> classes(2);
  for (std::int64_t i = 0; i < counted; ++i) {
    source.draw_batch(static_cast<std::uint64_t>(i), counted_seed, pixels, classes);
    const std::vector<float> small = training::thinned(pixels, source.width(), source.width() / side);
    for (std::size_t j = 0; j < dimensions; ++j) counts[j * 256 + byte_of(small[j])] += 1;
  }
  const double total = static_cast<double>(counted) + 256 * unseen;
  double bits = 0;
  for (std::size_t i = 0; i < cells.size(); ++i)
    bits -= std::log2(counts[i % dimensions * 256 + byte_of(cells[i])] / total);
  return bits / static_cast<double>(cells.size());
}

double score(runtime::Context& context, const models::Flow& network, const std::vector<float>& cells,
             std::uint64_t seed) {
  const std::int64_t side = network.config().side;
  tensor::Graph graph;
  const tensor::Tensor pixels = graph.input("pixels", {{batch, side, side, 3}, tensor::DType::f32});
  const tensor::Tensor words = graph.input("seed", {{4}, tensor::DType::u32});
  const tensor::Tensor pictures = training::dequantised(pixels, ops::random_uniform(words, pixels.shape(), 0));
  const tensor::Tensor bits =
      training::bits_per_dimension(network.log_density(network.encode(pictures)), network.config().dimensions());
  const auto program =
      runtime::compile(context, graph, std::array<tensor::Tensor, 1>{bits}, {.name = "score pictures"});
  const auto size = static_cast<std::size_t>(batch * network.config().dimensions());
  double total = 0;
  for (std::size_t first = 0; first < cells.size(); first += size) {
    program->write("pixels", std::span(cells).subspan(first, size));
    program->write_ints("seed", std::array<std::int32_t, 4>{static_cast<std::int32_t>(seed), 0, 0,
                                                            static_cast<std::int32_t>(first / size)});
    program->submit();
    total += program->read_scalar(bits);
  }
  return total / static_cast<double>(cells.size() / size);
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
  return most;
}

/// What is left of values that were saved in 8 bits.
std::vector<float> through_bytes(std::vector<float> values) {
  for (float& value : values)
    value = static_cast<float>(std::lround((std::clamp(value, -1.0F, 1.0F) + 1) * 127.5F)) / 127.5F - 1;
  return values;
}

}  // namespace

FlowEvaluation evaluate_flow(runtime::Context& context, const FlowEvaluationOptions& options,
                             const EvaluationProgress& progress) {
  CreatureJudging judge(context, options.judge_weights);
  const auto network = load_flow(options.weights);
  FlowPainter painter(context, network, static_cast<int>(batch));
  const std::int64_t rounds = std::max<std::int64_t>(1, (options.count + batch - 1) / batch);
  FlowEvaluation result;
  result.scored = result.made = rounds * batch;
  result.real_pictures = held_out_creatures("creatures", result.made, options.seed);
  const std::vector<float> cells = cells_of(result.real_pictures, painter.side());
  result.bits = score(context, *network, cells, options.seed);
  result.bits_by_place =
      histogram_bits(cells, static_cast<std::size_t>(network->config().dimensions()), painter.side());

  const auto size = static_cast<std::ptrdiff_t>(batch * network->config().dimensions());
  for (std::int64_t round = 0; round < rounds; ++round) {
    const std::vector<float> some(cells.begin() + round * size, cells.begin() + (round + 1) * size);
    painter.set_pictures(some);
    painter.encode();
    painter.decode();
    result.picture_error = std::max(result.picture_error, largest_difference(painter.read_pictures(), some));
    painter.make_noise(options.seed + static_cast<std::uint64_t>(round), options.temperature);
    const std::vector<float> noise = painter.read_noise();
    painter.decode();
    add_enlarged(result.made_pictures, through_bytes(painter.read_pictures()), painter.side());
    painter.encode();
    result.noise_error = std::max(result.noise_error, largest_difference(painter.read_noise(), noise));
    if (progress) progress(static_cast<double>(round + 1) / static_cast<double>(rounds));
  }
  const CreatureSet other = held_out_creatures("creatures", result.made, options.seed + second_seed);
  const FeatureSet real = judge.judge(result.real_pictures).features;
  const FeatureSet made = judge.judge(result.made_pictures).features;
  const FeatureSet fresh = judge.judge(other).features;
  result.neighbours = precision_recall(made, real);
  result.real_neighbours = precision_recall(fresh, real);
  result.frechet = frechet_distance(made, real);
  result.real_frechet = frechet_distance(fresh, real);
  return result;
}

}  // namespace figment::studio
