// Step tables of every sampler, schedule, noise process and prediction.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "core/error.h"
#include "sampling/sampler.h"

namespace figment::sampling {
namespace {

void expect_good(const Sampler& sampler, const StepTable& table, int steps, const std::string& what) {
  const bool two = sampler.evaluations_per_step == 2;
  ASSERT_EQ(table.rows.size(), static_cast<std::size_t>(two ? 2 * steps - 1 : steps)) << what;
  EXPECT_EQ(table.steps, steps);
  EXPECT_EQ(table.step_of_row(static_cast<int>(table.rows.size()) - 1), steps - 1) << what;
  EXPECT_GT(table.initial_scale, 0.9f) << what;
  EXPECT_LE(table.initial_scale, 1.0f) << what;
  const std::span<const float> floats = table.floats();
  ASSERT_EQ(floats.size(), 24 * table.rows.size());
  for (const float value : floats) ASSERT_TRUE(std::isfinite(value)) << what;
  for (std::size_t row = 0; row < table.rows.size(); ++row) EXPECT_EQ(table.rows[row].slot, row % 3) << what;
  EXPECT_EQ(table.rows.back().c_n, 0) << what << ": the last step must not add noise";
  // History before the first rows does not exist, and the first row has no saved state.
  EXPECT_EQ(table.rows.front().c_y, 0) << what;
  EXPECT_EQ(table.rows.front().s_y, 0) << what;
  for (std::size_t row = 0; row < std::min<std::size_t>(table.rows.size(), 3); ++row) {
    for (std::size_t j = row + 1; j < 4; ++j) {
      EXPECT_EQ(table.rows[row].c_m[j], 0) << what;
      EXPECT_EQ(table.rows[row].s_m[j], 0) << what;
    }
  }
}

TEST(StepTable, IsFiniteAndWellFormedForEveryCombination) {
  for (const NoiseProcessInfo& process_info : noise_processes()) {
    const NoiseProcess process = process_info.make();
    const SamplerOptions options{.process = &process};
    for (const Schedule& schedule : schedules()) {
      for (int steps = 1; steps <= 50; ++steps) {
        const std::vector<SchedulePoint> points = make_schedule(schedule, process, steps);
        for (const Sampler& sampler : samplers()) {
          for (const PredictionInfo& prediction : predictions()) {
            const std::string what = std::string(sampler.name) + ' ' + std::string(schedule.name) + ' ' +
                                     std::string(process_info.name) + ' ' + std::string(prediction.name) + ' ' +
                                     std::to_string(steps);
            expect_good(sampler, make_step_table(sampler, points, prediction.prediction, options), steps, what);
          }
        }
      }
    }
  }
}

// A network that always says "the picture is 0.5" must give that picture, whatever the sampler: it shows that the
// weights are consistent and, with NaN in all that was never written, that nothing uninitialised is read.
TEST(StepTable, AConstantPictureIsReachedExactly) {
  constexpr float picture = 0.5f;
  for (const NoiseProcessInfo& process_info : noise_processes()) {
    const NoiseProcess process = process_info.make();
    for (const Schedule& schedule : schedules()) {
      for (const int steps : {1, 2, 3, 4, 7, 30}) {
        const std::vector<SchedulePoint> points = make_schedule(schedule, process, steps);
        for (const Sampler& sampler : samplers()) {
          for (int order = 1; order <= sampler.max_order; ++order) {
            const StepTable table =
                make_step_table(sampler, points, Prediction::v, {.order = order, .process = &process});
            StepState state(1);
            state.x[0] = 0.9f * table.initial_scale;
            state.y[0] = std::numeric_limits<float>::quiet_NaN();
            for (std::vector<float>& buffer : state.history) buffer[0] = std::numeric_limits<float>::quiet_NaN();
            float preview = 0;
            for (const StepCoefficients& row : table.rows) {
              const double noise = (state.x[0] - row.alpha * picture) / row.sigma;
              const auto output = static_cast<float>(exact_output(Prediction::v, picture, noise, row.alpha, row.sigma));
              const float fresh = 0.3f;
              apply_step(row, state, {&output, 1}, {&fresh, 1}, {&preview, 1});
              // float32 keeps about 1e-7 of x, and x0 = x / alpha where noise is predicted from it.
              EXPECT_NEAR(preview, picture, 2e-3) << sampler.name;
            }
            EXPECT_NEAR(state.x[0], picture, 2e-3) << sampler.name << ' ' << schedule.name << ' ' << process_info.name
                                                   << ' ' << steps << " order " << order;
          }
        }
      }
    }
  }
}

TEST(StepTable, CarriesGuidanceAndClip) {
  const NoiseProcess process = NoiseProcess::cosine();
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("linear"), process, 5);
  for (const Sampler& sampler : samplers()) {
    const bool is_in_noise = sampler.name == "lms" || sampler.name == "deis";
    for (const StepCoefficients& row :
         make_step_table(sampler, points, Prediction::x0, {.guidance = 3, .clip = 1, .process = &process}).rows) {
      EXPECT_EQ(row.guidance, 3);
      EXPECT_EQ(row.clip, is_in_noise ? 0 : 1) << sampler.name;
    }
  }
  StepState state(2);
  StepCoefficients row;
  row.a_f = 1;
  row.c_m[0] = 1;
  row.clip = 1;
  const float output[2] = {3, -0.5f};
  apply_step(row, state, output);
  EXPECT_EQ(state.x, (std::vector<float>{1, -0.5f}));
  std::vector<float> guided(2);
  guide(3, std::vector<float>{1, 2}, std::vector<float>{2, 0}, guided);
  EXPECT_EQ(guided, (std::vector<float>{4, -4}));
}

TEST(StepTable, HistoryIsARing) {
  StepState state(1);
  StepCoefficients row;
  row.a_f = 1;
  row.c_m[3] = 1;
  row.c_m[1] = 100;
  for (int number = 0; number < 6; ++number) {
    row.slot = static_cast<float>(number % 3);
    const auto output = static_cast<float>(number + 1);
    apply_step(row, state, {&output, 1});
    const float m_1 = static_cast<float>(std::max(number, 0));
    const float m_3 = static_cast<float>(std::max(number - 2, 0));
    EXPECT_EQ(state.x[0], 100 * m_1 + m_3) << number;
  }
}

TEST(StepTable, RefusesWhatCannotWork) {
  const std::vector<SchedulePoint> points = make_schedule(schedule_named("linear"), NoiseProcess::cosine(), 5);
  const Sampler& sampler = sampler_named("lms");
  const auto make = [&](std::span<const SchedulePoint> some, SamplerOptions options) {
    return make_step_table(sampler, some, Prediction::v, options);
  };
  EXPECT_THROW(make({}, {}), core::Error);
  EXPECT_THROW(make(points, {.eta = 2.0f}), core::Error);
  EXPECT_THROW(make(points, {.order = 5}), core::Error);
  EXPECT_THROW(make(points, {.order = 0}), core::Error);
  EXPECT_THROW(make(points, {.clip = -1}), core::Error);
  EXPECT_THROW(make(points, {.guidance = NAN}), core::Error);
  const std::vector<SchedulePoint> rising(points.rbegin(), points.rend());
  EXPECT_THROW(make(rising, {}), core::Error);
  EXPECT_THROW(sampler_named("best"), core::Error);
  // It looks between the points, and is not told of what process they are.
  EXPECT_THROW(make_step_table(sampler_named("dpm2"), points, Prediction::v), core::Error);
  StepState state(2);
  EXPECT_THROW(apply_step({}, state, std::vector<float>(1)), core::Error);
}

TEST(Samplers, AreNamedAndExplained) {
  std::set<std::string_view> names;
  for (const Sampler& sampler : samplers()) {
    EXPECT_TRUE(names.insert(sampler.name).second) << sampler.name;
    EXPECT_FALSE(sampler.title.empty());
    EXPECT_EQ(sampler.tooltip.back(), '.');
    EXPECT_EQ(&sampler_named(sampler.name), &sampler);
  }
  EXPECT_EQ(names.size(), 15u);
}

}  // namespace
}  // namespace figment::sampling
