#include "sampling/beam_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/random.h"
#include "runtime/program.h"
#include "runtime/test_device.h"

namespace figment::sampling {
namespace {

using tensor::DType;

constexpr int vocabulary = 6;  // padding, begin, end and three words
constexpr int steps = 4;
using Table = std::vector<float>;  // logits [vocabulary, vocabulary] of what follows each token

struct Text {
  std::vector<int> tokens;
  double sum = 0;
  bool has_ended = false;
  double score(double exponent) const { return sum / std::pow(static_cast<double>(tokens.size()), exponent); }
};

Table random_table(std::uint64_t seed) {
  core::Random random(seed);
  Table table(vocabulary * vocabulary);
  for (float& value : table) value = 2 * random.normal();
  return table;
}

double log_probability(const Table& table, int last, int next) {
  double sum = 0;
  for (int i = 0; i < vocabulary; ++i)
    sum += std::exp(static_cast<double>(table[static_cast<std::size_t>(last * vocabulary + i)]));
  return static_cast<double>(table[static_cast<std::size_t>(last * vocabulary + next)]) - std::log(sum);
}

std::vector<Text> continuations(const Table& table, const Text& text) {
  if (text.has_ended) return {text};
  std::vector<Text> all;
  for (int next = 1; next < vocabulary; ++next) {
    Text longer = text;
    longer.sum += log_probability(table, text.tokens.empty() ? 1 : text.tokens.back(), next);
    longer.tokens.push_back(next);
    longer.has_ended = next == 2;
    all.push_back(longer);
  }
  return all;
}

/// By keeping the best `width` texts after each token; all of them if there are fewer.
Text search(const Table& table, std::size_t width, double exponent) {
  std::vector<Text> kept = {Text{}};
  for (int step = 0; step < steps; ++step) {
    std::vector<Text> next;
    for (const Text& text : kept) {
      for (Text& longer : continuations(table, text)) next.push_back(std::move(longer));
    }
    std::stable_sort(next.begin(), next.end(),
                     [&](const Text& a, const Text& b) { return a.score(exponent) > b.score(exponent); });
    if (next.size() > width) next.resize(width);
    kept = std::move(next);
  }
  return kept.front();
}

class BeamSearchTest : public runtime::DeviceTest {
 protected:
  /// The same on the device, for several tables as several sentences.
  BeamHistory search_on_device(const std::vector<Table>& tables, std::int64_t width, float exponent) {
    const BeamOptions options{
        .sentences = static_cast<std::int64_t>(tables.size()), .width = width, .length_exponent = exponent};
    const BeamState state(options);
    tensor::Graph first;
    begin_beams(first, state);
    const auto begin = runtime::compile(context(), first, {}, {});
    tensor::Graph graph;
    Table all;
    for (const Table& table : tables) all.insert(all.end(), table.begin(), table.end());
    const tensor::Tensor rows =
        graph.constant({static_cast<std::int64_t>(tables.size()) * vocabulary, vocabulary}, all);
    std::vector<float> offsets;
    for (std::int64_t i = 0; i < options.batch(); ++i) offsets.push_back(static_cast<float>(i / width * vocabulary));
    const tensor::Tensor at = ops::cast(
        ops::cast(graph.variable(state.token), DType::f32) + graph.constant({options.batch()}, offsets), DType::i32);
    const BeamChoice choice = choose_beams(ops::embedding(rows, at), state);
    const std::array<tensor::Tensor, 3> outputs = {choice.parents, choice.tokens, choice.sums};
    const auto program = runtime::compile(context(), graph, outputs, {});
    BeamHistory history(options);
    begin->submit();
    for (int step = 0; step < steps; ++step) {
      program->submit();
      history.add(program->read(choice.parents).ints, program->read(choice.tokens).ints,
                  program->read(choice.sums).floats);
    }
    return history;
  }

  static std::vector<int> tokens(const BeamHistory& history, std::int64_t sentence = 0) {
    std::vector<int> all;
    for (const int node : history.path(sentence)) all.push_back(history.nodes()[static_cast<std::size_t>(node)].token);
    if (history.has_ended(sentence)) all.push_back(2);
    return all;
  }
};

TEST_F(BeamSearchTest, WideEnoughItIsExhaustive) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const Table table = random_table(seed);
    for (const float exponent : {0.0F, 0.6F, 1.0F}) {
      const Text best = search(table, std::numeric_limits<std::size_t>::max(), exponent);
      const BeamHistory history = search_on_device({table}, 640, exponent);
      EXPECT_EQ(tokens(history), best.tokens) << seed << " " << exponent;
      EXPECT_NEAR(history.score(0), best.score(exponent), 1e-4);
    }
  }
}

TEST_F(BeamSearchTest, KeepsTheSameBeamsAsOnTheHost) {
  const std::vector<Table> tables = {random_table(4), random_table(5), random_table(6)};
  for (const std::int64_t width : {1, 2, 4}) {
    const BeamHistory history = search_on_device(tables, width, 0.6F);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const Text best = search(tables[i], static_cast<std::size_t>(width), 0.6);
      EXPECT_EQ(tokens(history, static_cast<std::int64_t>(i)), best.tokens) << width << " " << i;
    }
  }
}

TEST_F(BeamSearchTest, CachesFollowTheirParents) {
  const tensor::Variable cache =
      tensor::make_variable("cache", {{3, 2, 2}, DType::f32}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  tensor::Graph graph;
  const tensor::Tensor parents = graph.constant({3}, {2, 0, 2}, DType::i32);
  follow_parents(graph, cache, parents);
  const std::array<tensor::Tensor, 1> outputs = {graph.variable(cache) * 1.0F};
  const auto program = runtime::compile(context(), graph, outputs, {});
  program->submit();
  EXPECT_EQ(program->read(outputs[0]).floats, (std::vector<float>{9, 10, 11, 12, 1, 2, 3, 4, 9, 10, 11, 12}));
}

}  // namespace
}  // namespace figment::sampling
