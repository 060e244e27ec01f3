#include "sampling/beam_search.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace figment::sampling {
namespace {

using tensor::DType;

constexpr float out = -1e9F;  // log-probability of what must not be chosen

/// Constant [1, vocabulary]: `at` for one token, `elsewhere` for all others.
Tensor row_for(nn::Graph& graph, std::int64_t vocabulary, std::int32_t token, float at, float elsewhere) {
  std::vector<float> row(static_cast<std::size_t>(vocabulary), elsewhere);
  row[static_cast<std::size_t>(token)] = at;
  return graph.constant({1, vocabulary}, std::move(row));
}

/// f32 [batch, 1]: the first row of each sentence, in every one of its rows.
Tensor first_rows(nn::Graph& graph, const BeamOptions& options) {
  std::vector<float> rows;
  for (std::int64_t i = 0; i < options.batch(); ++i)
    rows.push_back(static_cast<float>(i / options.width * options.width));
  return graph.constant({options.batch(), 1}, std::move(rows));
}

/// The k largest of each row [rows, n] with their places, as ops::top_k gives them. That sorts whole rows; for a few
/// of thousands it is quicker to look for the largest again and again.
std::vector<Tensor> largest(Tensor x, std::int64_t k) {
  constexpr std::int64_t few = 8;
  if (k > few) return ops::top_k(x, k);
  std::vector<Tensor> values;
  std::vector<Tensor> places;
  for (std::int64_t i = 0; i < k; ++i) {
    const Tensor place = ops::argmax(x);
    values.push_back(ops::max(x, {1}, true));
    places.push_back(ops::reshape(ops::cast(place, DType::f32), {x.dim(0), 1}));
    if (i + 1 < k) x = x + 4.0F * out * ops::one_hot(place, x.dim(1));
  }
  if (k == 1) return {values[0], ops::cast(places[0], DType::i32)};
  return {ops::concat(values, 1), ops::cast(ops::concat(places, 1), DType::i32)};
}

}  // namespace

BeamState::BeamState(const BeamOptions& given)
    : options(given),
      token(tensor::make_variable("beam.token", {{given.batch()}, DType::i32})),
      sum(tensor::make_variable("beam.sum", {{given.batch(), 1}, DType::f32})),
      length(tensor::make_variable("beam.length", {{given.batch(), 1}, DType::f32})),
      ended(tensor::make_variable("beam.ended", {{given.batch(), 1}, DType::f32})) {
  core::require(given.width >= 1 && given.sentences >= 1, "a beam search needs at least one sentence and one beam");
}

void begin_beams(nn::Graph& graph, const BeamState& state) {
  const BeamOptions& options = state.options;
  const auto batch = static_cast<std::size_t>(options.batch());
  std::vector<float> sums(batch);
  for (std::size_t i = 0; i < batch; ++i) sums[i] = i % static_cast<std::size_t>(options.width) == 0 ? 0 : out;
  const std::vector<float> zeros(batch);
  const auto set = [&](const tensor::Variable& variable, std::vector<float> values) {
    ops::assign(graph.variable(variable),
                graph.constant(variable->type.shape, std::move(values), variable->type.dtype));
  };
  set(state.token, std::vector<float>(batch, static_cast<float>(options.begin)));
  set(state.sum, sums);
  set(state.length, zeros);
  set(state.ended, zeros);
}

