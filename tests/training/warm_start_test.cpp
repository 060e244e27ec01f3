#include "training/warm_start.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "formats/safetensors.h"
#include "training/weights.h"

namespace figment::training {
namespace {

TEST(WarmStart, TakesWhatFitsAndLeavesTheRest) {
  const auto path = std::filesystem::temp_directory_path() / "figment_warm_start_test.safetensors";
  nn::ParameterList old(1);
  const nn::Scope from(old);
  (from / "token").parameter("weight", {5, 4}, nn::Initializer::normal(1));
  (from / "block" / "0" / "query").parameter("weight", {4, 4}, nn::Initializer::normal(1));
  (from / "norm").parameter("weight", {3}, nn::Initializer::ones());
  old.pack();
  write_weights(path, old, old.flat()->initial, {}, false);

  nn::ParameterList young(2);
  const nn::Scope to(young);
  const tensor::Variable token = (to / "token").parameter("weight", {6, 4}, nn::Initializer::zeros());
  const tensor::Variable query =
      (to / "block" / "0" / "self" / "query").parameter("weight", {4, 4}, nn::Initializer::zeros());
  const tensor::Variable norm = (to / "norm").parameter("weight", {4}, nn::Initializer::zeros());
  const tensor::Variable own = (to / "own").parameter("weight", {2, 2}, nn::Initializer::zeros());
  young.pack();
  const WarmStart taken = warm_start(path, young);
  EXPECT_EQ(taken.tensors, 2);
  EXPECT_EQ(taken.weights, 20 + 16);
  const std::vector<float>& old_token = old.all()[0]->initial;
  EXPECT_TRUE(std::equal(old_token.begin(), old_token.end(), token->initial.begin()));
  for (std::size_t i = 20; i < 24; ++i) EXPECT_EQ(token->initial[i], 0);
  EXPECT_EQ(query->initial, old.all()[1]->initial);
  EXPECT_EQ(young.flat()->initial[static_cast<std::size_t>(query->offset)], query->initial[0]);
  EXPECT_EQ(norm->initial, std::vector<float>(4));
  EXPECT_EQ(own->initial, std::vector<float>(4));

  nn::ParameterList other(1);
  (nn::Scope(other) / "else").parameter("weight", {5, 4}, nn::Initializer::zeros());
  other.pack();
  EXPECT_THROW(warm_start(path, other), core::Error);
  std::filesystem::remove(path);
  EXPECT_THROW(warm_start(path, young), core::Error);
}

}  // namespace
}  // namespace figment::training
