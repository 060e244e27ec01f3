#include "app/film/tour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace figment::app {

namespace {

constexpr double least_scene_seconds = 2.6;

// Goes back to an early step, and watches the rest of the way again.
constexpr std::array diffusion_steps{
    MouseStep{.seconds = 2.5F},
    MouseStep{0.6F, "progress", 0.97F, 0.6F},
    MouseStep{0.9F, "progress", 0.32F, 0.6F, true},
    MouseStep{.seconds = 0.2F},
};

// Draws a two.
constexpr std::array autoencoder_steps{
    MouseStep{0.5F, "part canvas", 0.30F, 0.36F},
    MouseStep{0.10F, "part canvas", 0.34F, 0.25F, true},
    MouseStep{0.10F, "part canvas", 0.46F, 0.18F, true},
    MouseStep{0.10F, "part canvas", 0.60F, 0.20F, true},
    MouseStep{0.10F, "part canvas", 0.68F, 0.32F, true},
    MouseStep{0.12F, "part canvas", 0.63F, 0.46F, true},
    MouseStep{0.14F, "part canvas", 0.48F, 0.63F, true},
    MouseStep{0.14F, "part canvas", 0.31F, 0.80F, true},
    MouseStep{0.14F, "part canvas", 0.45F, 0.79F, true},
    MouseStep{0.16F, "part canvas", 0.72F, 0.78F, true},
    MouseStep{.seconds = 0.9F},
    MouseStep{0.5F, "part map", 0.45F, 0.5F},
    MouseStep{0.8F, "part map", 0.7F, 0.35F, true},
    MouseStep{0.6F, "part map", 0.35F, 0.3F, true},
};

constexpr std::array vae_steps{
    MouseStep{0.6F, "part manifold", 0.25F, 0.30F},       MouseStep{0.6F, "part manifold", 0.70F, 0.22F, true},
    MouseStep{0.6F, "part manifold", 0.78F, 0.62F, true}, MouseStep{0.6F, "part manifold", 0.45F, 0.80F, true},
    MouseStep{0.5F, "part manifold", 0.22F, 0.55F, true}, MouseStep{0.6F, "Beta", 0.55F, 0.5F},
    MouseStep{0.8F, "Beta", 0.95F, 0.5F, true},
};

constexpr std::array cgan_steps{
    MouseStep{0.6F, "part slice", 0.30F, 0.30F},       MouseStep{0.7F, "part slice", 0.75F, 0.35F, true},
    MouseStep{0.7F, "part slice", 0.55F, 0.75F, true}, MouseStep{0.6F, "part row", 0.75F, 0.5F},
    MouseStep{0.15F, "part row", 0.75F, 0.5F, true},   MouseStep{.seconds = 0.8F},
    MouseStep{0.5F, "part slice", 0.40F, 0.60F},       MouseStep{0.7F, "part slice", 0.70F, 0.30F, true},
};

constexpr std::array pixelcnn_steps{
    MouseStep{.seconds = 1.6F},
    MouseStep{0.6F, "part pictures", 0.03F, 0.10F},
    MouseStep{0.25F, "part pictures", 0.17F, 0.12F, true},
    MouseStep{0.25F, "part pictures", 0.04F, 0.18F, true},
    MouseStep{0.25F, "part pictures", 0.17F, 0.24F, true},
};

constexpr std::array flow_steps{
    MouseStep{.seconds = 2.6F},
    MouseStep{0.6F, "part way", 0.5F, 0.5F},
    MouseStep{0.12F, "part way", 0.5F, 0.5F, true},
    MouseStep{.seconds = 1.0F},
};

constexpr std::array gan_steps{
    MouseStep{1.0F, "part plane", 0.30F, 0.35F},       MouseStep{0.7F, "part plane", 0.62F, 0.25F, true},
    MouseStep{0.7F, "part plane", 0.75F, 0.60F, true}, MouseStep{0.7F, "part plane", 0.40F, 0.75F, true},
    MouseStep{0.7F, "part plane", 0.30F, 0.40F, true},
};

// Mountains, and the shore of a lake.
constexpr std::array sketch_steps{
    MouseStep{0.5F, "part paper", 0.02F, 0.56F},        MouseStep{0.25F, "part paper", 0.20F, 0.36F, true},
    MouseStep{0.20F, "part paper", 0.33F, 0.50F, true}, MouseStep{0.30F, "part paper", 0.52F, 0.22F, true},
    MouseStep{0.30F, "part paper", 0.70F, 0.48F, true}, MouseStep{0.20F, "part paper", 0.82F, 0.36F, true},
    MouseStep{0.25F, "part paper", 0.99F, 0.55F, true}, MouseStep{0.5F, "part paper", 0.03F, 0.70F},
    MouseStep{0.30F, "part paper", 0.40F, 0.67F, true}, MouseStep{0.40F, "part paper", 0.97F, 0.71F, true},
};

// Bends the drawn schedule, and goes back to an early step.
constexpr std::array laboratory_steps{
    MouseStep{.seconds = 1.6F},
    MouseStep{0.6F, "part schedule", 0.45F, 0.45F},
    MouseStep{0.6F, "part schedule", 0.40F, 0.70F, true},
    MouseStep{0.5F, "progress", 0.97F, 0.6F},
    MouseStep{0.8F, "progress", 0.45F, 0.6F, true},
};

// Goes back to an early word.
constexpr std::array gpt_steps{
    MouseStep{.seconds = 2.2F},
    MouseStep{0.7F, "words", 0.52F, 0.02F},
    MouseStep{0.12F, "words", 0.52F, 0.02F, true},
    MouseStep{.seconds = 0.8F},
};

// Chooses another cell to colour the text by.
constexpr std::array lstm_steps{
    MouseStep{.seconds = 2.0F},
    MouseStep{0.8F, "part state", 0.5F, 0.86F},
    MouseStep{0.12F, "part state", 0.5F, 0.86F, true},
    MouseStep{.seconds = 1.2F},
};

// Looks where another word's guess comes from.
constexpr std::array bert_steps{
    MouseStep{.seconds = 2.4F},
    MouseStep{0.7F, "part text", 0.3F, 0.3F},
    MouseStep{0.12F, "part text", 0.3F, 0.3F, true},
    MouseStep{.seconds = 1.4F},
};

// Looks where a word comes from, and has another sentence translated.
constexpr std::array translator_steps{
    MouseStep{.seconds = 2.6F},
    MouseStep{0.6F, "part translation", 0.2F, 0.7F},
    MouseStep{0.12F, "part translation", 0.2F, 0.7F, true},
    MouseStep{.seconds = 0.6F},
    MouseStep{0.6F, "part examples", 0.3F, 0.4F},
    MouseStep{0.12F, "part examples", 0.3F, 0.4F, true},
    MouseStep{.seconds = 0.4F},
};

// Asks where a word of the answer comes from, and something else.
constexpr std::array chat_steps{
    MouseStep{.seconds = 2.4F},
    MouseStep{0.7F, "part suggestions", 0.3F, 0.36F},
    MouseStep{0.12F, "part suggestions", 0.3F, 0.36F, true},
    MouseStep{.seconds = 1.6F},
};

// In the order in which a film shows them; those that come first are in short films, too.
constexpr std::array scenes{
    TourScene{"diffusion", 12, 2.4F, true, diffusion_steps},
    TourScene{"latent_diffusion", 15, 4.5F},
    TourScene{"sketch", 60, 4.0F, false, sketch_steps},
    TourScene{"laboratory", 60, 3.2F, false, laboratory_steps},
    TourScene{"vae", 75, 2.6F, false, vae_steps},
    TourScene{"pixelcnn", 180, 4.2F, false, pixelcnn_steps},
    TourScene{"autoencoder", 60, 3.0F, false, autoencoder_steps},
    TourScene{"cgan", 120, 4.6F, false, cgan_steps},
    TourScene{"gpt", 60, 11.0F, true, gpt_steps},
    TourScene{"lstm", 60, 8.0F, false, lstm_steps},
    TourScene{"bert", 30, 4.6F, false, bert_steps},
    TourScene{"chat", 30, 7.0F, false, chat_steps},
    TourScene{"translator", 30, 4.6F, false, translator_steps},
    TourScene{"summarizer", 30, 4.5F},
    TourScene{"gan", 60, 3.6F, false, gan_steps},
    TourScene{"flow_matching", 30, 4.5F},
    TourScene{"flow", 60, 4.9F, false, flow_steps},
};

}  // namespace

