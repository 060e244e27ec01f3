#include "tensor/graph.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "ops/ops.h"
#include "tensor/gradient.h"

namespace figment::tensor {
namespace {

TEST(Shape, CountsStridesAndNames) {
  const Shape shape{2, 3, 4};
  EXPECT_EQ(shape.count(), 24);
  EXPECT_EQ(shape.strides(), (std::vector<std::int64_t>{12, 4, 1}));
  EXPECT_EQ(shape[-1], 4);
  EXPECT_EQ(shape.to_string(), "[2, 3, 4]");
  EXPECT_EQ(Shape{}.count(), 1);
  EXPECT_THROW(shape[3], core::Error);
}

TEST(Shape, BroadcastsByNumpysRules) {
  EXPECT_EQ(broadcast({4, 1, 3}, {2, 1}), (Shape{4, 2, 3}));
  EXPECT_EQ(broadcast({}, {5}), Shape{5});
  EXPECT_THROW(broadcast({2, 3}, {4}), core::Error);
}

TEST(Graph, GivesOneLeafForAVariable) {
  Graph graph;
  const Variable weight = make_variable("weight", {{2}, DType::f32}, {1, 2});
  EXPECT_EQ(graph.variable(weight), graph.variable(weight));
}

TEST(Graph, RefusesTensorsOfAnotherGraph) {
  Graph a;
  Graph b;
  EXPECT_THROW(ops::add(a.scalar(1), b.scalar(2)), core::Error);
}

TEST(Variables, PackIntoOne) {
  const Variable a = make_variable("a", {{3}, DType::f32}, {1, 2, 3});
  const Variable b = make_variable("b", {{2, 2}, DType::f32}, {4, 5, 6, 7});
  const Variable flat = pack_variables("flat", {a, b});
  EXPECT_EQ(flat->type.shape.count(), 2 * pack_alignment);
  EXPECT_EQ(b->offset, pack_alignment);
  EXPECT_EQ(flat->initial[static_cast<std::size_t>(pack_alignment) + 3], 7);
  EXPECT_THROW(pack_variables("again", {a}), core::Error);
}

TEST(Gradient, IsEmptyWhereNothingDepends) {
  Graph graph;
  const Tensor x = graph.input("x", {{3}, DType::f32});
  const Tensor y = graph.input("y", {{3}, DType::f32});
  const std::vector<Tensor> targets = {x, y};
  const std::vector<Tensor> grads = gradient(ops::sum(ops::square(x), {}), targets);
  EXPECT_TRUE(grads[0]);
  EXPECT_FALSE(grads[1]);
  EXPECT_EQ(grads[0].shape(), x.shape());
}

TEST(Gradient, WantsAScalar) {
  Graph graph;
  const Tensor x = graph.input("x", {{3}, DType::f32});
  const std::vector<Tensor> targets = {x};
  EXPECT_THROW(gradient(ops::square(x), targets), core::Error);
}

}  // namespace
}  // namespace figment::tensor
