#include "studio/training_activity.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/files.h"
#include "data/composed.h"
#include "runtime/test_device.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

/// What everybody sees; families see a view that they may edit.
const View& seen(const Activity& activity) { return activity.view(); }

class TrainingActivityTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    options_.root = fs::temp_directory_path() / ("figment-runs-" + std::to_string(::getpid()));
    options_.batch = 4;
    options_.preview_seconds = 0;
    options_.row_seconds = 0;
  }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(options_.root, error);
    DeviceTest::TearDown();
  }

  /// Advances in frames of 5 ms until so many steps are done. The device is waited for between them, so that each gets
  /// on, however slow it is.
  void advance_to(TrainingActivity& activity, std::int64_t steps) {
    for (int frame = 0; frame < 20'000; ++frame) {
      ASSERT_EQ(seen(activity).error, "");
      const bool is_loaded = seen(activity).loading >= 1 && activity.trainer() != nullptr;
      if (is_loaded && activity.trainer()->steps_done() >= steps) return;
      activity.advance(5);
      device().wait_idle();
      if (frame > 200) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // files are written meanwhile
    }
    FAIL() << "it never came to step " << steps;
  }
  static const ViewPart* part(const TrainingActivity& activity, const std::string& name) {
    for (const ViewPart& one : seen(activity).parts) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }

  TrainingOptions options_;
};

TEST_F(TrainingActivityTest, SlicesAreTheSameStepsInEveryFamily) {
  for (const Family& family : families()) {
    if (family.make_task == nullptr || family.make == nullptr) continue;
    if (family.name == "latent_diffusion" && !data::has_emoji_font()) continue;
    SCOPED_TRACE(family.name);
    auto task = family.make_task("small");
    training::TrainSettings settings = task->defaults();
    settings.batch = 2;
    settings.minutes = 0;  // or the learning rate follows the clock
    settings.steps = 100;
    training::Trainer whole(context(), std::move(task), settings);
    settings.shown = 2;
    training::Trainer sliced(context(), family.make_task("small"), settings);
    for (int i = 0; i < 2; ++i) {
      whole.step();
      while (!sliced.advance(3)) {
      }
      EXPECT_TRUE(std::isfinite(sliced.loss()));
      // From a pool that still fills, batches differ from run to run.
      if (whole.task().progress() >= 1) {
        EXPECT_EQ(whole.loss(), sliced.loss());
        EXPECT_EQ(whole.gradient_norm(), sliced.gradient_norm());
      }
    }
    TrainingText text(context(), sliced.task());
    if (!text.is_empty()) {
      while (!text.advance(3)) {
      }
      text.take(2);
      EXPECT_EQ(text.texts().size(), 1U);
    }
    TrainingSamples samples(context(), sliced.task());
    if (samples.is_empty()) continue;
    while (!samples.advance(3)) {
    }
    samples.take(2);
    EXPECT_TRUE(samples.has_pictures() || !samples.guesses().empty());
    if (!samples.has_pictures()) continue;
    for (const float value : samples.history().back().pixels) ASSERT_TRUE(std::isfinite(value));
  }
}

TEST_F(TrainingActivityTest, ShowsAndKeepsARunThatGoesOn) {
  const Family& family = family_named("gan");
  fs::path folder;
  {
    TrainingActivity activity(context(), family, {}, options_);
    advance_to(activity, 3);
    folder = activity.folder();
    // The next picture of the samples comes when it is worth its time beside the steps.
    for (int frame = 0; frame < 2000 && part(activity, "history") == nullptr; ++frame) {
      activity.advance(5);
      device().wait_idle();
    }
    for (const char* name : {"samples", "Training data", "The generator now", "history", "loss", "scores", "norm"}) {
      ASSERT_NE(part(activity, name), nullptr) << name;
    }
    const auto& curves = std::get<CurvesView>(part(activity, "loss")->content);
    ASSERT_EQ(curves.lines.size(), 2U);
    EXPECT_EQ(curves.lines[0].label, "generator");
    EXPECT_GE(curves.x.size(), 3U);
    EXPECT_EQ(std::get<HistogramView>(part(activity, "scores")->content).sets.size(), 2U);
    EXPECT_EQ(seen(activity).pictures.count, 24);
    PointerEvent click;
    click.part = "history";
    click.item = 0;
    activity.point(click);
    EXPECT_EQ(part(activity, "history")->marked, 0);
    EXPECT_TRUE(part(activity, "samples")->note.starts_with("at step 0;"));
    activity.save_weights(true);
    EXPECT_LT(seen(activity).loading, 1);
    while (seen(activity).loading < 1) activity.advance(5);
    EXPECT_TRUE(activity.take_new_weights());
    EXPECT_FALSE(activity.take_new_weights());
    EXPECT_EQ(training::shipped_weights("gan"), folder / "weights.safetensors");
    training::choose_weights("gan", {});
    EXPECT_EQ(training::weight_metadata(folder / "weights.safetensors").at("model"), "gan");
  }
  EXPECT_TRUE(fs::exists(folder / "checkpoint.safetensors"));
  EXPECT_TRUE(fs::exists(folder / "settings.json"));
  EXPECT_FALSE(fs::is_empty(folder / "samples"));
  EXPECT_TRUE(core::read_text(folder / "curves.csv").starts_with("step,seconds,learning_rate,generator,discriminator"));

  Request request;
  request.numbers["train.gan.start"] = 2;
  TrainingActivity again(context(), family, request, options_);
  advance_to(again, 4);
  EXPECT_EQ(again.folder(), folder);
  EXPECT_GE(again.trainer()->steps_done(), 4);
  EXPECT_EQ(again.trainer()->settings().batch, 4);
}

