#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "core/error.h"
#include "core/quote.h"
#include "formats/text.h"
#include "studio/family.h"

namespace figment::studio {

Family composed_judge_family();
Family creature_judge_family();
Family flow_family();
Family flow_matching_family();
Family gan_family();
Family pixelcnn_family();
Family autoencoder_family();
Family bert_family();
Family cgan_family();
Family chat_family();
Family diffusion_family();
Family digit_judge_family();
Family gpt_family();
Family judge_family();
Family laboratory_family();
Family latent_coder_family();
Family latent_diffusion_family();
Family lstm_family();
Family sketch_family();
Family summarizer_family();
Family translator_family();
Family vae_family();

const std::vector<Family>& families() {
  static const std::vector<Family> list = {
      diffusion_family(),
      flow_matching_family(),
      latent_diffusion_family(),
      gpt_family(),
      lstm_family(),
      bert_family(),
      chat_family(),
      translator_family(),
      summarizer_family(),
      autoencoder_family(),
      vae_family(),
      cgan_family(),
      digit_judge_family(),
      judge_family(),
      pixelcnn_family(),
      flow_family(),
      gan_family(),
      sketch_family(),
      laboratory_family(),
      creature_judge_family(),
      composed_judge_family(),
      latent_coder_family(),
  };
  return list;
}

const std::vector<Family>& shown_families() {
  static const std::vector<Family> list = [] {
    std::vector<Family> shown;
    std::copy_if(families().begin(), families().end(), std::back_inserter(shown),
                 [](const Family& family) { return family.make != nullptr; });
    return shown;
  }();
  return list;
}

const Family& family_named(const std::string& name, bool shown) {
  std::string known;
  for (const Family& family : families()) {
    if (shown && family.make == nullptr) continue;
    if (family.name == name) return family;
    known += (known.empty() ? "" : ", ") + family.name;
  }
  core::fail("there is no model named {}; choose one of {}", core::quotable(name), known);
}

namespace {

const Control& control_named(const Family& family, const std::string& name) {
  std::string known;
  for (const Control& control : family.controls) {
    if (control.name == name) return control;
    known += (known.empty() ? "" : ", ") + control.name;
  }
  core::fail("{} has no setting {}; {}", family.name, core::quotable(name),
             known.empty() ? "it has none" : "choose one of " + known);
}

std::string key_of(const Family& family, const Control& control) { return family.name + "." + control.name; }

double least_of(const Control& control) { return control.kind == Control::Kind::choice ? 0 : control.minimum; }
double most_of(const Control& control) {
  return control.kind == Control::Kind::choice ? static_cast<double>(control.choices.size()) - 1 : control.maximum;
}

void check(const Control& control, double value) {
  const double least = least_of(control);
  const double most = most_of(control);
  core::require(std::isfinite(value) && value >= least && value <= most, "{} = {} makes no sense; choose {} to {}",
                control.name, value, least, most);
}

double parse_number(const Control& control, const std::string& value) {
  for (std::size_t i = 0; i < control.choices.size(); ++i) {
    if (control.choices[i] == value) return static_cast<double>(i);
  }
  if (control.kind == Control::Kind::choice) {
    core::fail("{} cannot be {}; choose one of {}", control.name, core::quotable(value),
               fmt::join(control.choices, ", "));
  }
  double number = 0;
  const auto result = std::from_chars(value.data(), value.data() + value.size(), number);
  core::require(result.ec == std::errc{} && result.ptr == value.data() + value.size(), "{} = {} is no number",
                control.name, core::quotable(value));
  return number;
}

}  // namespace

double number(const Request& request, const Family& family, const std::string& name) {
  const Control& control = control_named(family, name);
  const auto found = request.numbers.find(key_of(family, control));
  if (found == request.numbers.end() || !std::isfinite(found->second)) return control.initial;
  return std::clamp(found->second, least_of(control), most_of(control));
}

std::string text(const Request& request, const Family& family, const std::string& name) {
  const Control& control = control_named(family, name);
  const auto found = request.texts.find(key_of(family, control));
  return found == request.texts.end() ? control.initial_text : found->second;
}

void check(const Request& request, const Family& family) {
  for (const Control& control : family.controls) {
    if (const auto found = request.numbers.find(key_of(family, control)); found != request.numbers.end()) {
      check(control, found->second);
    }
    if (const auto found = request.texts.find(key_of(family, control)); found != request.texts.end()) {
      core::require(formats::is_valid_utf8(found->second), "{} is not valid UTF-8; type it again", control.name);
    }
  }
}

void take_setting(Request& request, const Family& family, const std::string& setting) {
  const auto equals = setting.find('=');
  core::require(equals != std::string::npos, "--set {} has no value; write --set NAME=VALUE", core::quotable(setting));
  const Control& control = control_named(family, setting.substr(0, equals));
  const std::string value = setting.substr(equals + 1);
  if (control.kind == Control::Kind::text) {
    request.texts[key_of(family, control)] = value;
  } else {
    const double parsed = parse_number(control, value);
    check(control, parsed);
    request.numbers[key_of(family, control)] = parsed;
  }
  check(request, family);
}

}  // namespace figment::studio
