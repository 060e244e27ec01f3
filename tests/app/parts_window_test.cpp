#include <gtest/gtest.h>

#include "app/driven_window.h"
#include "app/fake_families.h"
#include "app/fake_parts.h"

namespace figment::app {
namespace {

using nlohmann::json;
using Phase = studio::PointerEvent::Phase;

bool has(const json& state, const std::string& name) {
  for (const auto& control : state.at("controls")) {
    if (control.at("name") == name) return true;
  }
  return false;
}

/// A drag as the activity should have been told: press, places on the way, release.
std::vector<studio::PointerEvent> take_drag(const std::string& part, bool is_secondary) {
  const auto events = PointerLog::instance().take();
  EXPECT_GE(events.size(), 3U) << part;
  if (events.empty()) return events;
  EXPECT_EQ(events.front().phase, Phase::press) << part;
  EXPECT_EQ(events.back().phase, Phase::release) << part;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].part, part);
    EXPECT_EQ(events[i].is_secondary, is_secondary);
    const bool is_on_the_way = i > 0 && i + 1 < events.size();
    EXPECT_EQ(events[i].phase == Phase::drag, is_on_the_way) << part;
  }
  return events;
}

void check_pen(WindowDriver& driver) {
  PointerLog::instance().take();
  for (const int button : {1, 3}) {
    driver.drag("part canvas", {0.2, 0.5}, {0.8, 0.5}, button);
    const auto events = take_drag("canvas", button == 3);
    EXPECT_GE(events.size(), 12U) << "every place of the mouse counts, also those within one frame";
    ASSERT_FALSE(events.empty());
    EXPECT_NEAR(events.front().x, 0.2, 0.03);
    EXPECT_NEAR(events.back().x, 0.8, 0.03);
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].item, 0);
      EXPECT_NEAR(events[i].y, 0.5, 0.03);
      EXPECT_GE(events[i].x, events[i == 0 ? 0 : i - 1].x);
    }
  }
  driver.drag("part canvas", {0.5, 0.9}, {0.5, 1.3});
  const auto events = take_drag("canvas", false);
  EXPECT_GT(events.back().y, 1.1) << "a stroke goes on outside";
}

void check_bars_and_points(WindowDriver& driver) {
  driver.drag("part code", {0.5, 0.5}, {0.5, 0.2});
  const auto bars = take_drag("code", false);
  EXPECT_NEAR(bars.front().item, 16, 1);
  EXPECT_EQ(bars.back().item, bars.front().item);
  EXPECT_LT(bars.back().y, bars.front().y);
  driver.drag("part map", {0.25, 0.75}, {0.75, 0.25});
  const auto points = take_drag("map", false);
  EXPECT_NEAR(points.front().x, 0.25, 0.03);
  EXPECT_NEAR(points.front().y, 0.75, 0.03);
  EXPECT_NEAR(points.back().x, 0.75, 0.03);
}

void check_controls(WindowDriver& driver) {
  const auto number = [](const json& state, const char* name) {
    return state.at("request").at("numbers").value(std::string("autoencoder.") + name, -1.0);
  };
  driver.click("Noise", 0.9);
  driver.wait_until("the slider counts", [&](const json& s) { return std::abs(number(s, "noise") - 0.9) < 0.03; });
  driver.click("Layer", 0.99);
  driver.wait_until("the whole number counts", [&](const json& s) { return number(s, "layer") == 6; });
  driver.click("Variant");
  driver.click("Variant: sparse");
  driver.wait_until("the choice counts", [&](const json& s) { return number(s, "variant") == 2; });
  driver.click("Walk", 0.1);
  driver.wait_until("the switch counts", [&](const json& s) { return number(s, "walk") == 1; });
  driver.click("Walk", 0.1);
  driver.wait_until("the switch goes back", [&](const json& s) { return number(s, "walk") == 0; });
  driver.click("Caption", 0.95);
  driver.press("End");
  driver.type(" 12");
  driver.wait_until("the text counts", [](const json& s) {
    return s.at("request").at("texts").value("autoencoder.caption", std::string()) == "two blue doves 12";
  });
  EXPECT_FALSE(driver.find("Sampler").has_value()) << "a family without a sampler shows none";
  EXPECT_FALSE(driver.find("Terrain").has_value());
  EXPECT_TRUE(driver.find("Pictures").has_value());
  driver.press("Escape");
}

void check_families(WindowDriver& driver) {
  driver.press("2");
  driver.wait_until("a digit shows the second family", [](const json& s) { return has(s, "part samples"); });
  PointerLog::instance().take();
  driver.drag("part samples", {0.01, 0.2}, {0.99, 0.2});
  const auto events = take_drag("samples", false);
  EXPECT_EQ(events.front().item, 0);
  EXPECT_EQ(events.back().item, 5) << "a drag passes from picture to picture";
  for (const char* part : {"part losses", "part distance", "part scores"}) {
    driver.move_to(part, 0.6, 0.5);  // values are read out under the mouse
    driver.look();
  }
  driver.drag("progress", {0.2, 0.5}, {0.7, 0.5});
  EXPECT_NEAR(take_drag("progress", false).back().x, 0.7, 0.03);
  WindowDriver::tool("keydown ctrl");
  driver.press("Tab");
  WindowDriver::tool("keyup ctrl");
  driver.wait_until("the next family is shown", [](const json& s) { return has(s, "part words"); });
  PointerLog::instance().take();
  driver.drag("part words", {0.02, 0.02}, {0.98, 0.98});
  const auto cells = take_drag("words", false);
  EXPECT_EQ(cells.front().item, 0);
  EXPECT_EQ(cells.back().item, 7 * 12 - 1);
}

void check_comparison(WindowDriver& driver) {
  driver.click("compare autoencoder");
  driver.wait_until("two stand side by side",
                    [](const json& s) { return has(s, "part words") && has(s, "part canvas beside"); });
  PointerLog::instance().take();
  driver.drag("part canvas beside", {0.3, 0.5}, {0.7, 0.5});
  take_drag("canvas", false);
  WindowDriver::tool_for_window("windowsize", "800 600");
  driver.wait_until("the window is small", [](const json& s) { return s.at("width") == 800; });
  driver.look();
  driver.click("close");
  driver.wait_until("one is left", [](const json& s) { return has(s, "part canvas") && !has(s, "part words"); });
}

TEST(Parts, AnswerToTheMouse) {
  DrivenWindow window("parts_test");
  window.options.model = "autoencoder";
  window.options.width = 1280;
  window.options.height = 800;
  window.run(fake_laboratories(), [](WindowDriver& driver) {
    if (!driver.wait_until("there are parts", [](const json& state) { return has(state, "part canvas"); })) return;
    check_pen(driver);
    check_bars_and_points(driver);
    check_controls(driver);
    check_families(driver);
    check_comparison(driver);
  });
}

}  // namespace
}  // namespace figment::app
