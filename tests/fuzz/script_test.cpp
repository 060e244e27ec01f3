// Scripts of a session.
#include "app/film/script.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "fuzz/fuzz.h"

namespace figment::fuzz {
namespace {

using nlohmann::json;

/// One event of each kind.
json full_script() {
  return {{"figment_script", 1},
          {"about", "everything"},
          {"size", "800x500"},
          {"fps", 20},
          {"seconds", 5},
          {"model", "vae"},
          {"pace", 30},
          {"seed", 3},
          {"request", {{"picture", {{"steps", 9}}}, {"numbers", {{"vae.beta", 2}}}, {"texts", json::object()}}},
          {"events",
           {{{"at", 0}, {"select", "vae"}},
            {{"at", 0.1}, {"compare_with", "gan"}},
            {{"at", 0.2}, {"train", "gan"}, {"beside", true}},
            {{"at", 0.3}, {"stop", "gan"}},
            {{"frame", 9}, {"request", {{"text", {{"options", {{"temperature", 0.5}}}}}}}},
            {{"at", 0.4}, {"set", {{"vae.beta", 3}, {"picture.sampler", "heun"}, {"train.gan.batch", 8}}}},
            {{"at", 0.5}, {"seed", 4}},
            {{"at", 0.6}, {"prompt", "Once"}},
            {{"at", 0.7}, {"pause", true}},
            {{"at", 0.8}, {"step", true}},
            {{"at", 0.9}, {"restart", true}},
            {{"at", 1}, {"key", "Ctrl Shift Z"}},
            {{"at", 1.1}, {"capture", "a.png"}},
            {{"at", 1.2}, {"title", "T"}, {"caption", "C"}, {"seconds", 2}},
            {{"at", 1.3}, {"move", "Beta"}, {"x", 0.2}},
            {{"at", 1.4}, {"press", {10, 20}}},
            {{"at", 1.5}, {"release", true}},
            {{"at", 1.6}, {"click", "Beta"}},
            {{"at", 1.7}, {"drag", "part manifold"}, {"path", {{0.1, 0.2}, {0.3, 0.4}}}, {"seconds", 1}},
            {{"at", 1.8}, {"scroll", -2}, {"on", "Beta"}}}}};
}

/// Mostly of few events, so that what is damaged is what is read.
json any_script(const json& full, Random& random) {
  json script = full;
  const json event = pick(full["events"].get<std::vector<json>>(), random);
  if (random.chance(0.8F)) script["events"] = json::array({event});
  if (random.chance(0.5F)) script.erase("request");
  return script;
}

TEST(FuzzScripts, AreReadOrRefused) {
  const json full = full_script();
  ASSERT_NO_THROW(app::parse_script(full.dump(), studio::shown_families()));
  run_cases("scripts", 0.15, [&](Random& random) {
    const app::Script script =
        app::parse_script(mutated_json_text(any_script(full, random), random), studio::shown_families());
    EXPECT_GE(script.frames, 1);
    EXPECT_LE(script.events.size(), app::script_events_most);
    for (const app::ScriptEvent& event : script.events) {
      EXPECT_GE(event.frame, 0);
      EXPECT_LT(event.frame, script.frames);
      EXPECT_FALSE(app::name_of(event.kind).empty());
    }
  });
}

TEST(FuzzScripts, KeysAreTakenOrRefused) {
  static const std::vector<std::string> words = {"Ctrl", "Shift", "Z", "Space", "F1", "F99", "+", ".", "Tab", "a", "0"};
  run_cases("keys of scripts", 0.02, [&](Random& random) {
    std::string name;
    for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
      name += random.chance(0.7F) ? pick(words, random) : any_text(random);
      if (random.chance(0.8F)) name += ' ';
    }
    EXPECT_NE(app::parse_key(name).code, 0);
  });
}

}  // namespace
}  // namespace figment::fuzz
