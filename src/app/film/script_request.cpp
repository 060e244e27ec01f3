// What scripts say about the request: checked field by field, so that a mistake is told by its name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/film/script.h"
#include "core/error.h"
#include "core/quote.h"

namespace figment::app {

namespace {

using nlohmann::json;
using Kind = ScriptEvent::Kind;

std::string keys_of(const json& object) {
  std::string keys;
  for (const auto& item : object.items()) keys += (keys.empty() ? "" : ", ") + item.key();
  return keys;
}

std::string kind_of(const json& value) {
  if (value.is_number_unsigned()) return "a whole number from 0";
  if (value.is_number_integer()) return "a whole number";
  if (value.is_number()) return "a number";
  if (value.is_boolean()) return "true or false";
  if (value.is_string()) return "a text";
  return "an object {...}";
}

bool is_kind(const json& value, const json& like) {
  if (like.is_number_integer()) return value.is_number_integer();
  if (like.is_number()) return value.is_number();
  return value.type() == like.type();
}

/// Every field of `part` is one of `whole`, of the same kind.
void check_fields(const json& part, const json& whole, const std::string& name) {
  core::require(part.is_object(), "{} must be an object {{...}}", name);
  for (const auto& [key, value] : part.items()) {
    const auto found = whole.find(key);
    core::require(found != whole.end(), "{} has no field {}; choose one of {}", name, core::quotable(key),
                  keys_of(whole));
    const std::string path = name + "." + key;
    if (found->is_object()) {
      check_fields(value, *found, path);
    } else {
      // A seed takes all 64 bits; other whole numbers may be -1.
      const bool fits = key == "seed" ? value.is_number_unsigned() : is_kind(value, *found);
      core::require(fits, "{} must be {}", path, key == "seed" ? "a whole number from 0" : kind_of(*found));
    }
  }
}

const studio::Family* find_family(const std::vector<studio::Family>& families, std::string_view name) {
  const auto found = std::ranges::find(families, name, &studio::Family::name);
  return found == families.end() ? nullptr : &*found;
}

const studio::Family& family_of(const std::vector<studio::Family>& families, const std::string& setting) {
  const std::string name = setting.substr(0, setting.find('.'));
  const studio::Family* family = find_family(families, name);
  if (family != nullptr && name.size() < setting.size()) return *family;
  std::string names;
  for (const studio::Family& one : families) names += (names.empty() ? "" : ", ") + one.name;
  core::fail("there is no setting {}; write MODEL.SETTING, and the model is one of {}", core::quotable(setting), names);
}

/// Settings of trainings are known only while one runs: "train.gan.learning_rate".
bool is_training_setting(const std::vector<studio::Family>& families, const std::string& key) {
  constexpr std::string_view prefix = "train.";
  if (!key.starts_with(prefix)) return false;
  const std::string rest = key.substr(prefix.size());
  const studio::Family& family = family_of(families, rest);
  core::require(family.make_task != nullptr, "{} cannot be trained, so it has no setting {}", family.name,
                core::quotable(key));
  return true;
}

void check_numbers(const json& numbers, const std::vector<studio::Family>& families) {
  core::require(numbers.is_object(), "numbers must be an object {{...}}");
  for (const auto& [key, value] : numbers.items()) {
    core::require(value.is_null() || value.is_number(), "numbers.{} must be a number, or null to take it back",
                  core::quotable(key));
    if (!is_training_setting(families, key)) family_of(families, key);
  }
}

void check_texts(const json& texts, const std::vector<studio::Family>& families) {
  core::require(texts.is_object(), "texts must be an object {{...}}");
  for (const auto& [key, value] : texts.items()) {
    core::require(value.is_null() || value.is_string(), "texts.{} must be a text, or null to take it back",
                  core::quotable(key));
    if (!is_training_setting(families, key)) family_of(families, key);
  }
}

void check_families(const studio::Request& request, const std::vector<studio::Family>& families) {
  for (const studio::Family& family : families) studio::check(request, family);
  const auto check_key = [&](const std::string& key, bool is_text) {
    if (key.starts_with("train.")) return;
    const studio::Family& family = family_of(families, key);
    const std::string name = key.substr(family.name.size() + 1);
    std::string names;
    for (const studio::Control& control : family.controls) {
      if ((control.kind == studio::Control::Kind::text) != is_text) continue;
      if (control.name == name) return;
      names += (names.empty() ? "" : ", ") + control.name;
    }
    core::fail("{} has no {} called {}; {}", family.name, is_text ? "text" : "number", core::quotable(name),
               names.empty() ? "it has none" : "choose one of " + names);
  };
  for (const auto& [key, value] : request.numbers) check_key(key, false);
  for (const auto& [key, value] : request.texts) check_key(key, true);
}

/// "picture.steps" with 12 becomes {"picture": {"steps": 12}}.
json nested(const std::string& path, const json& value) {
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return {{path, value}};
  return {{path.substr(0, dot), nested(path.substr(dot + 1), value)}};
}

void take_setting(studio::Request& request, const std::string& key, const json& value,
                  const std::vector<studio::Family>& families) {
  if (key.starts_with("picture.") || key.starts_with("text.")) {
    core::require(std::ranges::count(key, '.') <= 2, "there is no setting {}", core::quotable(key));
    return take_request_part(request, nested(key, value), families);
  }
  core::require(value.is_number() || value.is_boolean() || value.is_string(),
                "{} must be a number, a text, true or false", core::quotable(key));
  if (is_training_setting(families, key)) {
    if (value.is_string()) {
      request.texts[key] = value.get<std::string>();
    } else {
      request.numbers[key] = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
    }
    return;
  }
  const studio::Family& family = family_of(families, key);
  const std::string text = value.is_string()    ? value.get<std::string>()
                           : value.is_boolean() ? (value.get<bool>() ? "1" : "0")
                                                : value.dump();
  studio::take_setting(request, family, key.substr(family.name.size() + 1) + "=" + text);
}

}  // namespace

void take_request_part(studio::Request& request, const json& part, const std::vector<studio::Family>& families) {
  json whole = json::parse(studio::to_json(request));
  core::require(part.is_object(), "a request must be an object {{...}}, as Ctrl C copies it");
  for (const auto& [key, value] : part.items()) {
    if (key == "numbers") {
      check_numbers(value, families);
    } else if (key == "texts") {
      check_texts(value, families);
    } else if (key == "picture" || key == "text") {
      check_fields(value, whole.at(key), key);
    } else {
      core::require(key == "figment", "a request has no field {}; choose one of picture, text, numbers, texts",
                    core::quotable(key));
    }
  }
  json given = part;
  given.erase("figment");
  whole.merge_patch(given);
  studio::Request taken = studio::request_from_json(whole.dump(-1, ' ', false, json::error_handler_t::replace));
  check_families(taken, families);
  request = std::move(taken);
}

void take_settings(studio::Request& request, const json& settings, const std::vector<studio::Family>& families) {
  core::require(settings.is_object() && !settings.empty(),
                "set takes settings by name, such as {{\"vae.beta\": 2, \"picture.steps\": 12}}");
  for (const auto& [key, value] : settings.items()) take_setting(request, key, value, families);
}

void apply_to_request(studio::Request& request, const ScriptEvent& event, const std::vector<studio::Family>& families) {
  if (event.kind == Kind::request) take_request_part(request, json::parse(event.patch), families);
  if (event.kind == Kind::set) take_settings(request, json::parse(event.patch), families);
  if (event.kind == Kind::seed) request.picture.seed = request.text.options.seed = event.seed;
  if (event.kind == Kind::prompt) {
    request.text.prompt = event.text;
    studio::check(request.text);
  }
}

}  // namespace figment::app
