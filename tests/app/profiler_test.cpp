#include "app/profiler.h"

#include <gtest/gtest.h>

#include <GLFW/glfw3.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "app/fake_families.h"
#include "app/film/offscreen_window.h"
#include "app/keys.h"
#include "app/open_editor.h"
#include "app/panels/panels.h"
#include "app/profiler_plots.h"
#include "app/workbench.h"
#include "core/error.h"
#include "core/files.h"
#include "ops/list.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;

runtime::ContextOptions with_validation() {
  runtime::ContextOptions options;
  options.device.validation = true;
  return options;
}

void expect_no_messages(runtime::Context& context) {
  for (const std::string& message : context.device().validation_messages()) ADD_FAILURE() << message;
}

/// A program of one kernel, to have something to measure.
struct Busy {
  explicit Busy(runtime::Context& context)
      : examples(ops::find_op("softmax").examples()), run(ops::find_op("softmax"), examples.front()) {
    program = runtime::compile(context, run.graph, run.outputs, {.name = "busy"});
  }
  void work() const {
    for (int i = 0; i < 3; ++i) {
      program->submit();
      program->wait();
    }
  }
  std::vector<tensor::Example> examples;
  runtime::ExampleCase run;
  std::unique_ptr<runtime::Program> program;
};

TEST(Profiler, KernelsAndMemoryAreNumbersThatAddUp) {
  runtime::Context context(with_validation());
  {
    const Busy busy(context);
    std::map<const runtime::Program*, std::uint64_t> replays;
    double dispatches = 0;
    EXPECT_TRUE(kernel_loads(context, true, 1, replays, dispatches).empty());
    busy.work();
    const auto loads = kernel_loads(context, true, 2, replays, dispatches);
    ASSERT_EQ(loads.size(), 1U);
    EXPECT_EQ(loads[0].shader, "softmax");
    EXPECT_DOUBLE_EQ(loads[0].calls, 1.5);
    EXPECT_DOUBLE_EQ(dispatches, 1.5);
    EXPECT_DOUBLE_EQ(loads[0].share, 1);
    for (const double value : {loads[0].ms, loads[0].flops, loads[0].bytes, loads[0].intensity()}) {
      EXPECT_TRUE(std::isfinite(value) && value >= 0) << value;
    }
    const MemoryUse memory = memory_use(context);
    EXPECT_DOUBLE_EQ(memory.total(), static_cast<double>(context.device().allocated_bytes()));
    EXPECT_GT(memory.activations, 0);
    EXPECT_GT(memory.inputs, 0);
  }
  expect_no_messages(context);
}

TEST(Profiler, RooflineAxesAreFiniteWhateverComes) {
  KernelLoad odd;
  odd.share = 1;
  odd.flops = std::numeric_limits<double>::infinity();
  odd.bytes = std::numeric_limits<double>::quiet_NaN();
  KernelLoad none;
  none.share = 1;
  for (const runtime::Ceilings& ceilings : {runtime::Ceilings{}, runtime::Ceilings{1e11, 1e10, 2e10}}) {
    const RooflineAxes axes = axes_of(std::vector{odd, none}, ceilings);
    EXPECT_LT(axes.low_intensity, axes.high_intensity);
    EXPECT_LT(axes.low_flops, axes.high_flops);
    EXPECT_LT(axes.high_flops, 20);
    EXPECT_GE(none.efficiency(ceilings), 0);
  }
  EXPECT_EQ(with_prefix(1.5e9), "1.50 G");
  EXPECT_EQ(with_prefix(1000), "1 k");
  EXPECT_EQ(with_prefix(-1), "0 ");
}

/// Spans of one row must lie one after the other or one within the other.
void expect_nested(std::vector<std::pair<double, double>> spans) {
  std::vector<double> open;
  constexpr double rounding_us = 0.01;
  for (const auto& [begin, end] : spans) {
    while (!open.empty() && open.back() <= begin + rounding_us) open.pop_back();
    if (!open.empty()) {
      EXPECT_LE(end, open.back() + rounding_us);
    }
    open.push_back(end);
  }
}

