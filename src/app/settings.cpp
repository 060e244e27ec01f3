#include "app/settings.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/files.h"

namespace figment::app {

namespace {

using nlohmann::json;

constexpr int version = 1;

Theme theme_named(const std::string& name) {
  for (std::size_t i = 0; i < theme_names.size(); ++i) {
    if (name == theme_names[i]) return static_cast<Theme>(i);
  }
  core::fail("there is no theme of that name; choose dark, light or high contrast");
}

Settings read(const json& document) {
  core::require(document.is_object() && document.value("settings", 0) == version, "this is no file of settings");
  Settings settings;
  settings.theme = theme_named(document.value("theme", std::string(theme_names[0])));
  settings.zoom = document.value("zoom", 1.0F);
  core::require(std::isfinite(settings.zoom) && settings.zoom >= 0.5F && settings.zoom <= 3,
                "a zoom of {} makes no sense; choose 0.5 to 3", settings.zoom);
  settings.shows_hud = document.value("hud", false);
  settings.has_seen_hints = document.value("seen_hints", false);
  settings.width = std::clamp(document.value("width", 0), 0, 16384);
  settings.height = std::clamp(document.value("height", 0), 0, 16384);
  settings.has_models = document.contains("models");
  if (settings.has_models) settings.models = document.at("models").get<std::vector<std::string>>();
  if (settings.models.size() > 3) settings.models.resize(3);
  if (document.contains("request")) settings.request = studio::request_from_json(document.at("request").dump());
  return settings;
}

}  // namespace

Settings settings_from_json(const std::string& text) {
  try {
    return read(json::parse(text));
  } catch (const json::exception&) {
    core::fail("this is no file of settings");
  }
}

std::string to_json(const Settings& settings) {
  json document{{"settings", version},
                {"theme", theme_names[static_cast<std::size_t>(settings.theme)]},
                {"zoom", settings.zoom},
                {"hud", settings.shows_hud},
                {"seen_hints", settings.has_seen_hints},
                {"width", settings.width},
                {"height", settings.height},
                {"request", json::parse(studio::to_json(settings.request))}};
  if (settings.has_models) document["models"] = settings.models;
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

SettingsKeeper::SettingsKeeper(std::filesystem::path path) : path_(std::move(path)) {
  if (path_.empty()) return;
  std::error_code error;
  is_first_start_ = !std::filesystem::exists(path_, error);
  if (is_first_start_) return;
  try {
    settings_ = settings_from_json(core::read_text(path_));
  } catch (const core::Error&) {
    std::filesystem::path aside = path_;
    aside += ".damaged";
    std::filesystem::rename(path_, aside, error);
    problem_ = "The settings could not be read, so all is as at first; they lie aside as " + aside.string() + ".";
  }
}

std::string SettingsKeeper::take_problem() { return std::exchange(problem_, {}); }

void SettingsKeeper::note(const Settings& now, double time_s) {
  if (!is_kept()) return;
  if (!(now == settings_)) {
    settings_ = now;
    is_dirty_ = true;
    changed_s_ = time_s;
  } else if (is_dirty_ && time_s - changed_s_ > 1) {
    flush();
  }
}

void SettingsKeeper::flush() {
  if (!std::exchange(is_dirty_, false) || !is_kept()) return;
  try {
    core::write_atomically(path_, std::string_view(to_json(settings_)));
  } catch (const core::Error& error) {
    if (!std::exchange(has_failed_, true)) problem_ = error.what();
  }
}

}  // namespace figment::app
