#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "runtime/program.h"
#include "runtime/small_ops.h"
#include "runtime/test_device.h"

namespace figment::runtime {
namespace {

using namespace small_ops;  // NOLINT: short names for the graphs below

class ReplayTest : public DeviceTest {
 protected:
  /// state = (state + input) * 0.5, by way of `length` kernels that cannot be fused.
  static Tensor trace(Graph& graph, const tensor::Variable& state, int length) {
    const Tensor x = graph.variable(state);
    Tensor y = add(x, graph.input("input", {state->type.shape}));
    for (int i = 0; i < length; ++i) y = kernel_copy(y);
    assign(x, scale(y, 0.5));
    return y;
  }

  /// x * weight * 32, of which all but x can be frozen, by way of several kernels.
  static Tensor trace_frozen(Graph& graph, const tensor::Variable& weight) {
    Tensor prepared = graph.variable(weight);
    for (int i = 0; i < 5; ++i) prepared = kernel_copy(scale(prepared, 2.0));
    return kernel_copy(mul(prepared, graph.input("x", {{8}})));
  }

  static float expected_after(int replays) {
    float state = 0;
    for (int i = 0; i < replays; ++i) state = (state + static_cast<float>(i)) * 0.5F;
    return state;
  }
};

TEST_F(ReplayTest, ReplaysAllocateAndRecordNothing) {
  const tensor::Variable state = tensor::make_variable("state", {{256}});
  Graph graph;
  const Tensor y = trace(graph, state, 20);
  const auto program = compile(context(), graph, std::vector{y});
  program->warm();
  // Among the first is one that is profiled, after which the segments may be cut anew.
  for (int i = 0; i < 4; ++i) {
    program->submit();
    program->read(y);
  }
  const gpu::Counts before = device().statistics().snapshot();
  for (int i = 0; i < 40; ++i) {
    program->write("input", std::vector<float>(256, static_cast<float>(i)));
    program->submit();
    if (i % 8 == 0) program->read_scalar(y);
  }
  program->wait();
  gpu::Counts after = device().statistics().snapshot();
  EXPECT_EQ(after.submissions, before.submissions + 40);
  after.submissions = before.submissions;
  EXPECT_EQ(after, before);
}

TEST_F(ReplayTest, AdvancingInSmallBudgetsIsSubmitting) {
  const tensor::Variable state = tensor::make_variable("state", {{64}});
  Graph graph;
  const Tensor y = trace(graph, state, 30);
  const auto program = compile(context(), graph, std::vector{y}, {"steps", true, 0.05});
  EXPECT_TRUE(program->is_idle());
  int calls = 0;
  for (int i = 0; i < 6; ++i) {
    program->write("input", std::vector<float>(64, static_cast<float>(i)));
    while (!program->advance(0.001)) {
      ++calls;
      if (program->is_mid_replay()) {
        EXPECT_FALSE(program->is_idle());
      }
    }
  }
  program->wait();
  EXPECT_TRUE(program->is_idle());
  EXPECT_GT(program->statistics().segments, 1);
  EXPECT_GE(calls, 6);
  EXPECT_EQ(program->statistics().replays, 6U);
  EXPECT_FLOAT_EQ(context().download(state).floats[63], expected_after(6));
}

TEST_F(ReplayTest, SubmitFinishesWhatAdvanceBegan) {
  const tensor::Variable state = tensor::make_variable("state", {{64}});
  Graph graph;
  const Tensor y = trace(graph, state, 30);
  const auto program = compile(context(), graph, std::vector{y}, {"steps", true, 0.05});
  program->write("input", std::vector<float>(64, 0.0F));
  EXPECT_FALSE(program->advance(0.001));
  program->write("input", std::vector<float>(64, 1.0F));  // for the next replay
  program->submit();
  EXPECT_EQ(program->statistics().replays, 1U);
  EXPECT_EQ(context().download(state).floats[0], 0.0F);
  program->submit();
  EXPECT_EQ(context().download(state).floats[0], 0.5F);
}

TEST_F(ReplayTest, AnAbandonedReplayGoesNoFurther) {
  const tensor::Variable state = tensor::make_variable("state", {{64}}, std::vector<float>(64, 1.0F));
  Graph graph;
  const Tensor y = trace(graph, state, 30);
  const auto program = compile(context(), graph, std::vector{y}, {"steps", true, 0.05});
  program->abandon();  // of nothing
  program->write("input", std::vector<float>(64, 100.0F));
  EXPECT_FALSE(program->advance(0.001));
  program->abandon();
  EXPECT_FALSE(program->is_mid_replay());
  program->wait();
  EXPECT_TRUE(program->is_idle());
  EXPECT_EQ(program->statistics().replays, 0U);
  EXPECT_EQ(context().download(state).floats[0], 1.0F) << "written by the last kernel, which never ran";
  program->write("input", std::vector<float>(64, 2.0F));
  program->submit();
  EXPECT_EQ(program->statistics().replays, 1U);
  EXPECT_EQ(context().download(state).floats[0], 1.5F);
}

TEST_F(ReplayTest, ALargeBudgetTakesAWholeReplay) {
  const tensor::Variable state = tensor::make_variable("state", {{64}});
  Graph graph;
  const Tensor y = trace(graph, state, 10);
  const auto program = compile(context(), graph, std::vector{y}, {"steps", true, 0.05});
  EXPECT_TRUE(program->advance(1e9));
  EXPECT_EQ(program->statistics().replays, 1U);
}

TEST_F(ReplayTest, WarmingChangesNoVariable) {
  const tensor::Variable state = tensor::make_variable("state", {{64}}, std::vector<float>(64, 3.0F));
  Graph graph;
  const Tensor y = trace(graph, state, 2);
  const auto program = compile(context(), graph, std::vector{y});
  std::size_t last = 0;
  std::size_t total = 0;
  program->warm([&](std::size_t done, std::size_t all) {
    EXPECT_LE(done, all);
    last = done;
    total = all;
    return true;
  });
  EXPECT_EQ(last, total);
  EXPECT_GT(total, 0U);
  EXPECT_EQ(context().download(state).floats[0], 3.0F);
}

TEST_F(ReplayTest, WarmingThatWasBrokenOffLeavesNothingUndone) {
  const tensor::Variable state = tensor::make_variable("state", {{64}});
  Graph graph;
  const Tensor y = trace(graph, state, 2);
  std::size_t total = 0;
  {
    const auto given_up = compile(context(), graph, std::vector{y});
    total = given_up->warm_next(0).total;
    EXPECT_GT(total, 0U);
  }
  const auto program = compile(context(), graph, std::vector{y});
  EXPECT_EQ(program->warm_next(0).total, total);
  program->warm();
  const auto next = compile(context(), graph, std::vector{y});
  EXPECT_EQ(next->warm_next(0).total, 0U);
}

TEST_F(ReplayTest, ProgramsOfOneShareKeepToOneBudget) {
  const tensor::Variable state = tensor::make_variable("state", {{4000000}});
  Graph graph;
  const Tensor y = trace(graph, state, 20);
  const auto busy = compile(context(), graph, std::vector{y});
  const tensor::Variable other_state = tensor::make_variable("other", {{64}});
  Graph other_graph;
  const Tensor z = trace(other_graph, other_state, 2);
  const auto other = compile(context(), other_graph, std::vector{z});
  busy->warm();
  other->warm();
  context().set_share(1);
  const std::uint64_t value = busy->submit();
  const bool was_submitted = other->advance(0.001);
  EXPECT_TRUE(!was_submitted || device().queue().is_done(value)) << "only once the first had ended";
  EXPECT_EQ(other->is_mid_replay(), !was_submitted) << "begun, though nothing of it is submitted yet";
  context().set_share(2);
  EXPECT_TRUE(other->advance(0.001));
  context().set_share(0);
}

TEST_F(ReplayTest, MeasuresEachKernel) {
  const tensor::Variable state = tensor::make_variable("state", {{4096}});
  Graph graph;
  const Tensor y = trace(graph, state, 5);
  const auto program = compile(context(), graph, std::vector{y});
  program->profile_next();
  program->submit();
  program->wait();
  program->submit();  // takes the times in
  EXPECT_TRUE(program->is_measured());
  int calls = 0;
  for (const KernelRow& row : program->kernel_rows()) {
    calls += row.calls;
    EXPECT_GE(row.time_ms, 0.0);
  }
  EXPECT_EQ(calls, program->statistics().dispatches);
  const auto families = program->family_times_ms();
  EXPECT_GT(families[static_cast<std::size_t>(tensor::Family::data)], 0.0);
  EXPECT_EQ(families[static_cast<std::size_t>(tensor::Family::attention)], 0.0);
}

TEST_F(ReplayTest, TheArenaIsHardlyLargerThanWhatLives) {
  // A network's shape: many values of different sizes, some kept for the way back.
  Graph graph;
  Tensor x = graph.input("x", {{64, 64}});
  std::vector<Tensor> kept;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t width = 32 + 16 * (i % 5);
    kept.push_back(x);
    x = kernel_copy(add(x, x));
    const Tensor wide =
        kernel_copy(add(reshape(x, {64 * 64, 1}),
                        graph.constant({1, width}, std::vector<float>(static_cast<std::size_t>(width), 1.0F))));
    x = add(x, kernel_copy(kernel_copy(x)));
    kept.push_back(kernel_copy(wide));
  }
  Tensor sum = x;
  for (std::size_t i = kept.size(); i-- > 0;) {
    if (kept[i].shape() == x.shape()) sum = kernel_copy(add(sum, kept[i]));
  }
  const auto program = compile(context(), graph, std::vector{sum});
  const ProgramStatistics statistics = program->statistics();
  EXPECT_GE(statistics.arena_bytes, statistics.largest_live_bytes);
  EXPECT_LE(static_cast<double>(statistics.arena_bytes), 1.25 * static_cast<double>(statistics.largest_live_bytes));
}

TEST_F(ReplayTest, FrozenPartsRunAgainOnlyAfterChanges) {
  const tensor::Variable weight = tensor::make_variable("weight", {{8}}, std::vector<float>(8, 2.0F));
  const tensor::Variable count = tensor::make_variable("count", {{8}});
  Graph graph;
  const Tensor prepared = kernel_copy(scale(kernel_copy(graph.variable(weight)), 10.0));
  const Tensor x = graph.variable(count);
  assign(x, add(x, graph.constant({8}, std::vector<float>(8, 1.0F))));
  const Tensor y = add(mul(prepared, x), scale(prepared, 0.5));
  CompileOptions options;
  options.frozen = true;
  const auto program = compile(context(), graph, std::vector{y}, options);
  EXPECT_EQ(program->statistics().frozen_steps, 4);  // scale(prepared, 0.5) as well
  program->submit();
  EXPECT_EQ(program->read(y).floats[0], 20.0F * 1 + 10.0F);
  program->submit();
  EXPECT_EQ(program->read(y).floats[0], 20.0F * 2 + 10.0F);
  context().upload(weight, std::vector<float>(8, 1.0F));
  program->submit();
  EXPECT_EQ(program->read(y).floats[0], 10.0F * 3 + 5.0F);
  Graph training;
  assign(training.variable(weight), scale(training.variable(weight), 3.0));
  const auto trainer = compile(context(), training, {});
  trainer->submit();
  program->submit();
  EXPECT_EQ(program->read(y).floats[0], 30.0F * 4 + 15.0F);
}

TEST_F(ReplayTest, FrozenPartsComeInSlicesToo) {
  const tensor::Variable weight = tensor::make_variable("weight", {{8}}, std::vector<float>(8, 2.0F));
  Graph graph;
  const Tensor y = trace_frozen(graph, weight);
  const auto program =
      compile(context(), graph, std::vector{y}, {.name = "slices", .segment_ms = 1e-6, .frozen = true});
  int calls = 0;
  for (int i = 1; i <= 3; ++i) {
    program->write("x", std::vector<float>(8, static_cast<float>(i)));
    if (i == 3) context().upload(weight, std::vector<float>(8, 1.0F));
    while (!program->advance(1e-6)) ++calls;
    EXPECT_EQ(program->read(y).floats[0], (i == 3 ? 32.0F : 64.0F) * static_cast<float>(i));
  }
  EXPECT_GT(calls, program->statistics().frozen_steps);
}

TEST_F(ReplayTest, FrozenPartsThatWereAbandonedRunAgain) {
  const tensor::Variable weight = tensor::make_variable("weight", {{8}}, std::vector<float>(8, 2.0F));
  Graph graph;
  const Tensor y = trace_frozen(graph, weight);
  const auto program =
      compile(context(), graph, std::vector{y}, {.name = "slices", .segment_ms = 1e-6, .frozen = true});
  program->write("x", std::vector<float>(8, 1.0F));
  EXPECT_FALSE(program->advance(1e-6));
  program->abandon();
  program->submit();
  EXPECT_EQ(program->read(y).floats[0], 64.0F);
}

TEST_F(ReplayTest, TakesUpAnEditedShader) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "figment_reload";
  std::filesystem::create_directories(folder);
  const auto write_shader = [&](const std::string& factor) {
    std::ofstream(folder / "reload_me.comp")
        << "#version 460\nlayout(local_size_x = 64) in;\n"
           "layout(binding = 0) uniform samplerBuffer source;\n"
           "layout(binding = 1, std430) writeonly buffer Target { float target[]; };\n"
           "void main() { const uint i = gl_GlobalInvocationID.x; if (i < 4) target[i] = "
        << factor << " * texelFetch(source, int(i)).x; }\n";
  };
  write_shader("2.0");
  ContextOptions options;
  options.shared_device = context().shared_device();
  options.shader_directory = folder;
  Context reloading(options);
  static const Op op = [] {
    Op made = make("small_reload");
    made.kernel = [](const tensor::KernelSite&) {
      tensor::KernelPlan plan;
      plan.calls.push_back({"reload_me", "", {}, {tensor::input_texel1(0), tensor::output_storage(0)}, {}, {1, 1, 1}});
      return plan;
    };
    return made;
  }();
  Graph graph;
  const Tensor y = graph.apply_one(op, {graph.constant({4}, {1, 2, 3, 4})});
  const auto program = compile(reloading, graph, std::vector{y});
  program->submit();
  EXPECT_EQ(program->read(y).floats[3], 8.0F);
  write_shader("5.0");
  std::filesystem::last_write_time(folder / "reload_me.comp",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::seconds(2));
  for (int i = 0; i < 200 && reloading.shader_generation() == 0; ++i) {
    reloading.poll_shader_changes();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ASSERT_GT(reloading.shader_generation(), 0U);
  program->submit();
  EXPECT_EQ(program->read(y).floats[3], 20.0F);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace figment::runtime
