#include "nn/parameters.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/layers.h"

namespace figment::nn {
namespace {

TEST(ParameterList, NamesByModulePath) {
  ParameterList list(1);
  const Linear layer(Scope(list) / "block" / "0", 4, 3);
  ASSERT_EQ(list.all().size(), 2U);
  EXPECT_EQ(list.all()[0]->name, "block.0.weight");
  EXPECT_EQ(list.all()[1]->name, "block.0.bias");
  EXPECT_EQ(list.count(), 15);
}

TEST(ParameterList, RefusesTheSameNameTwice) {
  ParameterList list(1);
  list.add("a", {2}, Initializer::zeros());
  EXPECT_THROW(list.add("a", {2}, Initializer::zeros()), core::Error);
}

TEST(ParameterList, PutsWhatDecaysFirst) {
  ParameterList list(1);
  const Variable bias = list.add("bias", {3}, Initializer::zeros());
  const Variable weight = list.add("weight", {3, 3}, Initializer::ones());
  list.pack();
  EXPECT_EQ(weight->offset, 0);
  EXPECT_EQ(list.decay_count(), bias->offset);
  EXPECT_GE(bias->offset, 9);
}

TEST(ParameterList, SameSeedSameWeights) {
  ParameterList a(5);
  ParameterList b(5);
  EXPECT_EQ(a.add("w", {8, 8}, Initializer::fan_in(8))->initial, b.add("w", {8, 8}, Initializer::fan_in(8))->initial);
}

}  // namespace
}  // namespace figment::nn
