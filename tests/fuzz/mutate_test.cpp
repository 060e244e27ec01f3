#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"

namespace figment::fuzz {
namespace {

using nlohmann::json;

std::size_t place(std::size_t size, Random& random) {
  return size == 0 ? 0 : random.below(static_cast<std::uint32_t>(size));
}

template <typename Container>
void mutate_once(Container& bytes, Random& random) {
  using Value = typename Container::value_type;
  const std::size_t at = place(bytes.size(), random);
  const auto here = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const std::size_t length = std::min<std::size_t>(1 + random.below(16), bytes.size() - at);
  const auto end = here + static_cast<std::ptrdiff_t>(length);
  switch (random.below(7)) {
    case 0:
      if (!bytes.empty()) *here = static_cast<Value>(*here ^ (1U << random.below(8)));
      break;
    case 1:
      std::generate(here, end, [&] { return static_cast<Value>(random.bits()); });
      break;
    case 2:
      bytes.erase(here, end);
      break;
    case 3: {
      const Container part(here, end);
      bytes.insert(here, part.begin(), part.end());
      break;
    }
    case 4:
      std::fill(here, end, random.chance(0.5F) ? static_cast<Value>(0xFF) : static_cast<Value>(0));
      break;
    case 5: {
      Container fresh(1 + random.below(8), Value{});
      for (Value& value : fresh) value = static_cast<Value>(random.bits());
      bytes.insert(here, fresh.begin(), fresh.end());
      break;
    }
    default:
      if (random.chance(0.3F)) bytes.resize(at);
  }
}

std::string nested(std::size_t depth, Random& random) {
  const bool is_list = random.chance(0.5F);
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += is_list ? "[" : "{\"a\":";
  text += "0";
  if (random.chance(0.7F)) text.append(depth, is_list ? ']' : '}');
  return text;
}

json any_json(Random& random) {
  static const std::vector<double> numbers = {0,    -1,    1,          0.5,         -0.5,        255,
                                              256,  65536, 2147483647, 2147483648., 4294967296., 9.3e18,
                                              1e19, -1e19, 1e300,      -1e300,      1e-300,      3.5e38};
  switch (random.below(9)) {
    case 0:
      return nullptr;
    case 1:
      return random.chance(0.5F);
    case 2:
      return pick(numbers, random);
    case 3:
      return static_cast<std::int64_t>((std::uint64_t{random.bits()} << 32 | random.bits()) >> random.below(64));
    case 4:
      return -static_cast<std::int64_t>(std::uint64_t{random.bits()} >> random.below(32));
    case 5:
      return static_cast<std::uint64_t>(-1);
    case 6:
      return any_text(random);
    case 7:
      return json::array({any_text(random), pick(numbers, random), json::array()});
    default:
      return json::parse(nested(1 + random.below(200), random), nullptr, false);
  }
}

/// Every place of a value, itself among them.
void collect(json& value, std::vector<json*>& places) {
  places.push_back(&value);
  if (!value.is_structured()) return;
  for (json& child : value) collect(child, places);
}

void mutate_place(json& value, Random& random) {
  if (value.is_object() && !value.empty() && random.chance(0.5F)) {
    auto chosen = value.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(place(value.size(), random)));
    if (random.chance(0.4F)) {
      value.erase(chosen);
    } else {
      const json copy = chosen.value();
      value[random.chance(0.5F) ? mutated(chosen.key(), random) : any_text(random)] = copy;
    }
  } else if (value.is_array() && random.chance(0.5F)) {
    value.push_back(any_json(random));
  } else if (value.is_string() && random.chance(0.5F)) {
    value = mutated(value.get<std::string>(), random);
  } else if (value.is_number() && random.chance(0.3F)) {
    value = value.get<double>() * random.uniform(-4, 4) + (random.chance(0.5F) ? 0.0 : 1.0);
  } else {
    value = any_json(random);
  }
}

}  // namespace

void mutate_bytes(Bytes& bytes, Random& random) {
  for (std::uint32_t i = 1 + random.below(4); i > 0; --i) mutate_once(bytes, random);
}

std::string mutated(std::string_view text, Random& random) {
  std::string changed(text);
  for (std::uint32_t i = 1 + random.below(3); i > 0; --i) mutate_once(changed, random);
  return changed;
}

