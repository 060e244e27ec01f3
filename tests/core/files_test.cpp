#include "core/files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/error.h"
#include "core/hash.h"

namespace figment::core {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("figment_files_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

/// A text that says of itself whether it is whole: a hash, then what it is the hash of.
std::string sealed(int number) {
  const std::string body(200000 + static_cast<std::size_t>(number) * 1000, static_cast<char>('a' + number % 26));
  return to_hex(hash_text(body)) + body;
}

bool is_whole(const std::string& text) {
  return text.size() > 16 && text.substr(0, 16) == to_hex(hash_text(text.substr(16)));
}

TEST_F(Files, WritesAndReadsBack) {
  const fs::path path = folder_ / "a" / "b" / "text";
  write_atomically(path, std::string_view("hello\n\0there", 12));
  EXPECT_EQ(read_text(path), std::string("hello\n\0there", 12));
  EXPECT_EQ(read_bytes(path).size(), 12U);
  write_atomically(path, std::string_view());
  EXPECT_TRUE(read_text(path).empty());
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1) << "a temporary file was left";
}

TEST_F(Files, FailuresAreSentences) {
  EXPECT_THROW(read_text(folder_ / "missing"), Error);
  EXPECT_THROW(read_text(folder_), Error);
  EXPECT_THROW(write_atomically(folder_, std::string_view("x")), Error);
  write_atomically(folder_ / "file", std::string_view("x"));
  EXPECT_THROW(write_atomically(folder_ / "file" / "below", std::string_view("x")), Error);
  EXPECT_EQ(read_text(folder_ / "file"), "x");
}

TEST_F(Files, AKillAtAnyMomentLeavesAWholeFile) {
  const fs::path path = folder_ / "checkpoint";
  write_atomically(path, sealed(0));
  for (int round = 0; round < 20; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int number = 0;; ++number) write_atomically(path, sealed(number % 50));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(3000 + round * 977));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ASSERT_TRUE(is_whole(read_text(path))) << "round " << round;
  }
}

TEST_F(Files, TheCacheFolderFollowsTheEnvironment) {
  ::setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
  EXPECT_EQ(cache_directory(), folder_ / "figment");
  EXPECT_TRUE(fs::is_directory(folder_ / "figment"));
  ::unsetenv("XDG_CACHE_HOME");
}

TEST_F(Files, TheAssetsCanBeElsewhere) {
  ::setenv("FIGMENT_ASSETS", folder_.c_str(), 1);
  EXPECT_EQ(assets_directory(), folder_);
  ::setenv("FIGMENT_ASSETS", (folder_ / "missing").c_str(), 1);
  EXPECT_THROW(assets_directory(), Error);
  ::unsetenv("FIGMENT_ASSETS");
  EXPECT_TRUE(fs::is_directory(assets_directory()));
}

TEST_F(Files, WhatIsNoOrdinaryFileIsRefused) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THROW(read_text(pipe), Error);  // and does not wait for a writer
  EXPECT_THROW(read_bytes("/dev/zero"), Error);
}

}  // namespace
}  // namespace figment::core
