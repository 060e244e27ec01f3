#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/fake_families.h"
#include "app/film/offscreen_window.h"
#include "app/keys.h"

namespace figment::app {
namespace {

runtime::ContextOptions with_validation() {
  runtime::ContextOptions options;
  options.device.validation = true;
  return options;
}

/// A window of fake models, with keys.
class Ease : public testing::Test {
 protected:
  explicit Ease(int width = 1280, int height = 720)
      : context_(with_validation()), families_(fake_families()), window_(context_, families_, {width, height, 30, {}}) {
    window_.interface().select_models("");
    for (int frame = 0; frame < 3; ++frame) advance();
  }
  ~Ease() override {
    for (const std::string& message : context_.device().validation_messages()) ADD_FAILURE() << message;
  }

  State& state() { return window_.interface().state(); }
  const Widgets& widgets() { return window_.interface().widgets(); }
  void advance() { window_.advance({}); }
  void press(int code, bool shift = false) {
    ImGui::GetIO().KeyShift = shift;
    EXPECT_TRUE(press_key(state(), code));
    ImGui::GetIO().KeyShift = false;
    advance();
    advance();
  }
  void focus_on(const std::string& name) {
    for (int i = 0; i < 200 && widgets().focus() != name; ++i) press(GLFW_KEY_TAB);
    ASSERT_EQ(widgets().focus(), name);
  }

  runtime::Context context_;
  std::vector<studio::Family> families_;
  OffscreenWindow window_;
};

TEST_F(Ease, EveryControlCanBeReachedByTab) {
  std::set<std::string> wanted;
  for (const ControlRect& control : widgets().controls()) {
    if (control.takes_keys) wanted.insert(control.name);
  }
  ASSERT_GT(wanted.size(), 20U);
  for (const bool back : {false, true}) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < wanted.size() + 3; ++i) {
      press(GLFW_KEY_TAB, back);
      seen.insert(widgets().focus());
    }
    EXPECT_EQ(seen, wanted);
  }
  press(GLFW_KEY_ESCAPE);
  EXPECT_TRUE(widgets().focus().empty());
}

TEST_F(Ease, KeysWorkOnWhatHasTheFocus) {
  focus_on("Steps");
  const int steps = state().request.picture.steps;
  press(GLFW_KEY_RIGHT);
  EXPECT_GT(state().request.picture.steps, steps);
  press(GLFW_KEY_LEFT);
  EXPECT_EQ(state().request.picture.steps, steps);
  for (int i = 0; i < 100; ++i) press_key(state(), GLFW_KEY_LEFT);
  advance();
  EXPECT_EQ(state().request.picture.steps, 1);

  focus_on("Sampler");
  const std::string sampler = state().request.picture.sampler;
  press(GLFW_KEY_DOWN);
  EXPECT_NE(state().request.picture.sampler, sampler);
  press(GLFW_KEY_UP);
  EXPECT_EQ(state().request.picture.sampler, sampler);

  focus_on("Seed: dice");
  const std::uint64_t seed = state().request.picture.seed;
  press(GLFW_KEY_ENTER);
  EXPECT_NE(state().request.picture.seed, seed);

  focus_on("Pause");
  press(GLFW_KEY_ENTER);
  EXPECT_TRUE(state().is_paused);
  EXPECT_EQ(widgets().focus(), "Go on") << "what is called otherwise now is still the one";
  press(GLFW_KEY_ENTER);
  EXPECT_FALSE(state().is_paused);

  const studio::Family* painter = state().players.painter().family;
  focus_on("model " + painter->name);
  press(GLFW_KEY_ENTER);
  EXPECT_EQ(state().players.painter().family, nullptr);
}

TEST_F(Ease, EveryControlSaysWhatItIs) {
  for (const bool has_help : {false, true}) {
    state().shows_help = has_help;
    state().shows_more_text_options = true;
    advance();
    advance();
    for (const ControlRect& control : widgets().controls()) {
      const bool is_of_stage = control.name.starts_with("part ") || control.name == "words" || control.name == "bars" ||
                               control.name == "strip" || control.name == "progress";
      EXPECT_TRUE(control.has_tooltip || is_of_stage) << control.name;
    }
  }
  for (const studio::Family& family : studio::shown_families()) {
    for (const studio::Control& control : family.controls) {
      EXPECT_FALSE(control.help.empty()) << family.name << "." << control.name;
    }
  }
}

