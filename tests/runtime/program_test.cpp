#include "runtime/program.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "runtime/interpreter.h"
#include "runtime/small_ops.h"
#include "runtime/test_device.h"

namespace figment::runtime {
namespace {

using namespace small_ops;  // NOLINT: short names for the graphs below

std::vector<float> random_values(std::int64_t count, std::uint64_t seed) {
  core::Random random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = random.uniform(-1, 1);
  return values;
}

void expect_equal(const HostTensor& actual, const HostTensor& expected, float tolerance = 1e-6F) {
  ASSERT_EQ(actual.type, expected.type);
  for (std::size_t i = 0; i < expected.floats.size(); ++i) {
    ASSERT_NEAR(actual.floats[i], expected.floats[i], tolerance) << "element " << i;
  }
}

class ProgramTest : public DeviceTest {
 protected:
  /// Compiles, runs once and compares every output with the interpreter.
  void check(const Graph& graph, const std::vector<Tensor>& outputs, const std::map<std::string, HostTensor>& inputs,
             float tolerance = 1e-6F) {
    Interpreter interpreter;
    const auto expected = interpreter.run(graph, outputs, inputs);
    for (const bool fuse : {false, true}) {
      const auto program = compile(context(), graph, outputs, {"test", fuse});
      for (const auto& [name, value] : inputs) program->write(name, value);
      program->submit();
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        SCOPED_TRACE("output " + std::to_string(i) + (fuse ? ", fused" : ""));
        expect_equal(program->read(outputs[i]), expected[i], tolerance);
      }
    }
  }
};

TEST_F(ProgramTest, AddsTwoInputs) {
  Graph graph;
  const Tensor a = graph.input("a", {{5, 8}});
  const Tensor b = graph.input("b", {{5, 8}});
  check(graph, {add(a, b)},
        {{"a", HostTensor::of({5, 8}, random_values(40, 1))}, {"b", HostTensor::of({5, 8}, random_values(40, 2))}});
}

struct Broadcast {
  Shape a, b;
};
class BroadcastTest : public ProgramTest, public testing::WithParamInterface<Broadcast> {};

TEST_P(BroadcastTest, AgreesWithTheReference) {
  Graph graph;
  const Tensor a = graph.input("a", {GetParam().a});
  const Tensor b = graph.input("b", {GetParam().b});
  check(graph, {add(a, b), mul(b, a)},
        {{"a", HostTensor::of(a.shape(), random_values(a.shape().count(), 1))},
         {"b", HostTensor::of(b.shape(), random_values(b.shape().count(), 2))}});
}

INSTANTIATE_TEST_SUITE_P(Shapes, BroadcastTest,
                         testing::Values(Broadcast{{}, {}}, Broadcast{{1}, {7}}, Broadcast{{7}, {7}},
                                         Broadcast{{3, 8}, {8}}, Broadcast{{3, 8}, {3, 1}}, Broadcast{{3, 5}, {5}},
                                         Broadcast{{3, 5}, {3, 1}}, Broadcast{{4, 1}, {1, 6}},
                                         Broadcast{{2, 3, 4, 8}, {2, 1, 1, 8}}, Broadcast{{2, 3, 4, 8}, {3, 1, 8}},
                                         Broadcast{{2, 3, 4, 8}, {2, 1, 4, 1}}, Broadcast{{2, 3, 4, 5}, {2, 1, 4, 1}},
                                         Broadcast{{2, 3, 4, 5}, {3, 1, 5}},
                                         Broadcast{{2, 1, 4, 1, 3}, {1, 3, 1, 5, 1}}, Broadcast{{100, 300}, {300}},
                                         Broadcast{{1, 1}, {2, 2}}, Broadcast{{4099, 4}, {4}},
                                         Broadcast{{4099, 4}, {4099, 1}}, Broadcast{{1009, 7, 3}, {7, 1}}));

TEST_F(ProgramTest, StoresHalvesAndBytes) {
  Graph graph;
  const Tensor a = graph.input("a", {{3, 7}});
  const Tensor half = cast(a, DType::f16);
  const Tensor back = cast(kernel_copy(scale(half, 2.0)), DType::f32);
  check(graph, {half, back}, {{"a", HostTensor::of({3, 7}, random_values(21, 1))}}, 2e-3F);
}

TEST_F(ProgramTest, ReadsBytesAsFractions) {
  Graph graph;
  const Tensor a = graph.input("a", {{2, 6}, DType::u8});
  const auto program = compile(context(), graph, std::vector{scale(cast(a, DType::f32), 2.0)});
  const std::vector<float> values = {0, 1, 0.2F, 0.4F, 0.6F, 0.8F, 1, 0, 1, 0, 1, 0};
  program->write("a", values);
  program->submit();
  const HostTensor result = program->read({&graph, graph.size() - 1, 0});
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(result.floats[i], 2 * values[i], 1e-6F);
}

TEST_F(ProgramTest, ViewsShareMemory) {
  Graph graph;
  const Tensor a = graph.input("a", {{4, 6}});
  const Tensor b = reshape(add(a, a), {2, 12});
  const Tensor c = reshape(mul(b, b), {24});
  check(graph, {b, c, kernel_copy(c)}, {{"a", HostTensor::of({4, 6}, random_values(24, 3))}});
}

TEST_F(ProgramTest, FusesChainsIntoOneDispatch) {
  Graph graph;
  const Tensor a = graph.input("a", {{16, 16}});
  const Tensor bias = graph.input("bias", {{16}});
  Tensor x = a;
  for (int i = 0; i < 4; ++i) x = mul(add(x, bias), scale(x, 0.5));
  const auto fused = compile(context(), graph, std::vector{x}, {"fused", true});
  const auto single = compile(context(), graph, std::vector{x}, {"single", false});
  EXPECT_EQ(fused->statistics().dispatches, 1);
  EXPECT_EQ(single->statistics().dispatches, 12);
  check(graph, {x},
        {{"a", HostTensor::of({16, 16}, random_values(256, 4))}, {"bias", HostTensor::of({16}, random_values(16, 5))}});
}

TEST_F(ProgramTest, KeepsIntermediateValuesThatOthersNeed) {
  Graph graph;
  const Tensor a = graph.input("a", {{9, 5}});
  const Tensor b = scale(a, 2.0);
  const Tensor c = kernel_copy(b);     // needs b before d
  const Tensor d = add(mul(b, b), c);  // so b cannot move here
  check(graph, {d, b}, {{"a", HostTensor::of({9, 5}, random_values(45, 6))}});
}

TEST_F(ProgramTest, SeesVariablesAsTheyWereAtEachPlace) {
  const auto run = [&](bool fuse) {
    const tensor::Variable state = tensor::make_variable("state", {{8}}, std::vector<float>(8, 1.0F));
    Graph graph;
    const Tensor x = graph.variable(state);
    const Tensor before = scale(x, 3.0);         // 3
    const Tensor shown = reshape(x, {2, 4});     // 1, although x changes
    assign(x, scale(x, 10.0));                   // x = 10
    const Tensor after = add(before, x);         // 13: before must not be computed from the new x
    assign(x, add(after, reshape(shown, {8})));  // x = 14
    const std::vector<Tensor> outputs = {before, after, shown, x};
    const auto program = compile(context(), graph, outputs, {"order", fuse});
    program->submit();
    EXPECT_EQ(program->read(before).floats[0], 3.0F);
    EXPECT_EQ(program->read(after).floats[7], 13.0F);
    EXPECT_EQ(program->read(shown).floats[3], 1.0F);
    EXPECT_EQ(program->read(x).floats[3], 14.0F);
    program->submit();
    EXPECT_EQ(program->read(after).floats[0], 42.0F + 140.0F);
    EXPECT_EQ(context().download(state).floats[0], 42.0F + 140.0F + 14.0F);
  };
  run(false);
  run(true);
}

TEST_F(ProgramTest, PackedVariablesAreWindows) {
  const tensor::Variable a = tensor::make_variable("a", {{5}}, {1, 2, 3, 4, 5});
  const tensor::Variable b = tensor::make_variable("b", {{3}}, {6, 7, 8});
  const tensor::Variable flat = tensor::pack_variables("flat", {a, b});
  Graph graph;
  assign(graph.variable(b), scale(graph.variable(b), 2.0));
  const auto program = compile(context(), graph, {});
  program->submit();
  EXPECT_EQ(context().download(b).floats, (std::vector<float>{12, 14, 16}));
  const HostTensor whole = context().download(flat);
  EXPECT_EQ(whole.floats[4], 5.0F);
  EXPECT_EQ(whole.floats[64 + 2], 16.0F);
  EXPECT_EQ(whole.floats[5], 0.0F);
  context().upload(a, std::vector<float>{9, 9, 9, 9, 9});
  EXPECT_EQ(context().download(flat).floats[2], 9.0F);
  EXPECT_EQ(context().memory(b).offset - context().memory(flat).offset, 256U);
}

TEST_F(ProgramTest, ProducersWriteIntoAPack) {
  Graph graph;
  const Tensor a = graph.input("a", {{3, 5}});
  const Tensor b = graph.input("b", {{64}});
  const Tensor x = scale(a, 2.0);                    // placed by its generated kernel
  const Tensor y = reshape(kernel_copy(b), {8, 8});  // placed through the view
  const Tensor z = kernel_copy(x);                   // 15 elements by a kernel of its own: copied
  const Tensor packed = pack({x, y, z, b});          // b is an input: copied
  const auto program = compile(context(), graph, std::vector{packed}, {"pack", true});
  EXPECT_EQ(program->statistics().copies, 2);
  check(graph, {packed, x, y},
        {{"a", HostTensor::of({3, 5}, random_values(15, 7))}, {"b", HostTensor::of({64}, random_values(64, 8))}});
}

TEST_F(ProgramTest, InputsKeepTheirValuesAndReplaysDoNotRace) {
  const tensor::Variable sum = tensor::make_variable("sum", {{4}});
  Graph graph;
  const Tensor a = graph.input("a", {{4}});
  const Tensor big = graph.input("big", {{20000}});
  const Tensor factor = graph.input("factor", {{}});
  const Tensor x = graph.variable(sum);
  const Tensor copy = kernel_copy(big);
  assign(x, add(x, mul(a, factor)));
  const auto program = compile(context(), graph, std::vector{copy});
  program->write("factor", std::vector<float>{2});
  float expected = 0;
  for (int i = 0; i < 40; ++i) {
    const auto value = static_cast<float>(i);
    program->write("a", std::vector<float>(4, value));
    program->write("big", std::vector<float>(20000, value));
    program->submit();
    expected += 2 * value;
  }
  EXPECT_EQ(program->read(copy).floats[19999], 39.0F);
  EXPECT_EQ(context().download(sum).floats[0], expected);
}

TEST_F(ProgramTest, SaysWhatIsWrong) {
  Graph graph;
  const Tensor a = graph.input("a", {{4}});
  const Tensor b = scale(a, 2.0);
  const auto program = compile(context(), graph, std::vector{b});
  EXPECT_THROW(program->write("nothing", std::vector<float>(4)), core::Error);
  EXPECT_THROW(program->write("a", std::vector<float>(3)), core::Error);
  EXPECT_THROW(program->read(a), core::Error);
  EXPECT_THROW(program->memory(Tensor{}), core::Error);
  Graph other;
  EXPECT_THROW(compile(context(), other, std::vector{b}), core::Error);
  static const Op nothing = make("small_nothing");
  const Tensor c = graph.apply_one(nothing, {a});
  EXPECT_THROW(compile(context(), graph, std::vector{c}), core::Error);
  static const Op missing = [] {
    Op op = make("small_missing");
    op.kernel = [](const tensor::KernelSite&) {
      tensor::KernelPlan plan;
      plan.calls.push_back({"no_such_shader", "", {}, {tensor::input_storage(0)}, {}, {1, 1, 1}});
      return plan;
    };
    return op;
  }();
  EXPECT_THROW(compile(context(), graph, std::vector{graph.apply_one(missing, {a})}), core::Error);
  Graph empty;
  EXPECT_THROW(compile(context(), empty, std::vector{scale(empty.input("none", {{0, 3}}), 1.0)}), core::Error);
}

}  // namespace
}  // namespace figment::runtime
