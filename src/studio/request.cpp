#include "studio/request.h"

#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <type_traits>

#include "core/error.h"
#include "core/quote.h"
#include "data/landscape.h"
#include "formats/text.h"
#include "sampling/sampler.h"
#include "sampling/schedule.h"

namespace figment::studio {
namespace {

using nlohmann::json;

/// Throws Error for what an int or a float cannot hold: a conversion would be undefined, or give another number. Seeds
/// have all 64 bits, so they must be whole numbers.
template <typename Value>
Value number_of(const json& value) {
  bool fits = true;
  if constexpr (std::is_same_v<Value, std::uint64_t>) {
    fits = value.is_number_unsigned();
  } else {
    using Limits = std::numeric_limits<Value>;
    const auto number = value.get<double>();
    fits = number >= static_cast<double>(Limits::lowest()) && number <= static_cast<double>(Limits::max());
  }
  core::require(fits, "these settings have a number that makes no sense; use a picture that figment captured");
  return value.get<Value>();
}

template <typename Value>
void take(const json& object, const char* key, Value& value) {
  const auto found = object.find(key);
  if (found == object.end()) return;
  if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool> && !std::is_same_v<Value, double>) {
    value = number_of<Value>(*found);
  } else {
    value = found->get<Value>();
  }
}

json options_to_json(const sampling::TextOptions& options) {
  json object;
  for (const sampling::TextOptionInfo& info : sampling::text_options()) {
    object[std::string(info.name)] = info.get(options);
  }
  object["seed"] = options.seed;
  object["greedy"] = options.greedy;
  object["order"] = sampling::text_order_names(options.order);
  return object;
}

sampling::TextOptions options_from_json(const json& object) {
  sampling::TextOptions options;
  for (const sampling::TextOptionInfo& info : sampling::text_options()) {
    double value = info.get(options);
    take(object, std::string(info.name).c_str(), value);
    info.set(options, value);
  }
  take(object, "seed", options.seed);
  take(object, "greedy", options.greedy);
  if (object.contains("order")) options.order = sampling::parse_text_order(object.at("order").get<std::string>());
  return options;
}

std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, mark);) parts.push_back(part);
  return parts;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

}  // namespace

std::vector<WordBias> parse_biases(const std::string& text) {
  std::vector<WordBias> result;
  for (const std::string& part : split(text, ',')) {
    if (trimmed(part).empty()) continue;
    const std::size_t equals = part.rfind('=');
    const std::string word = trimmed(part.substr(0, equals));
    const std::string number = equals == std::string::npos ? "" : trimmed(part.substr(equals + 1));
    char* end = nullptr;
    const float value = std::strtof(number.c_str(), &end);
    core::require(!word.empty() && !number.empty() && *end == '\0' && value >= -100 && value <= 100,
                  "a bias is written as word=number with a number from -100 to 100, such as frog=5; {} is not",
                  core::quotable(trimmed(part)));
    result.push_back({word, value});
  }
  return result;
}

std::vector<std::string> parse_stops(const std::string& text) {
  std::vector<std::string> result;
  for (std::string& part : split(text, '|')) {
    if (!part.empty()) result.push_back(std::move(part));
  }
  return result;
}

void check(const PictureRequest& request) {
  sampling::sampler_named(request.sampler);
  sampling::schedule_named(request.schedule);
  core::require(request.steps >= 1 && request.steps <= 200, "{} steps make no sense; choose 1 to 200", request.steps);
  core::require(request.guidance >= 0 && request.guidance <= 10, "a guidance of {} makes no sense; choose 0 to 10",
                request.guidance);
  core::require(request.count >= 1 && request.count <= 64, "{} pictures at once make no sense; choose 1 to 64",
                request.count);
  core::require(request.eta == -1 || (request.eta >= 0 && request.eta <= 1),
                "an eta of {} makes no sense; choose 0 to 1", request.eta);
  core::require(request.time_of_day >= -1 && request.time_of_day < static_cast<int>(data::time_of_day_names.size()),
                "there is no time of day number {}", request.time_of_day);
  core::require(request.terrain >= -1 && request.terrain < static_cast<int>(data::terrain_names.size()),
                "there is no terrain number {}", request.terrain);
}

void check(const TextRequest& request) {
  sampling::require_valid(request.options);
  core::require(formats::is_valid_utf8(request.prompt), "the prompt is not valid UTF-8; type it again");
  core::require(formats::is_valid_utf8(request.stop) && formats::is_valid_utf8(request.bias),
                "the words to stop at or to bias are not valid UTF-8; type them again");
  parse_biases(request.bias);
  core::require(request.tokens_per_second >= 0 && request.tokens_per_second <= 10000,
                "{} tokens per second make no sense; choose 0 (no limit) to 10000", request.tokens_per_second);
  core::require(request.tokens_max >= 1 && request.tokens_max <= 100000, "{} tokens make no sense; choose 1 to 100000",
                request.tokens_max);
}

std::string to_json(const Request& request) {
  const PictureRequest& picture = request.picture;
  const TextRequest& text = request.text;
  const json object = {{"figment", 1},
                       {"picture",
                        {{"sampler", picture.sampler},
                         {"schedule", picture.schedule},
                         {"steps", picture.steps},
                         {"guidance", picture.guidance},
                         {"seed", picture.seed},
                         {"time_of_day", picture.time_of_day},
                         {"terrain", picture.terrain},
                         {"count", picture.count},
                         {"eta", picture.eta}}},
                       {"text",
                        {{"prompt", text.prompt},
                         {"options", options_to_json(text.options)},
                         {"tokens_per_second", text.tokens_per_second},
                         {"tokens_max", text.tokens_max},
                         {"bias", text.bias},
                         {"stop", text.stop}}},
                       {"numbers", request.numbers},
                       {"texts", request.texts}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Request request_from_json(const std::string& content) {
  Request request;
  try {
    const json object = json::parse(content);
    core::require(object.is_object() && object.contains("figment"), "these are not settings of figment");
    if (const auto picture = object.find("picture"); picture != object.end()) {
      core::require(picture->is_object(), "these settings are damaged; use a picture that figment captured");
      take(*picture, "sampler", request.picture.sampler);
      take(*picture, "schedule", request.picture.schedule);
      take(*picture, "steps", request.picture.steps);
      take(*picture, "guidance", request.picture.guidance);
      take(*picture, "seed", request.picture.seed);
      take(*picture, "time_of_day", request.picture.time_of_day);
      take(*picture, "terrain", request.picture.terrain);
      take(*picture, "count", request.picture.count);
      take(*picture, "eta", request.picture.eta);
    }
    if (const auto text = object.find("text"); text != object.end()) {
      core::require(text->is_object(), "these settings are damaged; use a picture that figment captured");
      take(*text, "prompt", request.text.prompt);
      take(*text, "tokens_per_second", request.text.tokens_per_second);
      take(*text, "tokens_max", request.text.tokens_max);
      take(*text, "bias", request.text.bias);
      take(*text, "stop", request.text.stop);
      if (const auto options = text->find("options"); options != text->end()) {
        request.text.options = options_from_json(*options);
      }
    }
    take(object, "numbers", request.numbers);
    take(object, "texts", request.texts);
  } catch (const json::exception&) {
    core::fail("these settings are damaged; use a picture that figment captured");
  }
  check(request.picture);
  check(request.text);
  return request;
}

}  // namespace figment::studio
