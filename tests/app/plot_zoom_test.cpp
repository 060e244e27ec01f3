#include "app/parts/plot_zoom.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/fake_families.h"
#include "app/fake_parts.h"
#include "app/film/offscreen_window.h"

namespace figment::app {
namespace {

TEST(PlotZoom, TheWheelZoomsAboutTheMouse) {
  const PlotRange whole{0, 100};
  const PlotRange closer = zoomed(whole, whole, 0.25F, 2);
  EXPECT_LT(closer.width(), 65);
  EXPECT_NEAR(closer.left + 0.25F * closer.width(), 25, 1e-3);
  const PlotRange back = zoomed(closer, whole, 0.25F, -2);
  EXPECT_NEAR(back.left, 0, 1e-3);
  EXPECT_NEAR(back.right, 100, 1e-3);
  EXPECT_EQ(zoomed(whole, whole, 0.5F, -3).width(), 100) << "there is no more than all";
  EXPECT_GT(zoomed(whole, whole, 0.5F, 1000).width(), 0.1F) << "nor closer than one can see";
}

TEST(PlotZoom, ADragStaysWithinTheWhole) {
  const PlotRange whole{0, 100};
  const PlotRange moved = panned({40, 60}, whole, 0.5F);
  EXPECT_FLOAT_EQ(moved.left, 30);
  EXPECT_FLOAT_EQ(moved.right, 50);
  EXPECT_FLOAT_EQ(panned({40, 60}, whole, 100).left, 0);
  EXPECT_FLOAT_EQ(panned({40, 60}, whole, -100).right, 100);
}

class ZoomedWindow {
 public:
  explicit ZoomedWindow(runtime::Context& context) : families_(fake_laboratories()) {
    OffscreenWindow::Options look;
    look.width = 1000;
    look.height = 700;
    window_ = std::make_unique<OffscreenWindow>(context, families_, look);
    const auto gan = std::ranges::find_if(families_, [](const studio::Family& one) { return one.name == "gan"; });
    window_->interface().state().actions.select = &*gan;
    for (int i = 0; i < 5; ++i) frame({2, 2}, false);
  }
  void frame(ImVec2 mouse, bool is_pressed, float wheel = 0) {
    OffscreenWindow::Frame next;
    next.has_mouse = true;
    next.mouse = mouse;
    next.is_pressed = is_pressed;
    next.wheel = wheel;
    window_->advance(next);
  }
  /// With the mouse out of the way, so that nothing is read out.
  std::vector<std::uint8_t> look() {
    for (int i = 0; i < 3; ++i) frame({2, 2}, false);
    return window_->draw().pixels;
  }
  Rect place(const std::string& name) {
    for (const ControlRect& one : window_->interface().widgets().controls()) {
      if (one.name == name) return {one.min.x, one.min.y, one.max.x - one.min.x, one.max.y - one.min.y};
    }
    ADD_FAILURE() << "there is no " << name;
    return {};
  }

 private:
  std::vector<studio::Family> families_;
  std::unique_ptr<OffscreenWindow> window_;
};

TEST(PlotZoom, PlotsOnTheStageZoomPanAndComeBack) {
  runtime::ContextOptions options;
  options.device.validation = true;
  runtime::Context context(options);
  {
    ZoomedWindow window(context);
    const Rect plot = window.place("part losses");
    const ImVec2 middle(plot.x + 0.6F * plot.width, plot.y + 0.5F * plot.height);
    const auto all = window.look();
    window.frame(middle, false);
    window.frame(middle, false, 3);
    const auto zoomed = window.look();
    EXPECT_TRUE(zoomed != all);
    window.frame(middle, false);
    window.frame(middle, true);
    window.frame({middle.x - 60, middle.y}, true);
    window.frame({middle.x - 60, middle.y}, false);
    const auto moved = window.look();
    EXPECT_TRUE(moved != zoomed);
    for (const bool is_pressed : {false, true, false, true, false}) window.frame(middle, is_pressed);
    EXPECT_TRUE(window.look() == all) << "a double click shows all";
  }
  for (const std::string& message : context.device().validation_messages()) ADD_FAILURE() << message;
}

}  // namespace
}  // namespace figment::app