TourScene scene_of(const studio::Family& family) {
  const auto* found = std::ranges::find_if(scenes, [&](const TourScene& scene) { return family.name == scene.family; });
  if (found != scenes.end()) return *found;
  TourScene scene;
  scene.family = family.name.c_str();
  return scene;
}

std::vector<PlannedScene> plan_tour(const std::vector<studio::Family>& families, double seconds, int frames) {
  std::vector<PlannedScene> plan;
  const auto add = [&](const studio::Family& family) { plan.push_back({&family, scene_of(family), 0}); };
  const auto is_planned = [&](const studio::Family& family) {
    return std::ranges::any_of(plan, [&](const PlannedScene& planned) { return planned.family == &family; });
  };
  for (const TourScene& scene : scenes) {
    const auto family =
        std::ranges::find_if(families, [&](const studio::Family& one) { return one.name == scene.family; });
    if (family != families.end()) add(*family);
  }
  for (const studio::Family& family : families) {
    if (!is_planned(family)) add(family);
  }
  const auto room = static_cast<std::size_t>(std::max(1.0, std::floor(seconds / least_scene_seconds)));
  if (plan.size() > room) plan.resize(room);
  const auto count = static_cast<int>(plan.size());
  for (int i = 0; i < count; ++i) {
    plan[static_cast<std::size_t>(i)].frames = frames * (i + 1) / count - frames * i / count;
  }
  return plan;
}

}  // namespace figment::app
