#include "core/leftovers.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace figment::core {
namespace {

namespace fs = std::filesystem;

/// The number of a process that is no more.
int gone_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST(Leftovers, OfDeadWritersAreRemovedAndNothingElse) {
  const fs::path folder = fs::temp_directory_path() / ("figment_leftovers_test_" + std::to_string(::getpid()));
  fs::create_directories(folder / "film.mp4.1.tmp.folder");
  const std::string dead = std::to_string(gone_process());
  const auto touch = [&](const std::string& name) { std::ofstream(folder / name) << "x"; };
  const std::vector<std::string> kept = {"film.mp4",
                                         "film.mp4." + std::to_string(::getpid()) + ".tmp",
                                         "film.mp4.tmp",
                                         "film.mp4.0.tmp",
                                         "film.mp4.12x.tmp",
                                         "film.mp4.99999999999.tmp",
                                         "other." + dead + ".tmp"};
  for (const std::string& name : kept) touch(name);
  touch("film.mp4." + dead + ".tmp");
  touch("film.mp4.x." + dead + ".tmp");
  EXPECT_EQ(remove_leftovers_of(folder / "film.mp4"), 2);
  for (const std::string& name : kept) EXPECT_TRUE(fs::exists(folder / name)) << name;
  EXPECT_FALSE(fs::exists(folder / ("film.mp4." + dead + ".tmp")));
  EXPECT_EQ(remove_leftovers(folder, ""), 1);
  EXPECT_EQ(remove_leftovers(folder / "none", ""), 0);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace figment::core