BeamChoice choose_beams(Tensor logits, const BeamState& state) {
  nn::Graph& graph = *logits.graph;
  const BeamOptions& options = state.options;
  const std::int64_t batch = options.batch();
  const std::int64_t vocabulary = logits.dim(1);
  // Indices are computed as f32, which is exact up to 2^24.
  core::require(batch * vocabulary < (std::int64_t{1} << 24), "{} beams of {} tokens are too many at once", batch,
                vocabulary);
  const Tensor ended = graph.variable(state.ended);
  const Tensor next = ops::log_softmax(logits) + row_for(graph, vocabulary, options.padding, out, 0);
  const Tensor candidates =
      graph.variable(state.sum) + ops::where(ended, row_for(graph, vocabulary, options.padding, 0, out), next);
  const Tensor length = graph.variable(state.length) + 1.0F - ended;
  const Tensor keys = candidates * ops::pow(length, -options.length_exponent);

  // The best of each row, then the best among those of a sentence.
  const std::int64_t per_row = std::min(options.width, vocabulary);
  const std::vector<Tensor> of_rows = largest(keys, per_row);
  const std::vector<Tensor> best =
      ops::top_k(ops::reshape(of_rows[0], {options.sentences, options.width * per_row}), options.width);
  const Tensor index = ops::reshape(ops::cast(best[1], DType::f32), {batch, 1});
  // Casting cuts off; the half keeps the quotient away from whole numbers.
  const Tensor quotient = (index + 0.5F) * (1.0F / static_cast<float>(per_row));
  const Tensor parent = ops::cast(ops::cast(quotient, DType::i32), DType::f32);
  const Tensor firsts = first_rows(graph, options);
  const Tensor entry = ops::cast(firsts * static_cast<float>(per_row) + index, DType::i32);
  const Tensor tokens = ops::reshape(ops::cast(of_rows[1], DType::f32), {batch * per_row, 1});
  const Tensor token = ops::embedding(tokens, ops::reshape(entry, {batch}));
  const Tensor row = parent + firsts;

  BeamChoice choice;
  choice.parents = ops::reshape(ops::cast(row, DType::i32), {batch});
  choice.tokens = ops::reshape(ops::cast(token, DType::i32), {batch});
  const Tensor place = ops::reshape(ops::cast(row * static_cast<float>(vocabulary) + token, DType::i32), {batch});
  choice.sums = ops::embedding(ops::reshape(candidates, {batch * vocabulary, 1}), place);
  const Tensor lengths = ops::embedding(length, choice.parents);
  const Tensor away = ops::abs(token - static_cast<float>(options.end));
  const Tensor is_end = ops::greater(graph.constant({1, 1}, {0.5F}), away);
  const Tensor now_ended = ops::maximum(ops::embedding(ended, choice.parents), is_end);
  ops::assign(graph.variable(state.token), choice.tokens);
  ops::assign(graph.variable(state.sum), choice.sums);
  ops::assign(graph.variable(state.length), lengths);
  ops::assign(graph.variable(state.ended), now_ended);
  return choice;
}

void follow_parents(nn::Graph& graph, const tensor::Variable& variable, Tensor parents) {
  const tensor::Shape& shape = variable->type.shape;
  const Tensor leaf = graph.variable(variable);
  const Tensor rows = ops::reshape(leaf, {shape[0], shape.count() / shape[0]});
  ops::assign(leaf, ops::reshape(ops::embedding(rows, parents), shape));
}

void BeamHistory::add(std::span<const std::int32_t> parents, std::span<const std::int32_t> tokens,
                      std::span<const float> sums) {
  const auto batch = static_cast<std::size_t>(options_.batch());
  const int before = static_cast<int>(nodes_.size() - std::min(nodes_.size(), batch));
  const bool is_first = nodes_.empty();
  for (std::size_t row = 0; row < batch; ++row) {
    Node node;
    node.parent = is_first ? -1 : before + parents[row];
    const Node* parent = is_first ? nullptr : &nodes_[static_cast<std::size_t>(node.parent)];
    node.token = tokens[row];
    node.sum = sums[row];
    node.probability = std::min(1.0F, std::exp(node.sum - (parent != nullptr ? parent->sum : 0.0F)));
    node.is_end = node.token == options_.end || (parent != nullptr && parent->is_end);
    nodes_.push_back(node);
  }
}

int BeamHistory::steps() const { return static_cast<int>(nodes_.size()) / static_cast<int>(options_.batch()); }

int BeamHistory::last_node(std::int64_t sentence, std::int64_t beam) const {
  return static_cast<int>((steps() - 1) * options_.batch() + sentence * options_.width + beam);
}

std::vector<int> BeamHistory::path(std::int64_t sentence, std::int64_t beam) const {
  std::vector<int> path;
  if (nodes_.empty()) return path;
  for (int at = last_node(sentence, beam); at >= 0; at = nodes_[static_cast<std::size_t>(at)].parent) {
    if (!nodes_[static_cast<std::size_t>(at)].is_end) path.push_back(at);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

bool BeamHistory::has_ended(std::int64_t sentence, std::int64_t beam) const {
  return !nodes_.empty() && nodes_[static_cast<std::size_t>(last_node(sentence, beam))].is_end;
}

bool BeamHistory::have_all_ended() const {
  for (std::int64_t sentence = 0; sentence < options_.sentences; ++sentence) {
    for (std::int64_t beam = 0; beam < options_.width; ++beam)
      if (!has_ended(sentence, beam)) return false;
  }
  return true;
}

double BeamHistory::score(std::int64_t sentence, std::int64_t beam) const {
  if (nodes_.empty()) return 0;
  const double length = static_cast<double>(path(sentence, beam).size()) + (has_ended(sentence, beam) ? 1 : 0);
  return nodes_[static_cast<std::size_t>(last_node(sentence, beam))].sum /
         std::pow(std::max(length, 1.0), options_.length_exponent);
}

}  // namespace figment::sampling
