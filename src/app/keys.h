#pragma once
#include <span>

#include "app/state.h"

namespace figment::app {

/// A key of the window.
struct Key {
  int code;             ///< GLFW's, of the first key
  const char* name;     ///< as it is printed on the key
  const char* meaning;  ///< in plain words
  void (*press)(State& state, int code);
  int last_code = 0;  ///< of a run of keys; 0: it is one
};

/// Every key that does something, in the order in which help lists them.
std::span<const Key> keys();

/// Does what the key says; letters do nothing while a person types. Returns whether it did something.
bool press_key(State& state, int code);

}  // namespace figment::app