TEST(Trace, IsValidAndItsSpansNest) {
  runtime::Context context(with_validation());
  const fs::path file = fs::path(testing::TempDir()) / "figment_trace.json";
  {
    Trace trace(context);
    trace.set_every_dispatch(true);
    trace.watch_device(true);
    const Busy busy(context);
    for (int i = 0; i < 5; ++i) {
      const HostSpan frame(&trace, "frame");
      const HostSpan inner(&trace, "draw \"quoted\"");
      busy.work();
      trace.add_counter("frame ms", i);
    }
    trace.save(file);
  }
  EXPECT_EQ(context.observer(), nullptr);
  const auto document = nlohmann::json::parse(core::read_text(file));
  std::map<int, std::vector<std::pair<double, double>>> tracks;
  double last = 0;
  int counters = 0;
  std::set<std::string> names;
  for (const auto& event : document.at("traceEvents")) {
    names.insert(event.at("name").get<std::string>());
    if (event.at("ph") == "M") continue;
    const double begin = event.at("ts").get<double>();
    EXPECT_GE(begin, last);
    last = begin;
    if (event.at("ph") == "C") {
      ++counters;
      continue;
    }
    EXPECT_EQ(event.at("ph"), "X");
    EXPECT_GE(event.at("dur").get<double>(), 0);
    tracks[event.at("tid").get<int>()].emplace_back(begin, begin + event.at("dur").get<double>());
  }
  EXPECT_EQ(counters, 5);
  EXPECT_EQ(tracks.size(), 2U);
  EXPECT_TRUE(names.contains("softmax"));
  for (const auto& [track, spans] : tracks) expect_nested(spans);
  // The device worked while the host was in its frames.
  EXPECT_GE(tracks.at(2).front().first, tracks.at(1).front().first - 1000);
  EXPECT_LE(tracks.at(2).back().second, tracks.at(1).front().first + 60e6);
  expect_no_messages(context);
}

TEST(Trace, ForgetsTheOldest) {
  runtime::Context context(with_validation());
  Trace trace(context);
  for (std::size_t i = 0; i < Trace::capacity + 10; ++i) trace.add_counter("many", 1);
  EXPECT_EQ(trace.size(), Trace::capacity);
}

/// The window with a panel open, after some frames.
void open_panel(int key, int width, int height) {
  runtime::Context context(with_validation());
  {
    OffscreenWindow::Options options;
    options.width = width;
    options.height = height;
    OffscreenWindow window(context, fake_families(), options);
    State& state = window.interface().state();
    window.interface().select_models("diffusion");
    const Busy busy(context);
    EXPECT_TRUE(press_key(state, key));
    for (int frame = 0; frame < 60; ++frame) {
      busy.work();
      window.advance({.painter_calls = frame % 8 == 0 ? 1 : 0,
                      .writer_calls = 0,
                      .has_mouse = true,
                      .mouse = {static_cast<float>(width) * 0.4F, static_cast<float>(height) * 0.3F}});
      state.frame_times.add(20 + frame % 7);
    }
    const formats::Picture picture = window.draw();
    EXPECT_FALSE(picture.pixels.empty());
    const Rect sheet = sheet_area(state);
    EXPECT_GE(sheet.x, 0);
    EXPECT_LE(sheet.x + sheet.width, static_cast<float>(width));
    EXPECT_LE(sheet.y + sheet.height, static_cast<float>(height));
    bool has_control = false;
    for (const ControlRect& control : window.interface().widgets().controls()) {
      has_control |= control.name == (key == GLFW_KEY_P ? "Save a trace" : "search shaders");
    }
    EXPECT_TRUE(has_control);
    EXPECT_TRUE(press_key(state, GLFW_KEY_ESCAPE));
    EXPECT_FALSE(state.shows_profiler || state.shows_workbench);
    window.advance({});
  }
  expect_no_messages(context);
}

TEST(ProfilerPanel, OpensInALargeAndInASmallWindow) {
  open_panel(GLFW_KEY_P, 1280, 720);
  open_panel(GLFW_KEY_P, 800, 600);
}

TEST(WorkbenchPanel, OpensInALargeAndInASmallWindow) {
  open_panel(GLFW_KEY_W, 1280, 720);
  open_panel(GLFW_KEY_W, 800, 600);
}

/// A copy of the shaders with a workbench that watches it.
class WorkbenchTest : public testing::Test {
 protected:
  WorkbenchTest() {
    folder = fs::path(testing::TempDir()) / "figment_workbench_shaders";
    fs::remove_all(folder);
    fs::copy(fs::path(FIGMENT_SOURCE_DIR) / "shaders", folder, fs::copy_options::recursive);
    runtime::ContextOptions options = with_validation();
    options.shader_directory = folder;
    context = std::make_unique<runtime::Context>(options);
    workbench = std::make_unique<Workbench>(*context);
    kernel = workbench->find("softmax.comp");
  }
  ~WorkbenchTest() override {
    workbench.reset();
    expect_no_messages(*context);
  }

