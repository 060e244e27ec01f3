#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "ops/ops.h"
#include "runtime/interpreter.h"

namespace figment::ops {
namespace {

using tensor::HostTensor;

TEST(TopK, TiesGoToTheLowerIndex) {
  Graph graph;
  const auto outputs = top_k(graph.constant({1, 5}, {2, 3, 2, 3, -1}), 4);
  runtime::Interpreter interpreter;
  const auto results = interpreter.run(graph, outputs, {});
  EXPECT_EQ(results[0].floats, (std::vector<float>{3, 3, 2, 2}));
  EXPECT_EQ(results[1].ints, (std::vector<std::int32_t>{1, 3, 0, 2}));
}

TEST(TopK, RefusesTooMany) {
  Graph graph;
  const Tensor a = graph.constant({1, 2}, {1, 2});
  EXPECT_THROW(top_k(a, 3), core::Error);
  EXPECT_THROW(top_k(a, 0), core::Error);
}

TEST(Categorical, ChoosesBySoftmax) {
  constexpr std::int64_t rows = 20000;
  const std::vector<float> logits = {1, -1e30F, 0, 2, -0.5F};
  std::vector<float> all;
  for (std::int64_t row = 0; row < rows; ++row) all.insert(all.end(), logits.begin(), logits.end());
  Graph graph;
  const Tensor choice = categorical(graph.constant({rows, 5}, all), graph.constant({4}, {5, 6, 7, 8}, DType::u32), 3);
  runtime::Interpreter interpreter;
  const HostTensor result = interpreter.run(graph, std::span(&choice, 1), {})[0];
  std::vector<double> share(5);
  for (const std::int32_t token : result.ints) share[static_cast<std::size_t>(token)] += 1.0 / rows;
  double total = 0;
  for (const float logit : logits) total += std::exp(logit);
  EXPECT_EQ(share[1], 0);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(share[i], std::exp(logits[i]) / total, 0.012);
}

}  // namespace
}  // namespace figment::ops
