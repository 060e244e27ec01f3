#include "core/leftovers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "core/files.h"

namespace figment::core {
namespace {

namespace fs = std::filesystem;

TEST(Leftovers, OnlyThoseOfDeadWritersGo) {
  const fs::path folder = fs::temp_directory_path() / ("figment-leftovers-" + std::to_string(::getpid()));
  // No process has this number: the greatest one is below it (proc(5), pid_max).
  const std::string dead = std::to_string((1 << 22) + 1);
  const auto write = [&](const std::string& name) { write_atomically(folder / name, std::string_view("x")); };
  write("a.png." + dead + ".tmp");
  write("b.png." + std::to_string(::getpid()) + ".tmp");
  write("notes.tmp");
  write("c." + dead + ".png");
  write("within/d.png." + dead + ".tmp");
  remove_leftovers(folder);
  EXPECT_FALSE(fs::exists(folder / ("a.png." + dead + ".tmp")));
  EXPECT_TRUE(fs::exists(folder / ("b.png." + std::to_string(::getpid()) + ".tmp")));
  EXPECT_TRUE(fs::exists(folder / "notes.tmp"));
  EXPECT_TRUE(fs::exists(folder / ("c." + dead + ".png")));
  EXPECT_TRUE(fs::exists(folder / "within" / ("d.png." + dead + ".tmp")));
  remove_leftovers(folder / "nothing");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace figment::core
