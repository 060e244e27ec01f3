#include "runtime/parity.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <set>
#include <thread>

#include "core/files.h"
#include "gpu/embedded_shaders.h"
#include "ops/list.h"
#include "runtime/ceilings.h"
#include "runtime/test_device.h"

namespace figment::runtime {
namespace {

namespace fs = std::filesystem;

class ParityTest : public DeviceTest {
 protected:
  /// A context with the kernels of a CPU or of a GPU, with shaders of its own if `folder` is given.
  std::unique_ptr<Context> make(bool cpu_kernels, const fs::path& folder = {}) {
    ContextOptions options;
    options.shared_device = context().shared_device();
    options.cpu_kernels = cpu_kernels;
    options.shader_directory = folder;
    return std::make_unique<Context>(options);
  }

  /// A copy of the shaders that may be spoilt.
  static fs::path copy_shaders() {
    fs::path folder = fs::path(testing::TempDir()) / "figment_parity_shaders";
    fs::remove_all(folder);
    fs::copy(fs::path(FIGMENT_SOURCE_DIR) / "shaders", folder, fs::copy_options::recursive);
    return folder;
  }

  static void replace(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = core::read_text(file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    core::write_atomically(file, std::string_view(text.replace(at, from.size(), to)));
  }

  /// What hot reload says of the next change; it looks twice a second.
  static std::vector<gpu::ShaderChange> poll(Context& context) {
    for (int i = 0; i < 100; ++i) {
      auto changes = context.poll_shader_changes();
      if (!changes.empty()) return changes;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return {};
  }

  static const tensor::Example& softmax_example() {
    static const std::vector<tensor::Example> examples = ops::find_op("softmax").examples();
    return examples.front();
  }
};

TEST_F(ParityTest, EveryKernelPassesOnItsSmallestExample) {
  std::set<std::string> used;
  for (const bool cpu_kernels : {true, false}) {
    const auto own = make(cpu_kernels);
    for (const auto& [file, uses] : shader_uses(own->traits())) {
      used.insert(file);
      ASSERT_FALSE(uses.empty());
      EXPECT_GE(uses.front().bytes, uses.back().bytes);
      const ParityResult result = check_parity(*own, *uses.back().op, *uses.back().example);
      EXPECT_TRUE(result.passed()) << file << ": " << result.name << ", " << result.message;
      EXPECT_LE(result.max_error, result.tolerance) << file << ": " << result.name;
    }
  }
  // Those that are no op's: measuring, and the window's pictures.
  const std::set<std::string_view> others{"ceiling_copy.comp", "ceiling_fma.comp", "picture_rgba8.comp", "fill.comp"};
  for (const gpu::EmbeddedShader& shader : gpu::embedded_shaders()) {
    if (!shader.name.ends_with(".comp") || others.contains(shader.name)) continue;
    EXPECT_TRUE(used.contains(std::string(shader.name))) << shader.name << " is used by no example";
  }
}

TEST_F(ParityTest, AWrongShaderFailsWithASentence) {
  const fs::path folder = copy_shaders();
  replace(folder / "softmax.comp", "exp(max(v - largest, -88.0)) * inverse",
          "exp(max(v - largest, -88.0)) * inverse * 1.01");
  const auto own = make(true, folder);
  const ParityResult result = check_parity(*own, ops::find_op("softmax"), softmax_example());
  EXPECT_FALSE(result.passed());
  EXPECT_NE(result.message.find("element"), std::string::npos) << result.message;
  EXPECT_GT(result.max_error, result.tolerance);
}

TEST_F(ParityTest, AShaderThatDoesNotCompileLeavesTheOldOne) {
  const fs::path folder = copy_shaders();
  const auto own = make(true, folder);
  EXPECT_TRUE(check_parity(*own, ops::find_op("softmax"), softmax_example()).passed());
  replace(folder / "softmax.comp", "void main() {", "void main() { nonsense;");
  const auto changes = poll(*own);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].ok);
  EXPECT_NE(changes[0].error.find("nonsense"), std::string::npos) << changes[0].error;
  EXPECT_TRUE(check_parity(*own, ops::find_op("softmax"), softmax_example()).passed());
}

TEST_F(ParityTest, AProgramMayKeepTheShadersItHas) {
  const fs::path folder = copy_shaders();
  const auto own = make(true, folder);
  const ExampleCase run(ops::find_op("softmax"), softmax_example());
  std::vector<std::unique_ptr<Program>> programs;
  for (const bool keeps : {true, false}) {
    programs.push_back(compile(*own, run.graph, run.outputs, {.keeps_shaders = keeps}));
    for (const auto& [name, value] : run.values) programs.back()->write(name, value);
    programs.back()->submit();
  }
  EXPECT_EQ(own->programs().size(), 2U);
  const tensor::HostTensor before = programs[0]->read(run.outputs[0]);
  replace(folder / "softmax.comp", "-88.0)) * inverse", "-88.0)) * inverse * 2.0");
  const auto changes = poll(*own);
  ASSERT_EQ(changes.size(), 1U);
  ASSERT_TRUE(changes[0].ok) << changes[0].error;
  for (const auto& program : programs) program->submit();
  EXPECT_EQ(programs[0]->read(run.outputs[0]).floats, before.floats);
  EXPECT_NE(programs[1]->read(run.outputs[0]).floats, before.floats);
  programs.clear();
  EXPECT_TRUE(own->programs().empty());
}

TEST_F(ParityTest, ComparesAsTheTypesCan) {
  tensor::HostTensor one({{3}, tensor::DType::f32});
  tensor::HostTensor two = one;
  EXPECT_TRUE(compare(one, two, 1e-6F).is_close());
  one.floats[1] = two.floats[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(compare(one, two, 1e-6F).is_close());
  two.floats[1] = 0;
  EXPECT_FALSE(compare(one, two, 1e-6F).is_close());
  EXPECT_FALSE(compare(one, tensor::HostTensor({{4}, tensor::DType::f32}), 1).is_close());
}

TEST_F(ParityTest, CeilingsAreMeasuredInSlices) {
  CeilingMeasurement measurement(context());
  int slices = 0;
  while (!measurement.advance() && slices < 100000) {
    device().wait_idle();
    ++slices;
  }
  const Ceilings& ceilings = measurement.result();
  ASSERT_TRUE(ceilings.are_known());
  EXPECT_GT(slices, 4);
  for (const double value : {ceilings.flops, ceilings.memory_bytes, ceilings.cache_bytes}) {
    EXPECT_TRUE(std::isfinite(value) && value > 1e6 && value < 1e16) << value;
  }
  EXPECT_EQ(ceilings.roof(1e9), ceilings.flops);
  EXPECT_LT(ceilings.roof(1e-3), ceilings.flops);
  EXPECT_EQ(Ceilings().roof(1), 0);
}

/// Keeps what it was told.
class Listener : public Observer {
 public:
  bool wants_dispatches() const override { return true; }
  void note_replay(const Program&, std::span<const TimedSpan> spans) override {
    replays.emplace_back(spans.begin(), spans.end());
  }
  std::vector<std::vector<TimedSpan>> replays;
};

TEST_F(ParityTest, AnObserverIsToldOfEveryDispatch) {
  const ExampleCase run(ops::find_op("softmax"), softmax_example());
  Listener listener;
  context().observe(&listener);
  const auto program = compile(context(), run.graph, run.outputs, {});
  for (int i = 0; i < 4; ++i) {
    program->submit();
    program->wait();
  }
  context().observe(nullptr);
  ASSERT_GE(listener.replays.size(), 2U);
  for (const auto& spans : listener.replays) {
    ASSERT_EQ(static_cast<int>(spans.size()), program->statistics().dispatches);
    EXPECT_EQ(spans[0].name, "softmax");
    EXPECT_LE(spans[0].begin_ns, spans[0].end_ns);
  }
  for (const KernelRow& row : program->kernel_rows(true)) {
    EXPECT_FALSE(row.variant.empty());
    EXPECT_GT(row.bytes, 0);
  }
}

}  // namespace
}  // namespace figment::runtime
