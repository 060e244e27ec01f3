#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "app/film/script.h"
#include "app/keys.h"
#include "core/error.h"
#include "core/quote.h"

#include <GLFW/glfw3.h>

namespace figment::app {

namespace {

struct NamedCode {
  std::string_view name;
  int code;
};

constexpr std::array named_codes{NamedCode{"space", GLFW_KEY_SPACE}, NamedCode{"tab", GLFW_KEY_TAB},
                                 NamedCode{"escape", GLFW_KEY_ESCAPE}, NamedCode{"esc", GLFW_KEY_ESCAPE}};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  return text;
}

/// 0 for a name that is none.
int code_of(const std::string& name) {
  if (name.size() == 1) {
    const char character = static_cast<char>(name[0] >= 'a' && name[0] <= 'z' ? name[0] - 32 : name[0]);
    return character > ' ' && character < 0x7F ? character : 0;  // GLFW takes the codes of ASCII
  }
  for (const NamedCode& named : named_codes) {
    if (named.name == name) return named.code;
  }
  for (int i = 1; i <= 12; ++i) {
    if (name == fmt::format("f{}", i)) return GLFW_KEY_F1 + i - 1;
  }
  return 0;
}

/// What is the window's alone.
bool is_of_the_window(int code) { return code == GLFW_KEY_F9 || code == GLFW_KEY_F10 || code == GLFW_KEY_F11; }

bool does_something(int code) {
  return code != 0 && !is_of_the_window(code) && std::ranges::any_of(keys(), [code](const Key& key) {
           return code >= key.code && code <= std::max(key.code, key.last_code);
         });
}

}  // namespace

ScriptKey parse_key(const std::string& name) {
  ScriptKey key;
  std::string words = lower(name);
  std::ranges::replace(words, '+', ' ');
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (word == "ctrl" || word == "control") {
      key.with_control = true;
    } else if (word == "shift") {
      key.with_shift = true;
    } else if (key.code == 0 && does_something(code_of(word))) {
      key.code = code_of(word);
    } else {
      key.code = 0;
      break;
    }
  }
  if (key.code != 0) return key;
  std::string known;
  for (const Key& one : keys()) {
    if (!is_of_the_window(one.code)) known += (known.empty() ? "" : ", ") + std::string(one.name);
  }
  core::fail("there is no key {} that does something in a film; choose one of {}", core::quotable(name), known);
}

}  // namespace figment::app
