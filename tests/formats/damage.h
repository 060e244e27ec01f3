#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace figment::formats {

using Bytes = std::vector<std::uint8_t>;

/// An empty folder for each test, removed after it.
class InFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("figment_formats_test_" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

/// The message of the Error that `action` throws; fails the test if it throws none or something else.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const core::Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "not a core::Error: " << error.what();
    return "";
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

/// Calls `read` with every truncation and many damaged copies of `file`: each must be read, or throw core::Error
/// with one line of text. `mend` may repair what a damaged copy would be refused for at once, such as checksums.
inline void expect_no_crash(const Bytes& file, const std::function<void(const Bytes&)>& read, int flips = 500,
                            const std::function<void(Bytes&)>& mend = {}) {
  const auto attempt = [&](const Bytes& bytes, bool must_fail) {
    try {
      read(bytes);
      EXPECT_FALSE(must_fail) << "the first " << bytes.size() << " bytes were taken for a whole file";
    } catch (const core::Error& error) {
      const std::string what = error.what();
      EXPECT_FALSE(what.empty());
      EXPECT_LT(what.size(), 400U) << what;
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
    }
  };
  const std::size_t step = std::max<std::size_t>(1, file.size() / 1000);
  for (std::size_t size = 0; size < file.size(); size += step) {
    attempt(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)), !mend);
  }
  core::Random random(42);
  for (int i = 0; i < flips; ++i) {
    Bytes damaged = file;
    for (int count = 1 + static_cast<int>(random.below(3)); count > 0; --count) {
      const std::uint32_t at = random.below(static_cast<std::uint32_t>(file.size()));
      damaged[at] = random.chance(0.5F) ? static_cast<std::uint8_t>(random.bits())
                                        : static_cast<std::uint8_t>(damaged[at] ^ (1U << random.below(8)));
    }
    if (mend) mend(damaged);
    attempt(damaged, false);
  }
}

}  // namespace figment::formats
