#include <cmath>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/edges.h"
#include "runtime/test_device.h"
#include "studio/evaluate_sketch.h"
#include "studio/sketch_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

class SketchTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    runtime::DeviceTest::SetUp();
    if (!std::filesystem::exists(training::shipped_weights("sketch"))) GTEST_SKIP() << "no weights";
  }

  static Request request(double paper) {
    Request made;
    made.picture.count = 2;
    made.numbers["sketch.paper"] = paper;
    return made;
  }

  void finish(Activity& activity) {
    finish_loading(activity);
    work(activity, [&] { return activity.is_finished(); });
  }

  template <typename Condition>
  void work(Activity& activity, Condition condition) {
    for (int i = 0; i < 20000 && !condition(); ++i) {
      activity.advance(1e3);
      device().wait_idle();
      ASSERT_EQ(activity.view().error, "");
    }
    EXPECT_TRUE(condition());
  }

  const ViewPart& part(const Activity& activity, const std::string& name) {
    for (const ViewPart& one : activity.view().parts) {
      if (one.name == name) return one;
    }
    throw core::Error("there is no part " + name);
  }

  std::vector<float> pixels(const PictureView& view) {
    std::vector<float> values(static_cast<std::size_t>(view.count * view.width * view.height * 3));
    gpu::download(device(), *view.memory.owner, std::as_writable_bytes(std::span(values)), view.memory.offset);
    return values;
  }
  std::vector<float> pixels_of(const Activity& activity, const std::string& name) {
    return pixels(std::get<PictureView>(part(activity, name).content));
  }

  static void draw(Activity& activity, std::initializer_list<data::Point> points, bool is_secondary = false) {
    PointerEvent event;
    event.part = "paper";
    event.is_secondary = is_secondary;
    for (const data::Point point : points) {
      event.x = point.x;
      event.y = point.y;
      activity.point(event);
      event.phase = PointerEvent::Phase::drag;
    }
    event.phase = PointerEvent::Phase::release;
    activity.point(event);
  }
};

double difference(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(std::abs(a[i] - b[i]));
  return sum / static_cast<double>(a.size());
}

TEST_F(SketchTest, StrokesChangeThePaintingAndTheRubberTakesThemBack) {
  SketchActivity sketch(context(), request(2));
  Activity& activity = sketch;
  finish(activity);
  const std::vector<float> empty = pixels_of(activity, "painting");
  const std::vector<float> paper = pixels_of(activity, "paper");
  for (const float value : paper) ASSERT_GT(value, 0.8F);
  draw(activity, {{0.05F, 0.6F}, {0.3F, 0.4F}, {0.6F, 0.65F}, {0.95F, 0.5F}});
  EXPECT_FALSE(activity.is_finished());
  work(activity, [&] { return activity.is_finished(); });
  EXPECT_GT(difference(pixels_of(activity, "painting"), empty), 0.01);
  EXPECT_GT(difference(pixels_of(activity, "paper"), paper), 0.005);
  EXPECT_EQ(activity.view().progress, "1 stroke");
  for (float x = 0; x < 1.05F; x += 0.02F) {
    for (float y = 0.3F; y < 0.75F; y += 0.06F) draw(activity, {{x, y}}, true);
  }
  work(activity, [&] { return activity.is_finished(); });
  EXPECT_EQ(pixels_of(activity, "painting"), empty);
}

TEST_F(SketchTest, TheMouseChoosesTheTimeOfDay) {
  SketchActivity sketch(context(), request(1));
  Activity& activity = sketch;
  finish(activity);
  const std::vector<float> times = pixels_of(activity, "times");
  ASSERT_EQ(times.size(), 4 * 64 * 64 * 3U);
  EXPECT_EQ(part(activity, "times").marked, 0);
  PointerEvent event;
  event.part = "times";
  event.item = 3;
  activity.point(event);
  work(activity, [&] { return activity.is_finished(); });
  EXPECT_EQ(part(activity, "times").marked, 3);
  const std::vector<float> night(times.begin() + 3 * 64 * 64 * 3, times.end());
  EXPECT_LT(difference(pixels_of(activity, "painting"), night), 1e-4);
  EXPECT_GT(difference(night, {times.begin(), times.begin() + 64 * 64 * 3}), 0.1);
}

TEST_F(SketchTest, DrawsItselfToTheSameEnd) {
  SketchActivity first(context(), request(0));
  SketchActivity second(context(), request(1));
  Activity& slowly = first;
  Activity& at_once = second;
  finish(slowly);
  finish(at_once);
  EXPECT_LT(difference(pixels(slowly.view().pictures), pixels(at_once.view().pictures)), 1e-5);
  EXPECT_EQ(slowly.view().progress, at_once.view().progress);
}

TEST_F(SketchTest, InputsArePaintedInSeveralLights) {
  SketchActivity sketch(context(), request(0));
  Activity& activity = sketch;
  formats::Picture paper{200, 120, 1, std::vector<std::uint8_t>(200 * 120, 255)};
  EXPECT_THROW(activity.set_input(paper, {}), core::Error);
  for (int x = 0; x < 200; ++x) {
    for (int y = 60; y < 63; ++y) paper.pixels[static_cast<std::size_t>(y * 200 + x)] = 0;
  }
  activity.set_input(paper, {});
  finish(activity);
  EXPECT_EQ(activity.view().progress, "1 stroke");
  const std::vector<float> made = pixels(activity.view().pictures);
  ASSERT_EQ(made.size(), 2 * 64 * 64 * 3U);
  EXPECT_GT(difference({made.begin(), made.begin() + 64 * 64 * 3}, {made.begin() + 64 * 64 * 3, made.end()}), 0.05);
}

TEST_F(SketchTest, EvaluationSaysHowWellLinesAreKept) {
  EvaluationOptions options;
  options.count = 12;
  const Evaluation evaluation = evaluate_sketch(context(), options, {});
  const auto numbers = nlohmann::json::parse(evaluation.json);
  ASSERT_EQ(numbers["ways"].size(), 3U);
  EXPECT_GT(numbers["ways"][0]["f1"].get<double>(), numbers["ways"][0]["f1_of_another_drawing"].get<double>());
  EXPECT_GT(evaluation.sheet.width, 0);
  options.data = "somewhere";
  EXPECT_THROW(evaluate_sketch(context(), options, {}), core::Error);
}

}  // namespace
}  // namespace figment::studio
