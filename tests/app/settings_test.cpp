#include "app/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.h"
#include "core/files.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
 protected:
  SettingsTest() { fs::create_directories(folder_); }
  ~SettingsTest() override { fs::remove_all(folder_); }

  const fs::path folder_ = fs::temp_directory_path() / ("figment_settings_" + std::to_string(::getpid()));
  const fs::path file_ = folder_ / "deep" / "settings.json";
};

Settings some() {
  Settings settings;
  settings.theme = Theme::high_contrast;
  settings.zoom = 1.5F;
  settings.shows_hud = true;
  settings.has_seen_hints = true;
  settings.width = 900;
  settings.height = 700;
  settings.models = {"vae", "gan", "bert"};
  settings.has_models = true;
  settings.request.picture.steps = 9;
  settings.request.texts["latent_diffusion.prompt"] = "a blue \"car\" at night";
  return settings;
}

TEST_F(SettingsTest, SurviveTheNextStart) {
  EXPECT_TRUE(settings_from_json(to_json(some())) == some());
  SettingsKeeper keeper(file_);
  EXPECT_TRUE(keeper.is_first_start());
  keeper.note(some(), 10);
  keeper.note(some(), 10.5);
  EXPECT_FALSE(fs::exists(file_)) << "what is still being dragged is not written yet";
  keeper.note(some(), 11.5);
  ASSERT_TRUE(fs::exists(file_));
  const SettingsKeeper next(file_);
  EXPECT_FALSE(next.is_first_start());
  EXPECT_TRUE(next.settings() == some());
}

TEST_F(SettingsTest, AreWrittenAtTheEnd) {
  SettingsKeeper keeper(file_);
  keeper.note(some(), 1);
  keeper.flush();
  EXPECT_TRUE(SettingsKeeper(file_).settings() == some());
}

TEST_F(SettingsTest, ThatAreDamagedLieAside) {
  for (const char* text : {"", "{", "[]", "{}", "{\"settings\": 1, \"zoom\": 99}", "{\"settings\": 1, \"theme\": 7}",
                           "{\"settings\": 1, \"theme\": \"pink\"}", "{\"settings\": 1, \"request\": {}}",
                           "{\"settings\": 1, \"models\": \"vae\"}"}) {
    core::write_atomically(file_, std::string_view(text));
    SettingsKeeper keeper(file_);
    EXPECT_TRUE(keeper.settings() == Settings()) << text;
    EXPECT_NE(keeper.take_problem().find("settings.json.damaged"), std::string::npos) << text;
    EXPECT_TRUE(keeper.take_problem().empty());
    EXPECT_EQ(core::read_text(file_.string() + ".damaged"), text);
    EXPECT_FALSE(fs::exists(file_));
  }
}

TEST_F(SettingsTest, ThatCannotBeWrittenAreToldOnce) {
  core::write_atomically(folder_ / "file", std::string_view("x"));
  SettingsKeeper keeper(folder_ / "file" / "settings.json");
  Settings settings = some();
  keeper.note(settings, 1);
  keeper.flush();
  EXPECT_FALSE(keeper.take_problem().empty());
  settings.zoom = 2;
  keeper.note(settings, 2);
  keeper.flush();
  EXPECT_TRUE(keeper.take_problem().empty());
}

TEST_F(SettingsTest, AreNotKeptWithoutAFile) {
  SettingsKeeper keeper({});
  EXPECT_FALSE(keeper.is_kept());
  EXPECT_FALSE(keeper.is_first_start());
  keeper.note(some(), 1);
  keeper.note(some(), 9);
  keeper.flush();
  EXPECT_TRUE(keeper.take_problem().empty());
}

}  // namespace
}  // namespace figment::app
