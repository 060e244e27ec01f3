#pragma once
#include <string>
#include <vector>

namespace figment::studio {

/// Something that a person can set about a model: a slider, a choice, a switch or a line of text. The window draws it,
/// the command line takes it as --set NAME=VALUE, captures carry it; its value is in Request::numbers or texts.
struct Control {
  enum class Kind { slider, whole_number, choice, toggle, text };
  std::string name;   ///< "beta"; under "vae.beta" in the request
  std::string label;  ///< "Beta"
  std::string help;   ///< in plain words
  Kind kind = Kind::slider;
  double initial = 0;  ///< of a choice: its index; of a toggle: 0 or 1
  double minimum = 0;
  double maximum = 1;
  std::vector<std::string> choices;
  std::string initial_text;
  double exponent = 1;  ///< of a slider; above 1: small values get more room
};

}  // namespace figment::studio