TEST_F(TrainingActivityTest, TakesChangesUpAndSingleSteps) {
  Request request;
  TrainingActivity activity(context(), family_named("autoencoder"), request, options_);
  advance_to(activity, 2);
  request.numbers["train.autoencoder.learning_rate"] = 0.0005;
  activity.set_request(request);
  advance_to(activity, activity.trainer()->steps_done() + 2);
  EXPECT_FLOAT_EQ(activity.trainer()->settings().learning_rate, 0.0005F);
  request.numbers.erase("train.autoencoder.learning_rate");
  request.numbers["train.autoencoder.optimizer"] = 3;
  request.numbers["train.autoencoder.batch"] = 1;
  activity.set_request(request);
  advance_to(activity, activity.trainer()->steps_done() + 2);
  EXPECT_EQ(activity.trainer()->settings().optimizer, training::Optimizer::lion);
  EXPECT_EQ(activity.trainer()->settings().batch, 2);
  EXPECT_FLOAT_EQ(activity.trainer()->settings().learning_rate, 0.2F * 2e-3F);

  const std::int64_t before = activity.trainer()->steps_done();
  activity.single_step();
  EXPECT_LT(seen(activity).loading, 1) << "so that a paused window makes its slices";
  while (seen(activity).loading < 1) activity.advance(5);
  EXPECT_EQ(activity.trainer()->steps_done(), before + 1);

  const fs::path folder = activity.folder();
  activity.restart();
  advance_to(activity, 1);
  EXPECT_NE(activity.folder(), folder);
  EXPECT_LT(activity.trainer()->steps_done(), before);
  EXPECT_TRUE(fs::exists(folder / "checkpoint.safetensors")) << "the run before is kept";
}

TEST_F(TrainingActivityTest, NoRunToGoOnWithIsASentenceThatAnotherStartHeals) {
  Request request;
  request.numbers["train.autoencoder.start"] = 2;
  TrainingActivity activity(context(), family_named("autoencoder"), request, options_);
  for (int i = 0; i < 100 && seen(activity).error.empty(); ++i) activity.advance(5);
  EXPECT_NE(seen(activity).error.find("start from nothing"), std::string::npos);
  request.numbers["train.autoencoder.start"] = 0;
  activity.set_request(request);
  advance_to(activity, 1);
}

TEST(CurveHistory, JoinsNeighboursWhenItIsFull) {
  CurveHistory history({"a"}, 8);
  for (int i = 0; i < 64; ++i) history.add(i, std::vector<float>{static_cast<float>(i)});
  EXPECT_LE(history.steps().size(), 8U);
  EXPECT_EQ(history.steps().back(), 63);
  for (std::size_t i = 1; i < history.steps().size(); ++i) EXPECT_GT(history.values(0)[i], history.values(0)[i - 1]);
  const std::vector<float> smooth = history.smoothed(0, 0.9F);
  EXPECT_FLOAT_EQ(smooth.front(), history.values(0).front());
  EXPECT_LT(smooth.back(), history.values(0).back());
}

TEST(TrainingRun, CurvesSurviveAKillInTheMiddleOfALine) {
  const fs::path root = fs::temp_directory_path() / ("figment-run-" + std::to_string(::getpid()));
  const std::vector<std::string> names = {"step", "loss"};
  fs::path folder;
  {
    TrainingRun run(root, "gan");
    folder = run.folder();
    for (int i = 1; i <= 5; ++i) run.add_row(names, std::vector<double>{static_cast<double>(i), 0.5});
    run.write_settings({{"batch", "8"}});
  }
  std::ofstream(folder / "curves.csv", std::ios::app) << "6,0.";
  TrainingRun again(folder);
  EXPECT_EQ(again.read_settings().at("batch"), "8");
  EXPECT_EQ(again.read_rows(names, 4).size(), 4U);
  again.add_row(names, std::vector<double>{5, 0.25});
  const auto rows = again.read_rows(names, 100);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows.back()[1], 0.25);
  EXPECT_FALSE(TrainingRun::latest(root, "gan").has_value()) << "it has no checkpoint";
  fs::remove_all(root);
}

}  // namespace
}  // namespace figment::studio
