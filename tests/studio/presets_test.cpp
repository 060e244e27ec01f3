// The presets of all families: tasks are made, not trained.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.h"
#include "models/autoencoder/autoencoder.h"
#include "studio/family.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

/// Null, with a sentence, where a family has no such preset or its task needs weights that are not there.
std::unique_ptr<training::Task> task_of(const Family& family, const std::string& preset) {
  try {
    return family.make_task(preset);
  } catch (const core::Error& error) {
    EXPECT_FALSE(std::string(error.what()).empty());
    return nullptr;
  }
}

TEST(Presets, LargeIsLarge) {
  for (const Family& family : families()) {
    if (family.make_task == nullptr) continue;
    const auto small = task_of(family, "small");
    const auto large = task_of(family, "large");
    if (!small || !large) continue;
    EXPECT_EQ(small->preset(), "small") << family.name;
    EXPECT_EQ(large->preset(), "large") << family.name;
    EXPECT_GT(large->parameters().count(), 3 * small->parameters().count()) << family.name;
    EXPECT_EQ(large->parameters().count(), large->average().count()) << family.name;
  }
}

TEST(Presets, FamiliesWithAViewHaveBoth) {
  for (const char* name : {"autoencoder", "vae", "gan", "cgan", "flow", "pixelcnn", "diffusion", "gpt"}) {
    EXPECT_NE(task_of(family_named(name), "large"), nullptr) << name;
  }
  for (const Family& family : families()) {
    if (family.make_task == nullptr) continue;
    EXPECT_THROW(family.make_task("huge"), core::Error) << family.name;
  }
}

TEST(Presets, WeightsAreReadInTheSizesThatTheyWereTrainedWith) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("figment-presets-" + std::to_string(::getpid()) + ".safetensors");
  for (const std::string preset : {"small", "large"}) {
    models::Autoencoder made(preset == "large" ? models::DigitNetConfig::large() : models::DigitNetConfig{}, 7);
    training::write_weights(path, made.parameters(), made.parameters().flat()->initial, {{"preset", preset}}, false);
    const auto loaded = training::load_network<models::Autoencoder>("autoencoder", path);
    EXPECT_EQ(loaded->config().coarse, made.config().coarse);
    EXPECT_EQ(loaded->parameters().flat()->initial, made.parameters().flat()->initial);
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace figment::studio
