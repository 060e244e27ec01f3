// Scripts of a session: reading, mistakes, playing, writing down.
#include "app/film/script.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/capture.h"
#include "app/fake_parts.h"
#include "app/film/film_output.h"
#include "app/film/script_player.h"
#include "app/film/script_recorder.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"

namespace figment::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Kind = ScriptEvent::Kind;

runtime::ContextOptions with_validation() {
  runtime::ContextOptions options;
  options.device.validation = true;
  return options;
}

json script_with(const json& events) {
  return {{"figment_script", 1}, {"size", "800x500"}, {"fps", 20}, {"seconds", 3}, {"events", events}};
}

Script parse(const json& script) { return parse_script(script.dump(), studio::shown_families()); }

/// What a script ends with.
struct Played {
  std::vector<std::uint64_t> hashes;
  studio::Request request;
  bool is_paused = false;
  std::string painter;
};

Played play(const json& text, const std::vector<studio::Family>& families, const fs::path& folder = {}) {
  const Script script = parse_script(text.dump(), families);
  runtime::Context context(with_validation());
  Played played;
  {
    OffscreenWindow::Options look;
    look.width = script.width;
    look.height = script.height;
    look.frames_per_second = script.frames_per_second;
    look.request = script.request;
    OffscreenWindow window(context, families, look);
    ScriptPlayer player(window, script, folder);
    while (!player.is_over()) {
      player.advance();
      played.hashes.push_back(core::hash_bytes(window.draw().pixels));
    }
    played.request = window.interface().state().request;
    played.is_paused = window.interface().state().is_paused;
    played.painter = window.interface().players().painter().family->name;
  }
  for (const std::string& message : context.device().validation_messages()) ADD_FAILURE() << message;
  return played;
}

Played play(const json& text, const fs::path& folder = {}) {
  static const std::vector<studio::Family> families = fake_laboratories();
  return play(text, families, folder);
}

json session() {
  return script_with({{{"at", 0}, {"select", "autoencoder"}},
                      {{"at", 0}, {"title", "A title"}, {"caption", "and what it is about"}, {"seconds", 1}},
                      {{"at", 0.2}, {"set", {{"autoencoder.variant", "sparse"}, {"picture.steps", 9}}}},
                      {{"frame", 8}, {"drag", "part canvas"}, {"path", {{0.2, 0.2}, {0.8, 0.3}, {0.5, 0.8}}}},
                      {{"at", 1.6}, {"request", {{"numbers", {{"autoencoder.noise", 0.75}}}}}},
                      {{"at", 1.7}, {"prompt", "Far off"}},
                      {{"at", 1.8}, {"click", "Walk"}, {"x", 0.2}},
                      {{"at", 2.6}, {"key", "Space"}},
                      {{"at", 2.8}, {"key", "Ctrl Tab"}}});
}

TEST(Script, PlaysASessionTheSameTwice) {
  PointerLog::instance().take();
  const Played first = play(session());
  const std::vector<studio::PointerEvent> events = PointerLog::instance().take();
  ASSERT_EQ(first.hashes.size(), 60U);
  EXPECT_EQ(first.request.numbers.at("autoencoder.variant"), 2);
  EXPECT_EQ(first.request.numbers.at("autoencoder.noise"), 0.75);
  EXPECT_EQ(first.request.numbers.at("autoencoder.walk"), 1) << "the mouse has clicked the switch";
  EXPECT_EQ(first.request.picture.steps, 9);
  EXPECT_EQ(first.request.text.prompt, "Far off");
  EXPECT_TRUE(first.is_paused);
  EXPECT_EQ(first.painter, "gan");
  ASSERT_GT(events.size(), 8U);
  EXPECT_EQ(events.front().phase, studio::PointerEvent::Phase::press);
  EXPECT_NEAR(events.front().x, 0.2F, 0.02F);
  EXPECT_EQ(events.back().phase, studio::PointerEvent::Phase::release);
  EXPECT_NEAR(events.back().y, 0.8F, 0.02F);
  // Every frame, pixel by pixel.
  EXPECT_EQ(play(session()).hashes, first.hashes);
  json other = session();
  other["events"][4]["request"]["numbers"]["autoencoder.noise"] = 0.7;
  const Played second = play(other);
  EXPECT_TRUE(std::equal(second.hashes.begin(), second.hashes.begin() + 32, first.hashes.begin()));
  EXPECT_NE(second.hashes[40], first.hashes[40]) << "the setting is seen";
}

