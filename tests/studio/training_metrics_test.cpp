#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "core/files.h"
#include "data/composed.h"
#include "runtime/test_device.h"
#include "studio/training_activity.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

const View& seen(const Activity& activity) { return activity.view(); }

training::Trainer make_trainer(runtime::Context& context, const Family& family) {
  auto task = family.make_task("small");
  training::TrainSettings settings = task->defaults();
  settings.batch = 2;
  settings.minutes = 0;
  settings.steps = 100;
  settings.shown = 2;
  return training::Trainer(context, std::move(task), settings);
}

std::vector<float> measured(TrainingMeasures& measures, bool with_pictures) {
  measures.begin(with_pictures);
  while (!measures.advance(20)) {
  }
  return measures.values();
}

std::size_t losses_of(const training::Trainer& trainer) { return std::max<std::size_t>(trainer.loss_count(), 1); }

class TrainingMetricsTest : public runtime::DeviceTest {
 protected:
  void SetUp() override {
    DeviceTest::SetUp();
    options_.root = fs::temp_directory_path() / ("figment-metrics-" + std::to_string(::getpid()));
    options_.batch = 4;
    options_.preview_seconds = 3600;
    options_.row_seconds = 0;
    options_.measure_share = 1e9;
    options_.measured_pictures = 1;
  }
  void TearDown() override {
    std::error_code error;
    fs::remove_all(options_.root, error);
    DeviceTest::TearDown();
  }
  void advance_until(TrainingActivity& activity, const std::function<bool()>& holds) {
    for (int frame = 0; frame < 40'000; ++frame) {
      ASSERT_EQ(seen(activity).error, "");
      if (seen(activity).loading >= 1 && activity.trainer() != nullptr && holds()) return;
      activity.advance(5);
      device().wait_idle();
      if (frame > 1000) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    FAIL() << "it never came to pass";
  }
  void advance_to(TrainingActivity& activity, std::int64_t steps) {
    advance_until(activity, [&] { return activity.trainer()->steps_done() >= steps; });
  }
  static const ViewPart* part(const TrainingActivity& activity, const std::string& name) {
    for (const ViewPart& one : seen(activity).parts) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }

  TrainingOptions options_;
};

TEST_F(TrainingMetricsTest, EveryFamilyHasALossOfUnseenDataThatRepeats) {
  for (const Family& family : families()) {
    if (family.make_task == nullptr || family.make == nullptr) continue;
    if (family.name == "latent_diffusion" && !data::has_emoji_font()) continue;
    SCOPED_TRACE(family.name);
    training::Trainer trainer = make_trainer(context(), family);
    TrainingMeasures measures(context(), trainer, {2, 1});
    const std::vector<float> first = measured(measures, false);
    const std::vector<float> second = measured(measures, false);
    ASSERT_EQ(first.size(), TrainingMeasures::names(trainer).size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      if (i >= losses_of(trainer)) {
        EXPECT_TRUE(std::isnan(first[i]));
      } else {
        EXPECT_TRUE(std::isfinite(first[i]));
        EXPECT_EQ(first[i], second[i]) << TrainingMeasures::names(trainer)[i];
      }
    }
    trainer.step();
    EXPECT_NE(measured(measures, false)[0], first[0]) << "another network has another loss";
  }
}

TEST_F(TrainingMetricsTest, PicturesAreHeldAgainstUnseenOnes) {
  for (const char* name : {"gan", "cgan", "vae", "autoencoder", "flow", "pixelcnn", "diffusion", "flow_matching",
                           "sketch", "latent_diffusion"}) {
    if (std::string(name) == "latent_diffusion" && !data::has_emoji_font()) continue;
    SCOPED_TRACE(name);
    training::Trainer trainer = make_trainer(context(), family_named(name));
    TrainingMeasures measures(context(), trainer, {2, 1});
    ASSERT_TRUE(measures.has_pictures());
    const std::vector<float> values = measured(measures, true);
    const std::size_t at = values.size() - 3;
    EXPECT_TRUE(std::isfinite(values[at]));
    EXPECT_GT(values[at], 0);
    for (const std::size_t share : {at + 1, at + 2}) {
      EXPECT_GE(values[share], 0);
      EXPECT_LE(values[share], 1);
    }
    if (std::string(name) != "gan") continue;
    EXPECT_EQ(measured(measures, true), values) << "always of the same noise";
    training::load_weights(training::shipped_weights("gan"), trainer.task().average());
    context().upload(trainer.task().average().flat(), trainer.task().average().flat()->initial);
    const std::vector<float> learned = measured(measures, true);
    EXPECT_LT(learned[at], 0.5F * values[at]) << "a network that has learned is closer to what is real";
    EXPECT_GT(learned[at + 1] + learned[at + 2], values[at + 1] + values[at + 2]);
  }
}

TEST_F(TrainingMetricsTest, ARunKeepsAndShowsWhatWasMeasured) {
  Request request;
  request.numbers["train.cgan.measure_every"] = 1;
  TrainingActivity activity(context(), family_named("cgan"), request, options_);
  advance_until(activity, [&] { return part(activity, "frechet") != nullptr; });
  EXPECT_GE(activity.trainer()->steps_done(), 25);
  for (const char* name : {"validation", "frechet", "precision", "metric score"}) {
    ASSERT_NE(part(activity, name), nullptr) << name;
  }
  EXPECT_EQ(std::get<CurvesView>(part(activity, "validation")->content).x, std::vector<float>{25});
  const RunCurves curves = TrainingRun::read_curves(activity.folder());
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(curves.names.begin(), curves.names.end(), name) - curves.names.begin());
  };
  for (const char* name : {"real score", "made score", "validation generator", "validation discriminator",
                           "frechet distance", "precision", "recall"}) {
    ASSERT_LT(column(name), curves.names.size()) << name;
  }
  for (const std::vector<double>& row : curves.rows) {
    EXPECT_EQ(std::isfinite(row[column("frechet distance")]), row[0] == 25);
    EXPECT_TRUE(std::isfinite(row[column("real score")]));
  }
  EXPECT_GE(curves.rows.back()[0], 25);
  request.numbers["train.cgan.measure_every"] = 0;
  activity.set_request(request);
  advance_to(activity, 51);
  EXPECT_EQ(std::get<CurvesView>(part(activity, "frechet")->content).x.size(), 1U) << "off";
}