/// How light the picture is on average, 0..255.
double lightness_of(const formats::Picture& picture) {
  double sum = 0;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 4) sum += picture.pixels[i];
  return sum / (static_cast<double>(picture.pixels.size()) / 4);
}

TEST_F(Ease, ThemesChangeTheWholeWindow) {
  const double dark = lightness_of(window_.draw());
  press(GLFW_KEY_F8);
  EXPECT_EQ(state().theme, Theme::light);
  const double light = lightness_of(window_.draw());
  press(GLFW_KEY_F8);
  EXPECT_EQ(state().theme, Theme::high_contrast);
  EXPECT_EQ(color::background, IM_COL32(0, 0, 0, 255));
  press(GLFW_KEY_F8);
  EXPECT_EQ(state().theme, Theme::dark);
  EXPECT_LT(dark, 90);
  EXPECT_GT(light, 160);
  EXPECT_NEAR(lightness_of(window_.draw()), dark, 12);
}

/// WCAG's contrast of two colours, 1..21.
double contrast(ImU32 a, ImU32 b) {
  const auto luminance = [](ImU32 color) {
    const ImVec4 value = ImGui::ColorConvertU32ToFloat4(color);
    const auto linear = [](float share) {
      return share <= 0.04045F ? static_cast<double>(share) / 12.92
                               : std::pow((static_cast<double>(share) + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(value.x) + 0.7152 * linear(value.y) + 0.0722 * linear(value.z);
  };
  const double first = luminance(a) + 0.05;
  const double second = luminance(b) + 0.05;
  return std::max(first, second) / std::min(first, second);
}

TEST(Themes, CanBeRead) {
  for (std::size_t i = 0; i < theme_names.size(); ++i) {
    const Palette& palette = palette_of(static_cast<Theme>(i));
    const double text = static_cast<Theme>(i) == Theme::high_contrast ? 7 : 4.5;  // WCAG's AAA and AA
    for (const ImU32 ground : {palette.background, palette.panel, palette.control, palette.popup, palette.selected}) {
      EXPECT_GE(contrast(palette.text, ground), text) << theme_names[i];
    }
    for (const ImU32 ground : {palette.background, palette.panel, palette.popup}) {
      EXPECT_GE(contrast(palette.dim, ground), text) << theme_names[i];
      EXPECT_GE(contrast(palette.accent, ground), 3) << theme_names[i];
      EXPECT_GE(contrast(palette.warning, ground), 3) << theme_names[i];
    }
    EXPECT_GE(contrast(palette.on_accent, palette.accent), 4.5) << theme_names[i];
    for (const ImU32 ground : palette.odds) EXPECT_GE(contrast(palette.text, ground), 4.5) << theme_names[i];
    for (const ImU32 line : palette.series) EXPECT_GE(contrast(line, palette.panel), 3) << theme_names[i];
  }
}

TEST_F(Ease, FourHintsAndNoMore) {
  state().hint = 0;
  for (int hint = 0; hint < 4; ++hint) {
    EXPECT_EQ(state().hint, hint);
    advance();
    advance();
    const Rect& area = state().layout.hint;
    EXPECT_GE(area.x, 0);
    EXPECT_LE(area.x + area.width, 1280);
    focus_on(hint < 3 ? "Next" : "Begin");
    press(GLFW_KEY_ENTER);
  }
  EXPECT_EQ(state().hint, -1);
  EXPECT_TRUE(state().has_seen_hints);
}

class SmallWindow : public Ease {
 protected:
  SmallWindow() : Ease(800, 600) {}
};

TEST_F(SmallWindow, HasRoomForAll) {
  for (const float zoom : {1.0F, 1.5F, 3.0F}) {
    state().zoom = zoom;
    window_.interface().follow_scale(1);
    state().shows_help = zoom < 2;
    state().hint = zoom < 2 ? -1 : 2;
    advance();
    advance();
    for (const Rect& area : {state().layout.help, state().layout.hint, state().layout.controls}) {
      EXPECT_GE(area.x, 0);
      EXPECT_LE(area.x + area.width, 800);
      EXPECT_LE(area.y + area.height, 600);
    }
    window_.draw();
  }
  EXPECT_GT(state().layout.stage.width, 0);
}

}  // namespace
}  // namespace figment::app