void mutate_json(json& value, Random& random) {
  for (std::uint32_t i = 1 + random.below(4); i > 0; --i) {
    std::vector<json*> places;
    collect(value, places);
    mutate_place(*pick(places, random), random);
  }
}

std::string mutated_json_text(const json& value, Random& random) {
  json changed = value;
  mutate_json(changed, random);
  std::string text = changed.dump(-1, ' ', false, json::error_handler_t::replace);
  const auto at = text.begin() + static_cast<std::ptrdiff_t>(place(text.size(), random));
  switch (random.below(12)) {
    case 0:
      return mutated(text, random);
    case 1:
      return nested(1 + random.below(100000), random);
    case 2: {
      const std::string inner = nested(1 + random.below(20000), random);
      text.insert(at, inner.begin(), inner.end());
      return text;
    }
    case 3: {
      const std::size_t colon = text.find(':', place(text.size(), random));
      if (colon != std::string::npos) text.insert(colon + 1, any_number(random) + ",\"x\":");
      return text;
    }
    case 4:
      return text.size() > 2 ? "{" + text.substr(1, text.size() - 2) + "," + text.substr(1) : text;  // each key twice
    default:
      return text;
  }
}

std::string any_number(Random& random) {
  static const std::vector<std::string> numbers = {
      "NaN",  "nan",  "-nan", "inf",          "-inf", "Infinity", "1e999",      "-1e999",      "1e-999",
      "0x10", "1e38", "3e38", "1e39",         "--1",  "1.2.3",    "2147483648", "-2147483649", "18446744073709551616",
      "",     " ",    "1 ",   "\xE2\x88\x9E", "1,5",  "0",        "-0",         "1",           "0.5"};
  if (random.chance(0.1F)) return std::string(1 + random.below(2000), '9');
  if (random.chance(0.3F)) return std::to_string(random.normal() * 100);
  return pick(numbers, random);
}

std::string any_text(Random& random) {
  static const std::vector<std::string> parts = {"Once upon a time",
                                                 "The old king reads a letter.",
                                                 "two blue doves by the lake at sunset",
                                                 "Where did Tom go?",
                                                 "_",
                                                 "[MASK]",
                                                 "\n",
                                                 "\t",
                                                 "\r\n",
                                                 std::string(1, '\0'),
                                                 "\x1b[31m",
                                                 "\x7f",
                                                 "\xff",
                                                 "\xc3",
                                                 "\xe6\xbc",
                                                 "\xed\xa0\x80",
                                                 "\xf4\x90\x80\x80",
                                                 "\xc0\x80",
                                                 "\xe6\xbc\xa2\xe5\xad\x97",
                                                 "\xf0\x9f\x99\x82",
                                                 "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
                                                 "e\xcc\x81\xcc\x81\xcc\x81",
                                                 "\xe2\x80\xae",
                                                 "\xe2\x80\xa8",
                                                 "\xef\xbb\xbf",
                                                 "{}",
                                                 "{0}",
                                                 "%s%n",
                                                 "=",
                                                 ",",
                                                 "|",
                                                 "\"",
                                                 "\\",
                                                 "<|eos|>",
                                                 "--",
                                                 "..",
                                                 "  ",
                                                 "frog=5",
                                                 "The end",
                                                 "L'arbre",
                                                 "?",
                                                 "!",
                                                 "a",
                                                 "zzzz",
                                                 "../../etc",
                                                 "\xcc\x81"};
  switch (random.below(8)) {
    case 0:
      return {};
    case 1: {
      std::string bytes(random.below(64), ' ');
      for (char& byte : bytes) byte = static_cast<char>(random.bits());
      return bytes;
    }
    case 2:
      if (random.chance(0.1F)) {  // very long
        std::string text;
        const bool is_alike = random.chance(0.5F);
        const std::string part = pick(parts, random);
        for (const std::size_t size = 1000 + random.below(60000); text.size() < size;) {
          text +=
              is_alike ? part + (part.empty() ? "a" : "") : pick(parts, random) + std::to_string(random.bits() % 9999);
        }
        return text;
      }
      [[fallthrough]];
    default: {
      std::string text;
      for (std::uint32_t i = 1 + random.below(8); i > 0; --i) {
        text += pick(parts, random);
        if (random.chance(0.4F)) text += ' ';
      }
      return text;
    }
  }
}

}  // namespace figment::fuzz