TEST_F(TrainingMetricsTest, LayersAreMeasuredWhileTheyAreShown) {
  Request request;
  request.numbers["train.vae.measure_every"] = 0;
  TrainingActivity activity(context(), family_named("vae"), request, options_);
  advance_to(activity, 1);
  EXPECT_EQ(activity.trainer()->layers(), nullptr) << "what is not on show costs nothing";
  request.numbers["train.vae.show"] = 1;
  activity.set_request(request);
  advance_until(activity, [&] { return part(activity, "layer gradients") != nullptr; });
  const training::LayerWatch* layers = activity.trainer()->layers();
  ASSERT_NE(layers, nullptr);
  EXPECT_LE(layers->names().size(), training::LayerWatch::layers_most);
  double gradient = 0;
  for (const float norm : layers->gradients()) gradient += static_cast<double>(norm) * static_cast<double>(norm);
  EXPECT_NEAR(std::sqrt(gradient) / static_cast<double>(activity.trainer()->gradient_norm()), 1, 1e-4);
  for (const char* name : {"layer weights", "layer changes"}) ASSERT_NE(part(activity, name), nullptr) << name;
  const auto& map = std::get<HeatMapView>(part(activity, "layer weights")->content);
  EXPECT_EQ(map.row_labels, layers->names());
  EXPECT_EQ(part(activity, "samples"), nullptr);
  request.numbers["train.vae.show"] = 0;
  activity.set_request(request);
  advance_until(activity, [&] { return activity.trainer()->layers() == nullptr; });
}

TEST_F(TrainingMetricsTest, NormsOfLayersAreThoseOfTheirWeights) {
  training::Trainer trainer = make_trainer(context(), family_named("autoencoder"));
  trainer.watch_layers(true);
  nn::ParameterList& parameters = trainer.task().parameters();
  const std::vector<float> before = parameters.flat()->initial;
  trainer.step();
  const std::vector<float> after = context().download(parameters.flat()).floats;
  std::vector<std::string> paths;
  for (const nn::Variable& one : parameters.all()) paths.push_back(one->name);
  const training::LayerWatch& layers = *trainer.layers();
  ASSERT_EQ(layers.names(), training::layer_names(paths, training::LayerWatch::layers_most));
  for (std::size_t layer = 0; layer < layers.names().size(); ++layer) {
    double weights = 0;
    double changes = 0;
    for (const nn::Variable& one : parameters.all()) {
      if (!one->name.starts_with(layers.names()[layer] + ".")) continue;
      for (std::int64_t i = 0; i < one->type.shape.count(); ++i) {
        const auto at = static_cast<std::size_t>(one->offset + i);
        weights += std::pow(static_cast<double>(after[at]), 2);
        changes += std::pow(static_cast<double>(after[at]) - static_cast<double>(before[at]), 2);
      }
    }
    EXPECT_NEAR(layers.weights()[layer], std::sqrt(weights), 1e-4 * std::sqrt(weights) + 1e-6);
    EXPECT_NEAR(layers.changes()[layer], std::sqrt(changes), 1e-3 * std::sqrt(changes) + 1e-6);
  }
}