TEST(Script, PlaysATrainingTheSameTwice) {
  const fs::path folder = fs::temp_directory_path() / ("figment_script_training_" + std::to_string(::getpid()));
  setenv("XDG_DATA_HOME", folder.c_str(), 1);
  json script = script_with({{{"at", 0}, {"train", "vae"}},
                             {{"at", 0}, {"set", {{"train.vae.batch", 0}, {"train.vae.measure", 1}}}},
                             {{"at", 1.5}, {"set", {{"train.vae.learning_rate", 0.01}}}},
                             {{"at", 2}, {"set", {{"train.vae.show", 1}}}}});
  const Played first = play(script, studio::shown_families());
  ASSERT_EQ(first.hashes.size(), 60U);
  EXPECT_NE(first.hashes[10], first.hashes[59]);
  EXPECT_EQ(play(script, studio::shown_families()).hashes, first.hashes);
  unsetenv("XDG_DATA_HOME");
  fs::remove_all(folder);
}

TEST(Script, WritesCapturesBesideTheFilm) {
  const fs::path folder = fs::temp_directory_path() / ("figment_script_test_" + std::to_string(::getpid()));
  json script = script_with({{{"at", 0}, {"select", "latent"}}, {{"at", 0.5}, {"capture", "one.png"}}});
  script["seconds"] = 1;
  play(script, folder);
  EXPECT_TRUE(is_capture(folder / "one.png"));
  fs::remove_all(folder);
}

TEST(Script, TimesAreSecondsOrFramesOfTheScript) {
  const json script = script_with({{{"frame", 30}, {"pause", true}}, {{"at", 1}, {"pause", false}}});
  const Script as_written = parse(script);
  EXPECT_EQ(as_written.frames, 60);
  ASSERT_EQ(as_written.events.size(), 2U);
  EXPECT_EQ(as_written.events[0].frame, 20) << "events are put in order";
  EXPECT_EQ(as_written.events[1].frame, 30);
  ScriptOverrides overrides;
  overrides.frames_per_second = 10;
  overrides.width = 640;
  overrides.height = 400;
  const Script slower = parse_script(script.dump(), studio::shown_families(), overrides);
  EXPECT_EQ(slower.frames, 30);
  EXPECT_EQ(slower.events[1].frame, 15);
  EXPECT_EQ(slower.width, 640);
}

TEST(Script, TakesWhatTheClipboardHolds) {
  studio::Request request;
  request.picture.steps = 33;
  request.text.options.temperature = 0.7F;
  request.numbers["vae.beta"] = 2;
  request.texts["latent_diffusion.prompt"] = "two blue doves";
  json script = script_with(json::array());
  script["request"] = json::parse(studio::to_json(request));
  EXPECT_EQ(parse(script).request, request);
  // And a part of it, later.
  studio::Request changed = request;
  take_request_part(changed, json::parse(R"({"picture": {"eta": 1}, "numbers": {"vae.beta": null}})"),
                    studio::shown_families());
  EXPECT_EQ(changed.picture.eta, 1);
  EXPECT_EQ(changed.picture.steps, 33);
  EXPECT_TRUE(changed.numbers.empty());
}

/// A script, or one event of it, and what the sentence about it must hold.
void expect_mistake(const json& event, const std::string& part) {
  try {
    parse(script_with(json::array({event})));
    ADD_FAILURE() << event << " was taken";
  } catch (const core::Error& error) {
    const std::string sentence = error.what();
    EXPECT_NE(sentence.find(part), std::string::npos) << event << " said: " << sentence;
    EXPECT_NE(sentence.find("event 1"), std::string::npos) << sentence;
    EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
  }
}