  void finish() {
    for (int i = 0; i < 100000 && workbench->is_busy(); ++i) workbench->advance(5);
    EXPECT_FALSE(workbench->is_busy());
  }
  void edit(const std::string& from, const std::string& to) {
    std::string text = core::read_text(folder / "softmax.comp");
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    core::write_atomically(folder / "softmax.comp", std::string_view(text.replace(at, from.size(), to)));
    for (int i = 0; i < 100; ++i) {
      const auto changes = context->poll_shader_changes();
      workbench->take_changes(changes);
      if (!changes.empty()) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "the change was not seen";
  }

  fs::path folder;
  std::unique_ptr<runtime::Context> context;
  std::unique_ptr<Workbench> workbench;
  BenchKernel* kernel = nullptr;
};

TEST_F(WorkbenchTest, ChecksAndTimesAnEditedShader) {
  ASSERT_NE(kernel, nullptr);
  EXPECT_EQ(workbench->path_of(*kernel), folder / "softmax.comp");
  workbench->select(*kernel);
  finish();
  ASSERT_TRUE(kernel->speed && kernel->speed->is_prepared());
  edit("const float lowest", "// edited\nconst float lowest");
  EXPECT_EQ(kernel->verdict, BenchKernel::Verdict::checking);
  finish();
  EXPECT_EQ(kernel->verdict, BenchKernel::Verdict::passed) << kernel->message;
  EXPECT_EQ(kernel->results.size(), kernel->checks_total);
  EXPECT_GT(kernel->speed->before_us(), 0);
  EXPECT_GT(kernel->speed->after_us(), 0);

  edit("-88.0)) * inverse", "-88.0)) * inverse * 1.1");
  finish();
  EXPECT_EQ(kernel->verdict, BenchKernel::Verdict::failed);
  EXPECT_NE(kernel->message.find("softmax"), std::string::npos) << kernel->message;

  edit("void main() {", "void main() { nonsense;");
  EXPECT_EQ(kernel->verdict, BenchKernel::Verdict::broken);
  EXPECT_NE(kernel->message.find("nonsense"), std::string::npos) << kernel->message;
  EXPECT_FALSE(workbench->is_busy());
}

TEST(OpenEditor, SaysWhatItCannotDo) {
  const auto with = [](const char* editor) {
    setenv("FIGMENT_EDITOR", editor, 1);
    try {
      open_editor("/nowhere/x.comp");
    } catch (const core::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(with("vim").find("needs a terminal"), std::string::npos);
  EXPECT_NE(with("/usr/bin/nano -w").find("/nowhere/x.comp"), std::string::npos);
  EXPECT_NE(with("no_such_editor_here").find("could not be started"), std::string::npos);
  EXPECT_EQ(with("true --any"), "");
  unsetenv("FIGMENT_EDITOR");
  setenv("VISUAL", "gedit -s", 1);
  EXPECT_EQ(editor_command(), (std::vector<std::string>{"gedit", "-s"}));
  unsetenv("VISUAL");
  EXPECT_THROW(editable_shader("/nowhere", "x.comp"), core::Error);
}

TEST(OpenEditor, CopiesWhatMayNotBeWritten) {
  const fs::path folder = fs::path(testing::TempDir()) / "figment_read_only_shaders";
  const fs::path home = fs::path(testing::TempDir()) / "figment_data_home";
  fs::remove_all(folder);
  fs::remove_all(home);
  core::write_atomically(folder / "x.comp", std::string_view("void main() {}"));
  core::write_atomically(folder / "include/part.glsl", std::string_view("// part"));
  EXPECT_EQ(editable_shader(folder, "x.comp"), folder / "x.comp");
  if (geteuid() == 0) GTEST_SKIP() << "everything may be written";
  fs::permissions(folder / "x.comp", fs::perms::owner_read);
  setenv("XDG_DATA_HOME", home.c_str(), 1);
  const fs::path copy = editable_shader(folder, "x.comp");
  unsetenv("XDG_DATA_HOME");
  EXPECT_EQ(copy, home / "figment/shaders/x.comp");
  EXPECT_TRUE(fs::exists(home / "figment/shaders/include/part.glsl"));
}

}  // namespace
}  // namespace figment::app
