#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "app/fake_families.h"
#include "app/fake_parts.h"
#include "app/film/performance.h"
#include "app/film/stills.h"
#include "core/error.h"

namespace figment::app {
namespace {

constexpr int rate = 30;

OffscreenWindow::Options small_look() {
  OffscreenWindow::Options look;
  look.width = 1000;
  look.height = 600;
  look.frames_per_second = rate;
  return look;
}

runtime::ContextOptions with_validation() {
  runtime::ContextOptions options;
  options.device.validation = true;
  return options;
}

/// The last picture of a scene of so many frames.
formats::Picture film(const std::vector<studio::Family>& families, const char* name, int frames) {
  runtime::Context context(with_validation());
  formats::Picture last;
  {
    OffscreenWindow window(context, families, small_look());
    const auto family = std::ranges::find_if(families, [&](const studio::Family& one) { return one.name == name; });
    Performance performance(window, {&*family, scene_of(*family), frames}, {}, true);
    for (int frame = 0; frame < frames; ++frame) {
      performance.advance();
      if (frame % 8 == 0 || frame + 1 == frames) last = window.draw();
    }
  }
  for (const std::string& message : context.device().validation_messages()) ADD_FAILURE() << message;
  return last;
}

TEST(Film, ShowsTheWindowAndIsTheSameTwice) {
  PointerLog::instance().take();
  const std::vector<studio::Family> families = fake_laboratories();
  const formats::Picture first = film(families, "autoencoder", 60);
  const std::vector<studio::PointerEvent> events = PointerLog::instance().take();
  ASSERT_EQ(first.pixels.size(), 1000U * 600U * 4U);
  EXPECT_GT(*std::ranges::max_element(first.pixels), 200);
  // Its hand has drawn on the canvas, from the left edge of the digit to the right.
  ASSERT_GT(events.size(), 10U);
  EXPECT_EQ(events.front().part, "canvas");
  EXPECT_EQ(events.front().phase, studio::PointerEvent::Phase::press);
  EXPECT_TRUE(film(families, "autoencoder", 60).pixels == first.pixels);
}

TEST(Film, SaysWhatAFamilyLacks) { EXPECT_THROW(film(fake_families(), "broken", 2), core::Error); }

TEST(Film, ATourIsAsLongAsItWasToBe) {
  const std::vector<studio::Family>& families = studio::shown_families();
  for (const double seconds : {0.2, 3.0, 10.0, 61.0, 600.0}) {
    const int frames = std::max(1, static_cast<int>(seconds * rate));
    const std::vector<PlannedScene> plan = plan_tour(families, seconds, frames);
    ASSERT_FALSE(plan.empty());
    EXPECT_EQ(std::accumulate(plan.begin(), plan.end(), 0,
                              [](int sum, const PlannedScene& planned) { return sum + planned.frames; }),
              frames);
    EXPECT_EQ(plan.front().family->name, "diffusion");
    if (seconds > 60) {
      EXPECT_EQ(plan.size(), families.size());
    }
  }
}

TEST(Film, TheHandWaitsForWhatIsNotThere) {
  constexpr std::array steps{MouseStep{0.5F, "a", 0.5F, 0.5F}, MouseStep{0.5F, "a", 1, 0.5F, true}};
  Hand hand(steps, 1);
  for (int i = 0; i < 5; ++i) hand.advance(0.1F, {});
  EXPECT_FALSE(hand.is_shown());
  const std::vector<ControlRect> controls{{"a", {100, 100}, {200, 200}, {0, 0}, {400, 400}}};
  for (int i = 0; i < 6; ++i) hand.advance(0.1F, controls);  // one of them for the button
  EXPECT_TRUE(hand.is_pressed());
  EXPECT_FLOAT_EQ(hand.at().x, 200);
  for (int i = 0; i < 8; ++i) hand.advance(0.1F, controls);
  EXPECT_FALSE(hand.is_shown());
}

TEST(Film, ShrinksByMeans) {
  const formats::Picture picture{4, 4, 3, std::vector<std::uint8_t>(48, 10)};
  formats::Picture half = picture;
  for (int c = 0; c < 3; ++c) half.pixels[static_cast<std::size_t>(c)] = 50;
  const formats::Picture small = shrunk(half, 2);
  EXPECT_EQ(small.pixels[0], 20);
  EXPECT_EQ(small.pixels[3], 10);
}

}  // namespace
}  // namespace figment::app
