#include "studio/picture_generator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/random.h"
#include "runtime/test_device.h"
#include "studio/small_landscapes.h"

namespace figment::studio {
namespace {

class PictureGeneratorTest : public runtime::DeviceTest {
 protected:
  std::vector<float> paint(const PictureRequest& request) {
    PictureGenerator generator(context(), small_network(), request.count);
    generator.begin(request);
    generator.run_all();
    return generator.read_pixels();
  }
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool all_finite(const std::vector<float>& values) {
  for (const float value : values) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

TEST_F(PictureGeneratorTest, SameSeedGivesTheSameBits) {
  const PictureRequest request = small_request();
  const std::vector<float> first = paint(request);
  EXPECT_EQ(first.size(), 2U * 32 * 32 * 3);
  EXPECT_TRUE(all_finite(first));
  EXPECT_TRUE(same_bits(first, paint(request)));
  PictureRequest other = request;
  other.seed = 12;
  EXPECT_FALSE(same_bits(first, paint(other)));
  other = request;
  other.time_of_day = 2;
  EXPECT_FALSE(same_bits(first, paint(other)));
  other = request;
  other.guidance = 3;
  EXPECT_FALSE(same_bits(first, paint(other)));
}

TEST_F(PictureGeneratorTest, OneGeneratorRepeatsItself) {
  PictureGenerator generator(context(), small_network(), 2);
  const PictureRequest request = small_request();
  generator.begin(request);
  generator.run_all();
  const std::vector<float> first = generator.read_pixels();
  PictureRequest other = request;
  other.sampler = "dpmpp_2m_sde";
  other.guidance = 1;
  generator.begin(other);
  generator.run_all();
  generator.begin(request);
  generator.run_all();
  EXPECT_TRUE(same_bits(first, generator.read_pixels())) << "history of an earlier run must not show";
}

TEST_F(PictureGeneratorTest, SmallBudgetsGiveTheSamePicture) {
  const PictureRequest request = small_request();
  const std::vector<float> whole = paint(request);
  PictureGenerator generator(context(), small_network(), request.count);
  generator.begin(request);
  int rows = 0;
  for (int call = 0; call < 300000 && !generator.is_finished(); ++call) {
    rows += generator.advance(0.01);
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  ASSERT_TRUE(generator.is_finished());
  EXPECT_EQ(rows, static_cast<int>(generator.table().rows.size()));
  EXPECT_TRUE(same_bits(whole, generator.read_pixels()));
}

TEST_F(PictureGeneratorTest, BeginWhileARowIsHalfSubmitted) {
  const PictureRequest request = small_request();
  const std::vector<float> whole = paint(request);
  PictureGenerator generator(context(), small_network(), request.count);
  generator.begin(request);
  generator.run_row();
  generator.advance(0.01);
  generator.begin(request);
  generator.run_all();
  EXPECT_TRUE(same_bits(whole, generator.read_pixels()));
}

TEST_F(PictureGeneratorTest, EverySamplerAndScheduleEnds) {
  PictureGenerator generator(context(), small_network(), 2);
  for (const sampling::Sampler& sampler : sampling::samplers()) {
    for (const sampling::Schedule& schedule : sampling::schedules()) {
      PictureRequest request = small_request();
      request.sampler = sampler.name;
      request.schedule = schedule.name;
      generator.begin(request);
      generator.run_all();
      EXPECT_TRUE(generator.is_finished());
      EXPECT_TRUE(all_finite(generator.read_pixels())) << sampler.name << " " << schedule.name;
      EXPECT_EQ(generator.strip_stage(), PictureGenerator::strip_length - 1);
    }
  }
}

TEST_F(PictureGeneratorTest, OneStepAndMany) {
  for (const int steps : {1, 2, 200}) {
    PictureRequest request = small_request();
    request.steps = steps;
    request.count = 1;
    EXPECT_TRUE(all_finite(paint(request))) << steps;
  }
}

TEST_F(PictureGeneratorTest, AdjustTakesLabelsButNotSeedOrSteps) {
  PictureGenerator generator(context(), small_network(), 2);
  PictureRequest request = small_request();
  generator.begin(request);
  generator.run_row();
  request.terrain = 3;
  request.guidance = 4;
  EXPECT_TRUE(generator.adjust(request));
  EXPECT_EQ(generator.row(), 1);
  PictureRequest other = request;
  other.seed += 1;
  EXPECT_FALSE(generator.adjust(other));
  other = request;
  other.steps = 9;
  EXPECT_FALSE(generator.adjust(other));
}

TEST_F(PictureGeneratorTest, SenselessRequestsAreRefused) {
  PictureGenerator generator(context(), small_network(), 2);
  PictureRequest request = small_request();
  request.steps = 0;
  EXPECT_THROW(generator.begin(request), core::Error);
  request = small_request();
  request.sampler = "magic";
  EXPECT_THROW(generator.begin(request), core::Error);
}

TEST(LoadLandscapeNetwork, SaysWhatIsMissing) {
  try {
    load_landscape_network("/nowhere/weights.safetensors");
    FAIL() << "no error";
  } catch (const core::Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/weights.safetensors"), std::string::npos) << error.what();
  }
}

/// A run whose states are read at every step.
std::vector<std::vector<float>> states_of(PictureGenerator& generator, const PictureRequest& request) {
  std::vector<std::vector<float>> states;
  generator.begin(request);
  states.push_back(generator.read_pixels());
  while (!generator.is_finished()) {
    const int step = generator.step();
    while (!generator.is_finished() && generator.step() == step) generator.run_row();
    while (generator.row() < generator.rows() && generator.table().evaluations_per_step == 2 &&
           generator.row() % 2 == 1) {
      generator.run_row();
    }
    states.push_back(generator.read_pixels());
  }
  return states;
}

TEST_F(PictureGeneratorTest, GoesToAnyStepWithTheSameBits) {
  constexpr std::int64_t mib = std::int64_t{1} << 20;
  for (const char* sampler :
       {"dpmpp_2m", "euler_ancestral", "heun", "unipc", "dpm2_ancestral", "dpmpp_3m_sde", "deis"}) {
    PictureRequest request = small_request();
    request.sampler = sampler;
    // With all rows kept, with only a few of them, and with none.
    for (const std::int64_t bytes : {64 * mib, std::int64_t{300000}, std::int64_t{0}}) {
      PictureGenerator generator(context(), small_network(), request.count);
      if (bytes > 0) generator.keep_rows(bytes);
      const auto states = states_of(generator, request);
      ASSERT_EQ(states.size(), 5U) << sampler;
      for (const int step : {2, 0, 3, 1, 4}) {
        generator.advance(0.01);  // a row that is half submitted
        generator.seek(step);
        while (generator.rows_to_seek() > 0) generator.run_row();
        generator.show();
        EXPECT_EQ(generator.step(), step) << sampler;
        EXPECT_TRUE(same_bits(generator.read_pixels(), states[static_cast<std::size_t>(step)]))
            << sampler << " step " << step << " bytes " << bytes;
      }
      generator.seek(1);
      while (generator.rows_to_seek() > 0) generator.run_row();
      generator.run_all();
      EXPECT_TRUE(same_bits(generator.read_pixels(), states.back())) << sampler;
    }
  }
}

TEST_F(PictureGeneratorTest, BranchesFromTheStepThatIsReached) {
  PictureGenerator generator(context(), small_network(), 2);
  generator.keep_rows(std::int64_t{64} << 20);
  const PictureRequest request = small_request();
  const auto states = states_of(generator, request);
  generator.seek(2);
  PictureRequest other = request;
  other.sampler = "heun";
  other.steps = 12;
  generator.branch(other);
  EXPECT_EQ(generator.branch_step(), 2);
  EXPECT_GT(generator.steps(), 4);
  EXPECT_EQ(generator.step(), 2);
  EXPECT_EQ(generator.table().rows.front().sigma, static_cast<float>(generator.points()[2].sigma));
  generator.run_all();
  EXPECT_EQ(generator.step(), generator.steps());
  const std::vector<float> end = generator.read_pixels();
  EXPECT_TRUE(all_finite(end));
  EXPECT_FALSE(same_bits(end, states.back()));
  // Back to before the branch: what was kept is there, and the settings are the new ones from then on.
  generator.seek(1);
  generator.show();
  EXPECT_EQ(generator.rows_to_seek(), 0);
  EXPECT_TRUE(same_bits(generator.read_pixels(), states[1]));
  EXPECT_EQ(generator.branch_step(), 1);
  generator.run_all();
  EXPECT_TRUE(all_finite(generator.read_pixels()));
}

}  // namespace
}  // namespace figment::studio
