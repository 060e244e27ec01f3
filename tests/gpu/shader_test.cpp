#include "gpu/shader.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "core/files.h"
#include "gpu/gpu_fixture.h"

namespace figment::gpu {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* plain = R"(#version 460
layout(local_size_x = 8) in;
layout(binding = 0) buffer B { uint w[]; };
void main() { w[gl_GlobalInvocationID.x] = 1; }
)";

class ShaderTest : public GpuTest {
 protected:
  void SetUp() override {
    folder_ = cache / "shaders";
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "include");
  }
  /// Writes a source, dated later than any before.
  void write(const std::string& name, const std::string& text) {
    core::write_atomically(folder_ / name, std::string_view(text));
    stamp_ += std::chrono::seconds(2);
    fs::last_write_time(folder_ / name, stamp_);
  }
  static std::string with_include(const std::string& extra = "") {
    return "#version 460\n#extension GL_GOOGLE_include_directive : require\n#include \"part.glsl\"\n" + extra +
           "layout(local_size_x = 8) in;\nlayout(binding = 0) buffer B { uint w[]; };\nvoid main() { w[0] = part(); "
           "}\n";
  }
  static std::vector<ShaderChange> poll(ShaderLibrary& library) {
    std::this_thread::sleep_for(std::chrono::milliseconds(550));  // it looks twice a second
    return library.poll_changes();
  }
  fs::path folder_;
  fs::file_time_type stamp_ = fs::file_time_type::clock::now();
};

TEST_F(ShaderTest, BuiltInShadersAreThere) {
  const auto code = shaders->code("fill.comp");
  ASSERT_FALSE(code->words.empty());
  EXPECT_EQ(code->words[0], 0x07230203U);
  EXPECT_EQ(shaders->code("fill.comp"), code);
  EXPECT_THROW(shaders->code("no_such.comp"), core::Error);
  EXPECT_THROW(shaders->code("../CMakeLists.txt"), core::Error);
}

TEST_F(ShaderTest, CompilationsAreKeptOnDiskAndDamageIsMended) {
  fs::remove_all(cache / "figment" / "spirv");
  ShaderLibrary library(folder_);
  const auto first = library.compile_glsl(plain, "plain.comp");
  EXPECT_EQ(library.compilations(), 1U);
  EXPECT_EQ(library.compile_glsl(plain, "plain.comp")->hash, first->hash);
  EXPECT_EQ(library.compilations(), 1U);
  fs::path file;
  for (const auto& entry : fs::directory_iterator(cache / "figment" / "spirv")) file = entry.path();
  auto bytes = core::read_bytes(file);
  bytes[bytes.size() / 2] ^= 0xff;
  core::write_atomically(file, std::span<const std::uint8_t>(bytes));
  EXPECT_EQ(library.compile_glsl(plain, "plain.comp")->words, first->words);
  EXPECT_EQ(library.compilations(), 2U);
  fs::resize_file(file, 10);
  EXPECT_EQ(library.compile_glsl(plain, "plain.comp")->words, first->words);
  EXPECT_EQ(library.compilations(), 3U);
}

TEST_F(ShaderTest, CompileErrorsNameFileAndLine) {
  try {
    shaders->compile_glsl("#version 460\nvoid main() { nonsense; }\n", "broken.comp");
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("broken.comp:2"));
    EXPECT_THAT(error.what(), HasSubstr("nonsense"));
  }
  EXPECT_THROW(shaders->compile_glsl(with_include(), "lost_include.comp"), core::Error);
}

TEST_F(ShaderTest, HotReloadFollowsIncludesAndKeepsTheOldCodeOnErrors) {
  write("include/part.glsl", "uint part() { return 1; }\n");
  write("one.comp", with_include());
  write("two.comp", plain);
  ShaderLibrary library(folder_);
  const auto one = library.code("one.comp");
  const auto two = library.code("two.comp");
  EXPECT_TRUE(poll(library).empty());

  write("include/part.glsl", "uint part() { return 2; }\n");
  auto changes = poll(library);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].file, "one.comp");
  EXPECT_TRUE(changes[0].ok) << changes[0].error;
  const auto newer = library.code("one.comp");
  EXPECT_NE(newer->hash, one->hash);
  EXPECT_EQ(library.code("two.comp"), two);

  write("one.comp", with_include("broken\n"));
  changes = poll(library);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].ok);
  EXPECT_THAT(changes[0].error, HasSubstr("one.comp"));
  EXPECT_EQ(library.code("one.comp"), newer);
}

}  // namespace
}  // namespace figment::gpu
