// Whoever is closed leaves nothing behind: every model, and every training, again and again.
#include "core/memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "app/players.h"
#include "data/composed.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;

class MemoryTest : public testing::Test {
 protected:
  void SetUp() override { setenv("XDG_DATA_HOME", folder_.c_str(), 1); }  // trainings leave their runs there
  void TearDown() override {
    for (const std::string& message : context_.device().validation_messages()) ADD_FAILURE() << message;
    unsetenv("XDG_DATA_HOME");
    fs::remove_all(folder_);
  }

  static runtime::ContextOptions with_validation() {
    runtime::ContextOptions options;
    options.device.validation = true;
    return options;
  }

  /// What was selected is made, shows itself for a while and is closed.
  void live(Players& players, const studio::Family& family) {
    while (players.make_pending(studio::Request{})) {
    }
    int advances = 0;
    for (int shown = 0; shown < 10 && advances < 3000; ++advances) {
      players.advance(20);
      if (!players.is_loading()) ++shown;
    }
    EXPECT_LT(advances, 3000) << "is never ready";
    EXPECT_EQ(players.error(), "");
    players.stop(family);
    players.close_leaving();
  }

  const fs::path folder_ = fs::temp_directory_path() / ("figment_memory_" + std::to_string(getpid()));
  runtime::Context context_{with_validation()};
};

TEST_F(MemoryTest, WhatIsClosedGivesItBack) {
  Players players(context_, studio::shown_families());
  const std::uint64_t device = context_.device().allocated_bytes();
  double heap = 0;
  for (int round = 0; round < 3; ++round) {
    heap = core::heap_bytes();
    for (const studio::Family& family : studio::shown_families()) {
      SCOPED_TRACE(family.name);
      players.select(family);
      live(players, family);
      EXPECT_EQ(context_.device().allocated_bytes(), device);
      if (family.make_task == nullptr || !data::has_emoji_font()) continue;
      players.train(family);
      live(players, family);
      EXPECT_EQ(context_.device().allocated_bytes(), device) << "trained";
    }
  }
  EXPECT_LT(core::heap_bytes(), heap + 4e6) << "of the last round; the first one fills caches";
}

}  // namespace
}  // namespace figment::app