TEST(Script, MistakesOfEventsAreNamed) {
  expect_mistake(7, "must be an object");
  expect_mistake({{"at", 0}}, "takes one of select, compare_with");
  expect_mistake({{"at", 0}, {"selct", "vae"}}, "takes one of select");
  expect_mistake({{"at", 0}, {"select", "vae"}, {"pause", true}}, "two things, select and pause");
  expect_mistake({{"at", 0}, {"select", "vaee"}}, "no model named vaee; choose one of");
  expect_mistake({{"at", 0}, {"select", "vae"}, {"speed", 1}}, "no field speed");
  expect_mistake({{"select", "vae"}}, "say when");
  expect_mistake({{"at", 0}, {"frame", 0}, {"select", "vae"}}, "say when");
  expect_mistake({{"at", -1}, {"select", "vae"}}, "at must be a number from 0");
  expect_mistake({{"at", 3.5}, {"select", "vae"}}, "the script ends after 3.00 s");
  expect_mistake({{"frame", 1.5}, {"select", "vae"}}, "whole number");
  expect_mistake({{"at", 0}, {"request", {{"picture", {{"stpes", 3}}}}}}, "picture has no field stpes");
  expect_mistake({{"at", 0}, {"request", {{"picture", {{"steps", "3"}}}}}}, "picture.steps must be a whole number");
  expect_mistake({{"at", 0}, {"request", {{"picture", {{"steps", 0}}}}}}, "0 steps make no sense");
  expect_mistake({{"at", 0}, {"request", {{"picture", {{"sampler", "x"}}}}}}, "x");
  expect_mistake({{"at", 0}, {"request", {{"text", {{"options", {{"top_q", 1}}}}}}}},
                 "text.options has no field top_q");
  expect_mistake({{"at", 0}, {"request", {{"numbers", {{"vae.gamma", 1}}}}}}, "vae has no number called gamma");
  expect_mistake({{"at", 0}, {"request", {{"numbers", {{"vae.beta", 1e9}}}}}}, "beta");
  expect_mistake({{"at", 0}, {"request", 3}}, "must be an object");
  expect_mistake({{"at", 0}, {"set", {{"vae.gamma", 2}}}}, "vae has no setting gamma; choose one of");
  expect_mistake({{"at", 0}, {"set", {{"beta", 2}}}}, "write MODEL.SETTING");
  expect_mistake({{"at", 0}, {"set", {{"picture.steps", "many"}}}}, "picture.steps must be a whole number");
  expect_mistake({{"at", 0}, {"set", {{"train.judge.batch", 2}}}}, "judge");
  expect_mistake({{"at", 0}, {"set", json::object()}}, "settings by name");
  expect_mistake({{"at", 0}, {"seed", -1}}, "seed must be");
  expect_mistake({{"at", 0}, {"prompt", std::string(5000, 'a')}}, "too long");
  expect_mistake({{"at", 0}, {"pause", 1}}, "true or false");
  expect_mistake({{"at", 0}, {"step", false}}, "written with true");
  expect_mistake({{"at", 0}, {"key", "Q"}}, "no key Q that does something");
  expect_mistake({{"at", 0}, {"key", "F10"}}, "no key F10");
  expect_mistake({{"at", 0}, {"capture", "../a.png"}}, "without folders");
  expect_mistake({{"at", 0}, {"move", ""}}, "name the control");
  expect_mistake({{"at", 0}, {"move", {1, 2, 3}}}, "two numbers");
  expect_mistake({{"at", 0}, {"click", {10, 10}}, {"x", 0.5}}, "shares of a control");
  expect_mistake({{"at", 0}, {"drag", "Beta"}}, "needs a path");
  expect_mistake({{"at", 0}, {"drag", "Beta"}, {"path", {{0, 0}}}}, "needs a path");
  expect_mistake({{"at", 0}, {"scroll", "x"}}, "scroll must be a number");
}