TEST(LayerWatch, NamesLayersByPathsThatAreShortEnough) {
  const std::vector<std::string> paths = {"a.x.one.weight", "a.x.one.bias", "a.x.two.weight", "a.y.weight", "b.weight"};
  EXPECT_EQ(training::layer_names(paths, 9), (std::vector<std::string>{"a.x.one", "a.x.two", "a.y", "b"}));
  EXPECT_EQ(training::layer_names(paths, 3), (std::vector<std::string>{"a.x", "a.y", "b"}));
  EXPECT_EQ(training::layer_names(paths, 1), (std::vector<std::string>{"a", "b"}));
}

TEST_F(TrainingMetricsTest, AnEarlierRunIsDrawnInTheSamePlots) {
  Request request;
  request.numbers["train.autoencoder.measure_every"] = 0;
  fs::path folder;
  {
    TrainingActivity earlier(context(), family_named("autoencoder"), request, options_);
    advance_to(earlier, 5);
    folder = earlier.folder();
  }
  request.numbers["train.autoencoder.batch"] = 1;
  request.numbers["train.autoencoder.compare"] = 1;
  TrainingActivity activity(context(), family_named("autoencoder"), request, options_);
  advance_to(activity, 3);
  ASSERT_NE(part(activity, "loss"), nullptr);
  const auto& curves = std::get<CurvesView>(part(activity, "loss")->content);
  ASSERT_EQ(curves.lines.size(), 4U);
  EXPECT_TRUE(curves.lines[2].label.starts_with(earlier_label));
  EXPECT_GE(curves.x.back(), 5) << "the axis has room for all of it";
  EXPECT_TRUE(std::isfinite(curves.lines[2].values.back()));
  EXPECT_TRUE(std::isnan(curves.lines[0].values.back())) << "this run has not come so far";
  EXPECT_NE(std::as_const(activity).view().sentence.find("batch 4, not 2"), std::string::npos)
      << std::as_const(activity).view().sentence;
  EXPECT_NE(std::as_const(activity).view().sentence.find(run_label(folder)), std::string::npos);
  request.numbers.erase("train.autoencoder.compare");
  activity.set_request(request);
  EXPECT_EQ(std::get<CurvesView>(part(activity, "loss")->content).lines.size(), 2U);
}

TEST_F(TrainingMetricsTest, TheStripIsScrubbedByADrag) {
  Request request;
  request.numbers["train.gan.measure_every"] = 0;
  options_.preview_seconds = 0;
  TrainingActivity activity(context(), family_named("gan"), request, options_);
  advance_until(activity, [&] { return part(activity, "history") != nullptr; });
  PointerEvent event;
  event.part = "history";
  event.item = 1;
  activity.point(event);
  EXPECT_EQ(part(activity, "history")->marked, 1);
  event.phase = PointerEvent::Phase::drag;
  activity.point(event);
  EXPECT_EQ(part(activity, "history")->marked, 1) << "a drag within a stage keeps it";
  event.item = 0;
  activity.point(event);
  EXPECT_EQ(part(activity, "history")->marked, 0);
  event.phase = PointerEvent::Phase::release;
  activity.point(event);
  EXPECT_EQ(part(activity, "history")->marked, 0);
}

TEST(TrainingRun, CurvesOfOtherColumnsAreTakenByTheirNames) {
  const fs::path root = fs::temp_directory_path() / ("figment-columns-" + std::to_string(::getpid()));
  const fs::path folder = root / "gan-2026-03-04-050607";
  core::write_atomically(folder / "curves.csv",
                         std::string_view("step,seconds,loss\n1,0.5,3\n2,1,\nx,1,2\n3,1.5,1\n4,2"));
  const RunCurves curves = TrainingRun::read_curves(folder);
  ASSERT_EQ(curves.rows.size(), 3U) << "neither the line without a step nor the one cut short";
  EXPECT_TRUE(std::isnan(curves.rows[1][2]));
  EXPECT_EQ(TrainingRun::all(root, "gan"), std::vector<fs::path>{folder});
  EXPECT_TRUE(TrainingRun::all(root, "ga").empty());
  EXPECT_EQ(run_label(folder), "4 Mar, 05:06:07");
  TrainingRun run(folder);
  const std::vector<std::string> names = {"step", "loss", "precision"};
  const auto rows = run.read_rows(names, 2);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0][1], 3);
  EXPECT_TRUE(std::isnan(rows[0][2]));
  EXPECT_EQ(core::read_text(folder / "curves.csv"), "step,loss,precision\n1,3,\n2,,\n");
  EXPECT_TRUE(TrainingRun::read_curves(root).rows.empty());
  fs::remove_all(root);
}

TEST(ComparedRun, BringsCurvesOntoAnotherAxis) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values = on_axis({1, 2, 4}, {10, none, 40}, {0, 1, 2, 3, 4, 5});
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], 10);
  EXPECT_FLOAT_EQ(values[2], 20);
  EXPECT_FLOAT_EQ(values[3], 30);
  EXPECT_EQ(values[4], 40);
  EXPECT_TRUE(std::isnan(values[5]));
}

}  // namespace
}  // namespace figment::studio
