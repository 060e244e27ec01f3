// What is left behind when the device is lost in the middle of something: one sentence, and no half-written file.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

namespace figment {
namespace {

namespace fs = std::filesystem;

class LostDeviceTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(folder_, error);
  }

  /// Runs the program with a device that is lost at its `submissions`-th submission; stderr.
  std::string run(int submissions, const std::string& arguments) {
    const std::string command = "FIGMENT_LOSE_DEVICE_AFTER=" + std::to_string(submissions) + " " + FIGMENT_PROGRAM +
                                " " + arguments + " 2>&1 >/dev/null </dev/null";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> block{};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
      text.append(block.data(), got);
    const int status = ::pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status)) << arguments;
    EXPECT_EQ(WEXITSTATUS(status), 1) << text;
    return text;
  }
  void expect_nothing_left(const std::string& what) {
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      ADD_FAILURE() << what << " left " << entry.path();
  }
  static void expect_one_sentence(const std::string& text) {
    EXPECT_NE(text.find("The Vulkan device was lost in "), std::string::npos) << text;
    EXPECT_EQ(text.find("The Vulkan device was lost in "), text.rfind("The Vulkan device was lost in ")) << text;
    EXPECT_EQ(text.find("terminate"), std::string::npos) << text;
  }

  fs::path folder_ = fs::temp_directory_path() / ("figment-lost-" + std::to_string(::getpid()));
};

TEST_F(LostDeviceTest, Training) {
  for (const int submissions : {1, 12, 40}) {
    expect_one_sentence(
        run(submissions, "train gpt --batch 1 --steps 60 --out " + (folder_ / "gpt.safetensors").string()));
    expect_nothing_left("training");
  }
}

TEST_F(LostDeviceTest, Generating) {
  expect_one_sentence(run(20, "generate diffusion --steps 30 --count 1 --out " + (folder_ / "a.png").string()));
  expect_nothing_left("generating");
}

}  // namespace
}  // namespace figment