TEST(Script, MistakesOfTheWholeAreSentences) {
  const auto mistake = [](const std::string& text) -> std::string {
    try {
      parse_script(text, studio::shown_families());
    } catch (const core::Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto with = [&](const char* key, const json& value) {
    json script = script_with(json::array());
    script[key] = value;
    return mistake(script.dump());
  };
  const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  EXPECT_PRED2(holds, mistake("{\n\"figment_script\": 1,\n oops}"), "line 3");
  EXPECT_PRED2(holds, mistake("{}"), "begins with {\"figment_script\": 1");
  EXPECT_PRED2(holds, mistake("[]"), "no script of figment");
  EXPECT_PRED2(holds, with("figment_script", 2), "must be 1");
  EXPECT_PRED2(holds, with("evnts", 2), "no field evnts");
  EXPECT_PRED2(holds, with("size", "10x10"), "480x360");
  EXPECT_PRED2(holds, with("size", "9000x9000"), "too large");
  EXPECT_PRED2(holds, with("fps", 0), "from 1 to 120");
  EXPECT_PRED2(holds, with("frames", 10), "either seconds or frames");
  EXPECT_PRED2(holds, with("seconds", 1e9), "from 0.001 to 3600");
  EXPECT_PRED2(holds, with("model", "judge"), "no model named judge");
  EXPECT_PRED2(holds, with("pace", "fast"), "pace");
  EXPECT_PRED2(holds, with("events", 3), "must be a list");
  EXPECT_PRED2(holds, with("events", json(20000, json::object())), "room for 10000");
}

TEST(Script, AControlThatIsNotThereIsNamed) {
  const json script = script_with({{{"at", 0}, {"select", "autoencoder"}}, {{"at", 0.5}, {"click", "Noies"}}});
  try {
    play(script);
    ADD_FAILURE() << "it was played";
  } catch (const core::Error& error) {
    const std::string sentence = error.what();
    EXPECT_NE(sentence.find("event 2 of the script (click): Noies is not on the screen"), std::string::npos)
        << sentence;
    EXPECT_NE(sentence.find("model autoencoder"), std::string::npos) << sentence;
  }
}

TEST(Script, WhatIsDoneInTheWindowIsWrittenDownAndPlayed) {
  static const std::vector<studio::Family> families = fake_laboratories();
  runtime::Context context(with_validation());
  std::string written;
  studio::Request request;
  {
    OffscreenWindow window(context, families, {});
    State& state = window.interface().state();
    state.players.select(families[0]);
    window.advance({});
    ScriptRecorder recorder(state, 800, 500, 10.0);
    double now = 10;
    const auto frame = [&](const Actions& actions = {}) {
      now += 0.1;
      state.actions = actions;
      window.advance({});
      recorder.note(state, actions, now);
    };
    const auto doing = [](auto member, auto value) {
      Actions actions;
      actions.*member = value;
      return actions;
    };
    state.request.numbers["autoencoder.noise"] = 0.9;
    frame();
    state.request.picture.steps = 7;
    state.request.text.prompt = "Über \"allem\"";
    frame();
    frame(doing(&Actions::compare_with, &families[1]));
    frame(doing(&Actions::stop, &families[0]));  // the other takes its place
    state.request.numbers.clear();
    frame(doing(&Actions::restart, true));
    frame(doing(&Actions::select, &families[2]));
    frame(doing(&Actions::step, true));
    state.is_paused = false;
    frame();
    state.is_paused = true;
    frame();
    request = state.request;
    written = recorder.to_json(now + 0.2);
  }
  const Script script = parse_script(written, families);
  std::vector<Kind> kinds;
  for (const ScriptEvent& event : script.events) kinds.push_back(event.kind);
  EXPECT_EQ(kinds,
            (std::vector<Kind>{Kind::select, Kind::request, Kind::request, Kind::compare_with, Kind::stop,
                               Kind::request, Kind::restart, Kind::select, Kind::step, Kind::pause, Kind::pause}))
      << written;
  EXPECT_EQ(script.frames, 33);
  EXPECT_EQ(script.events[1].frame, 3);
  json small = json::parse(written);
  small["fps"] = 10;
  const Played played = play(small);
  EXPECT_EQ(played.request, request);
  EXPECT_EQ(played.painter, "latent");
  EXPECT_TRUE(played.is_paused);
}

TEST(Script, WhatTheMouseDoesOnTheStageIsWrittenDownAndPlayed) {
  static const std::vector<studio::Family> families = fake_laboratories();
  const json text = script_with({{{"at", 0}, {"select", "autoencoder"}},
                                 {{"at", 0.5}, {"drag", "part canvas"}, {"path", {{0.2, 0.2}, {0.8, 0.3}, {0.5, 0.8}}}},
                                 {{"at", 2}, {"click", "part canvas"}, {"x", 0.25}, {"y", 0.75}}});
  const Script script = parse_script(text.dump(), families);
  std::string written;
  {
    runtime::Context context(with_validation());
    OffscreenWindow::Options look;
    look.width = script.width;
    look.height = script.height;
    look.frames_per_second = script.frames_per_second;
    OffscreenWindow window(context, families, look);
    ScriptPlayer player(window, script, {});
    player.advance();
    ScriptRecorder recorder(window.interface().state(), script.width, script.height, ImGui::GetTime());
    while (!player.is_over()) {
      player.advance();
      recorder.note(window.interface().state(), {}, ImGui::GetTime());
    }
    written = recorder.to_json(ImGui::GetTime() + 1);
  }
  const Script again = parse_script(written, families);
  std::vector<Kind> kinds;
  for (const ScriptEvent& event : again.events) kinds.push_back(event.kind);
  ASSERT_EQ(kinds, (std::vector<Kind>{Kind::select, Kind::drag, Kind::click})) << written;
  PointerLog::instance().take();
  play(json::parse(written));
  const std::vector<studio::PointerEvent> events = PointerLog::instance().take();
  ASSERT_GT(events.size(), 8U);
  using Phase = studio::PointerEvent::Phase;
  EXPECT_EQ(events.front().phase, Phase::press);
  EXPECT_NEAR(events.front().x, 0.2F, 0.03F);
  const auto release = std::ranges::find(events, Phase::release, &studio::PointerEvent::phase);
  ASSERT_NE(release, events.end());
  EXPECT_NEAR(release->x, 0.5F, 0.03F);
  EXPECT_NEAR(release->y, 0.8F, 0.03F);
  EXPECT_NEAR(events.back().x, 0.25F, 0.03F) << "the click";
  EXPECT_NEAR(events.back().y, 0.75F, 0.03F);
}

TEST(Script, TheShippedOnesAreGood) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(core::assets_directory() / "scripts")) {
    EXPECT_NO_THROW(parse_script(core::read_text(entry.path()), studio::shown_families())) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 1);
}

}  // namespace
}  // namespace figment::app
