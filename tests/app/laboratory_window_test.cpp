// The sampler laboratory in the window, driven by mouse and keys, on a network small enough for that.
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/capture.h"
#include "app/driven_window.h"
#include "studio/family.h"
#include "studio/laboratory_activity.h"
#include "studio/small_landscapes.h"

namespace figment::app {
namespace {

using nlohmann::json;

std::unique_ptr<studio::Activity> make_small(runtime::Context& context, const studio::Request& request) {
  return std::make_unique<studio::Awaited<studio::LaboratoryActivity>>(context, request, studio::small_network());
}

std::vector<studio::Family> laboratory_alone() {
  studio::Family family = studio::family_named("laboratory");
  family.make = make_small;
  return {family};
}

std::string progress(const json& state) {
  return state.contains("painter") ? state["painter"].value("progress", "") : "";
}

void bend_the_schedule(WindowDriver& driver) {
  driver.press("space");
  driver.wait_until("the schedule is there", [&](const json&) { return driver.find("part schedule").has_value(); });
  driver.drag("part schedule", {0.5, 0.3}, {0.4, 0.8});
  driver.wait_until("what was drawn is in the request",
                    [](const json& state) { return state.at("request").at("texts").contains("laboratory.drawn"); });
  driver.press("space");
}

void go_back(WindowDriver& driver) {
  driver.wait_until("the lanes are done", [](const json& state) {
    return progress(state).starts_with("reference") || progress(state).starts_with("step 6 of 6");
  });
  driver.click("progress", 0.5);
  driver.wait_until("it is paused half-way", [](const json& state) {
    return state.at("paused").get<bool>() && progress(state).starts_with("step 3 of 6");
  });
}

std::filesystem::path png_in(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".png") return entry.path();
  }
  return {};
}

void save_a_grid(WindowDriver& driver, const std::filesystem::path& folder) {
  driver.press("g");
  // Picture by picture, since a slow machine may take minutes for all.
  for (int made = 0; made < 40 && png_in(folder).empty(); ++made) {
    const bool goes_on = driver.wait_until("one more picture is made", [&](const json& state) {
      return !png_in(folder).empty() ||
             (progress(state).ends_with("pictures") && std::atoi(progress(state).c_str()) > made);
    });
    if (!goes_on) return;
  }
  driver.wait_until("the grid is saved", [&](const json&) { return !png_in(folder).empty(); });
  const std::filesystem::path sheet = png_in(folder);
  ASSERT_FALSE(sheet.empty());
  EXPECT_GT(formats::read_png(sheet).width, 1000);
  const studio::Request request = read_capture(sheet);
  EXPECT_EQ(request.numbers.at("laboratory.view"), static_cast<double>(studio::LaboratoryView::samplers));
  EXPECT_TRUE(request.texts.contains("laboratory.drawn"));
}

TEST(LaboratoryWindow, IsBentScrubbedAndSaved) {
  DrivenWindow window("laboratory");
  window.options.width = 1280;
  window.options.height = 900;
  window.options.request.picture.terrain = 2;
  for (const char* lane : {"1", "2", "3"}) {
    window.options.request.numbers["laboratory.steps" + std::string(lane)] = 6;
    window.options.request.numbers["laboratory.guidance" + std::string(lane)] = 1;
  }
  window.run(laboratory_alone(), [&](WindowDriver& driver) {
    const bool is_there = driver.wait_until("the lanes are there", [&](const json& state) {
      return !state.at("loading").get<bool>() && driver.find("part lane 3").has_value();
    });
    if (!is_there) return;
    bend_the_schedule(driver);
    go_back(driver);
    save_a_grid(driver, window.folder());
  });
}

}  // namespace
}  // namespace figment::app
