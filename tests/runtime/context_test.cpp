#include "runtime/context.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "core/error.h"
#include "runtime/test_device.h"

namespace figment::runtime {
namespace {

using tensor::DType;
using tensor::HostTensor;

class ContextTest : public DeviceTest {};

TEST_F(ContextTest, VariablesStartAsTheirInitialValue) {
  const auto filled = tensor::make_variable("filled", {{3}}, {1, 2, 3});
  const auto empty = tensor::make_variable("empty", {{5}});
  const auto ints = tensor::make_variable("ints", {{2}, DType::i32}, {-4, 7});
  const auto halves = tensor::make_variable("halves", {{3}, DType::f16}, {0.5F, -2, 65504});
  EXPECT_EQ(context().download(filled).floats, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(context().download(empty).floats, std::vector<float>(5, 0.0F));
  EXPECT_EQ(context().download(ints).ints, (std::vector<std::int32_t>{-4, 7}));
  EXPECT_EQ(context().download(halves).floats, (std::vector<float>{0.5F, -2, 65504}));
}

TEST_F(ContextTest, UploadsAndCopies) {
  const auto a = tensor::make_variable("a", {{2, 2}});
  const auto b = tensor::make_variable("b", {{2, 2}});
  const auto c = tensor::make_variable("c", {{4}});
  context().upload(a, std::vector<float>{1, 2, 3, 4});
  context().copy(a, b);
  EXPECT_EQ(context().download(b).floats, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_THROW(context().copy(a, c), core::Error);
  EXPECT_THROW(context().upload(a, std::vector<float>(3)), core::Error);
}

TEST_F(ContextTest, FreesVariablesThatNobodyHolds) {
  auto big = tensor::make_variable("big", {{1 << 20}});
  context().memory(big);
  const std::int64_t held = context().variable_bytes();
  context().collect_variables();
  EXPECT_EQ(context().variable_bytes(), held);
  big.reset();
  context().collect_variables();
  EXPECT_LT(context().variable_bytes(), held);
}

TEST_F(ContextTest, WhoHoldsTheMemoryOfAVariableKeepsIt) {
  auto big = tensor::make_variable("big", {{1 << 20}});
  std::optional<BufferSlice> shown = context().memory(big);
  const std::int64_t held = context().variable_bytes();
  big.reset();
  context().collect_variables();
  EXPECT_EQ(context().variable_bytes(), held);
  EXPECT_GE(shown->owner->size(), shown->offset + shown->bytes);
  shown.reset();
  context().collect_variables();
  EXPECT_LT(context().variable_bytes(), held);
}

TEST_F(ContextTest, TheFormOfTheKernelsCanBeChosen) {
  ContextOptions options;
  options.shared_device = context().shared_device();
  options.cpu_kernels = false;
  EXPECT_FALSE(Context(options).traits().is_cpu);
  options.cpu_kernels.reset();
  ::setenv("FIGMENT_KERNELS", "gpu", 1);
  EXPECT_FALSE(Context(options).traits().is_cpu);
  ::setenv("FIGMENT_KERNELS", "cpu", 1);
  EXPECT_TRUE(Context(options).traits().is_cpu);
  ::setenv("FIGMENT_KERNELS", "abacus", 1);
  EXPECT_THROW(Context{options}, core::Error);
  ::unsetenv("FIGMENT_KERNELS");
}

}  // namespace
}  // namespace figment::runtime
