// The sums that the public test suite of Hugging Face diffusers expects of its schedulers, reached with this
// project's coefficients: facts and numbers of tests/schedulers/test_scheduler_{ddim,ddpm,euler,euler_ancestral,heun,
// lms,dpm_multi,unipc,kdpm2_discrete,kdpm2_ancestral,deis,lcm}.py and the configurations in them, at
// github.com/huggingface/diffusers. No code is theirs.
//
// All use a toy network F = x * t / (t + 1), and 4 pictures of 3 x 8 x 8 made by counting. Their DDPM and Euler
// ancestral sums also depend on the random numbers of torch's CPU generator, seed 0, which TorchNormal repeats.
// Not covered: dynamic thresholding and "lu" lambdas, which figment has not; LMS from a noised picture, whose sum
// rests on fourth-order weights without the history they belong to; DPM++ 2M SDE, for which no sum is published.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <vector>

#include "sampling/sampler.h"

namespace figment::sampling {
namespace {

constexpr int batch = 4;
constexpr int pixels = 3 * 8 * 8;
constexpr int size = batch * pixels;

// Element i of the pictures in [batch, channel, row, column] order: a count in [channel, row, column, batch] order.
float counted(int i) { return static_cast<float>(i % pixels * batch + i / pixels) / size; }
float counted_backwards(int i) { return static_cast<float>(size - 1) / size - counted(i); }

// Betas as 32-bit floats that count up from both ends, as torch.linspace does: the published sums hold to 1e-5.
NoiseProcess make_process(int steps, float beta_start = 0.0001f) {
  constexpr float beta_end = 0.02f;
  const float increment = (beta_end - beta_start) / static_cast<float>(steps - 1);
  std::vector<double> alphas_cumprod;
  double product = 1;
  for (int t = 0; t < steps; ++t) {
    const float beta = t < steps / 2 ? beta_start + increment * static_cast<float>(t)
                                     : beta_end - increment * static_cast<float>(steps - 1 - t);
    product *= 1.0f - beta;
    alphas_cumprod.push_back(static_cast<float>(product));
  }
  return NoiseProcess::discrete(alphas_cumprod);
}

std::vector<SchedulePoint> at_times(const NoiseProcess& process, const std::vector<double>& times) {
  std::vector<SchedulePoint> points;
  for (const double time : times) points.push_back(process.at_time(time));
  return points;
}

std::vector<double> spaced(double from, double to, int count) {
  std::vector<double> values(count);
  for (int i = 0; i < count; ++i) values[i] = std::lerp(from, to, i / (count - 1.0));
  return values;
}

const SchedulePoint clean{1, 0, 0};

// k-diffusion's spacing: 10 times from the last to 0, then sigma 0.
std::vector<SchedulePoint> linear_to_zero(const NoiseProcess& process) {
  std::vector<SchedulePoint> points = at_times(process, spaced(1099, 0, 10));
  points.push_back(clean);
  return points;
}

std::vector<SchedulePoint> karras(const NoiseProcess& process, double high, double low) {
  return make_schedule(schedule_named("karras"), process, 10, {.ratio_max = high, .ratio_min = low});
}

std::vector<SchedulePoint> karras_to_zero(const NoiseProcess& process) {
  return karras(process, process.at_time(1099).ratio(), process.at_time(0).ratio());
}

// The multistep solvers' spacing: whole times, ending at the least sigma.
std::vector<SchedulePoint> rounded(const NoiseProcess& process) {
  std::vector<double> times = spaced(999, 0, 11);
  for (double& time : times) time = std::nearbyint(time);
  return at_times(process, times);
}

// Karras with whole times; `last` is where it ends.
std::vector<SchedulePoint> karras_rounded(const NoiseProcess& process, const SchedulePoint& last) {
  std::vector<SchedulePoint> points = karras(process, process.at_time(999).ratio(), process.at_time(0).ratio());
  for (SchedulePoint& point : points) point.time = std::nearbyint(point.time);
  points.back() = last;
  return points;
}

// Normal numbers as torch's CPU generator draws them for 16 or more elements: 24 bits of each Mersenne Twister word,
// Box-Muller on the pairs (i, i + 8) of every 16.
class TorchNormal {
 public:
  explicit TorchNormal(unsigned seed) : engine_(seed) {}

  std::vector<float> draw() {
    std::vector<float> values(size);
    for (float& value : values) value = static_cast<float>(engine_() & 0xffffffu) / 16777216.0f;
    for (int block = 0; block < size; block += 16) {
      for (int i = block; i < block + 8; ++i) {
        const float radius = std::sqrt(-2 * std::log(1 - values[i]));
        const float angle = 2 * std::numbers::pi_v<float> * values[i + 8];
        values[i] = radius * std::cos(angle);
        values[i + 8] = radius * std::sin(angle);
      }
    }
    return values;
  }

 private:
  std::mt19937 engine_;
};

struct PublicRun {
  const char* sampler = "";
  std::vector<SchedulePoint> points = {};
  Prediction prediction = Prediction::epsilon;
  SamplerOptions options{};
  // The suites of the samplers in sigma space scale the sample for the network and go on with the scaled one.
  bool sigma_space = false;
  double noise_from_ratio = 0;  // > 0: start from the picture times this, plus counted noise at the first level
  bool noised = false;
};

double sum_of(const PublicRun& run) {
  const StepTable table = make_step_table(sampler_named(run.sampler), run.points, run.prediction, run.options);
  const SchedulePoint& first = run.points.front();
  const double start_scale =
      run.noised ? (run.sigma_space ? run.noise_from_ratio : 1.0) * first.alpha : (run.sigma_space ? first.sigma : 1.0);
  StepState state(size);
  for (int i = 0; i < size; ++i) {
    state.x[i] = static_cast<float>(start_scale * counted(i));
    if (run.noised) state.x[i] += static_cast<float>(first.sigma * counted_backwards(i));
  }
  TorchNormal generator(0);
  std::vector<float> output(size);
  for (const StepCoefficients& row : table.rows) {
    const float gain = row.time / (row.time + 1);
    for (int i = 0; i < size; ++i) {
      if (run.sigma_space) state.x[i] *= row.alpha;
      output[i] = (run.sigma_space ? state.x[i] / row.alpha : state.x[i]) * gain;
    }
    apply_step(row, state, output, row.c_n != 0 ? generator.draw() : std::vector<float>{});
  }
  return std::accumulate(state.x.begin(), state.x.end(), 0.0, [](double sum, float x) { return sum + std::abs(x); });
}

TEST(PublicSums, Ddim) {
  const std::vector<double> times = spaced(900, 0, 10);
  const auto run = [&](float beta_start, bool to_zero, Prediction prediction) {
    const NoiseProcess process = make_process(1000, beta_start);
    std::vector<SchedulePoint> points = at_times(process, times);
    points.push_back(to_zero ? clean : process.at_time(0));
    return sum_of({"ddim", points, prediction, {.clip = 1}});
  };
  EXPECT_NEAR(run(0.0001f, true, Prediction::epsilon), 172.0067, 1e-2);
  EXPECT_NEAR(run(0.0001f, true, Prediction::v), 52.5302, 1e-2);
  EXPECT_NEAR(run(0.01f, true, Prediction::epsilon), 149.8295, 1e-2);   // set_alpha_to_one
  EXPECT_NEAR(run(0.01f, false, Prediction::epsilon), 149.0784, 1e-2);  // its opposite
}

TEST(PublicSums, DdimFromNoise) {
  const NoiseProcess process = make_process(1000);
  std::vector<SchedulePoint> points = at_times(process, {100, 0});
  points.push_back(clean);
  EXPECT_NEAR(sum_of({.sampler = "ddim", .points = points, .options = {.clip = 1}, .noised = true}), 354.5418, 1e-2);
}

TEST(PublicSums, Ddpm) {
  std::vector<SchedulePoint> points = at_times(make_process(1000), spaced(999, 0, 1000));
  points.push_back(clean);
  EXPECT_NEAR(sum_of({"ddpm", points, Prediction::epsilon, {.clip = 1}}), 258.9606, 1e-2);
  EXPECT_NEAR(sum_of({"ddpm", points, Prediction::v, {.clip = 1}}), 202.0296, 1e-2);
  // From t = 1 on, where 1 - alphas_cumprod keeps few of a 32-bit float's digits: all in 32 bits gives 387.94659.
  points.erase(points.begin(), points.begin() + 998);
  EXPECT_NEAR(sum_of({.sampler = "ddpm", .points = points, .options = {.clip = 1}, .noised = true}), 387.9466, 3e-2);
}

TEST(PublicSums, Euler) {
  const NoiseProcess process = make_process(1100);
  EXPECT_NEAR(sum_of({"euler", linear_to_zero(process), Prediction::epsilon, {}, true}), 10.0807, 1e-2);
  EXPECT_NEAR(sum_of({"euler", linear_to_zero(process), Prediction::v, {}, true}), 0.0002, 1e-2);
  EXPECT_NEAR(sum_of({"euler", karras_to_zero(process), Prediction::epsilon, {}, true}), 124.522995, 1e-2);
}

TEST(PublicSums, EulerAncestral) {
  const NoiseProcess process = make_process(1100);
  EXPECT_NEAR(sum_of({"euler_ancestral", linear_to_zero(process), Prediction::epsilon, {}, true}), 152.3192, 1e-2);
  EXPECT_NEAR(sum_of({"euler_ancestral", linear_to_zero(process), Prediction::v, {}, true}), 108.4439, 1e-2);
}

TEST(PublicSums, Heun) {
  const NoiseProcess process = make_process(1100);
  EXPECT_NEAR(sum_of({"heun", linear_to_zero(process), Prediction::epsilon, {}, true}), 0.1233, 1e-4);
  EXPECT_NEAR(sum_of({"heun", linear_to_zero(process), Prediction::v, {}, true}), 4.6934e-07, 1e-7);
  EXPECT_NEAR(sum_of({"heun", karras_to_zero(process), Prediction::epsilon, {}, true}), 0.00015, 1e-5);
}

TEST(PublicSums, Lms) {
  const NoiseProcess process = make_process(1100);
  EXPECT_NEAR(sum_of({"lms", linear_to_zero(process), Prediction::epsilon, {}, true}), 1006.388, 1e-2);
  EXPECT_NEAR(sum_of({"lms", linear_to_zero(process), Prediction::v, {}, true}), 0.0017, 1e-4);
  EXPECT_NEAR(sum_of({"lms", karras_to_zero(process), Prediction::epsilon, {}, true}), 3812.9927, 2e-2);
}

TEST(PublicSums, Dpm2) {
  const NoiseProcess process = make_process(1100);
  const SamplerOptions options{.process = &process};
  EXPECT_NEAR(sum_of({"dpm2", linear_to_zero(process), Prediction::epsilon, options, true}), 20.4125, 1e-2);
  EXPECT_NEAR(sum_of({"dpm2", linear_to_zero(process), Prediction::v, options, true}), 4.6934e-07, 1e-3);
}

TEST(PublicSums, Dpm2Ancestral) {
  const NoiseProcess process = make_process(1100);
  PublicRun run{.sampler = "dpm2_ancestral", .points = linear_to_zero(process), .options = {.process = &process}};
  run.sigma_space = true;
  EXPECT_NEAR(sum_of(run), 13979.9433, 1e-1);
  run.prediction = Prediction::v;
  EXPECT_NEAR(sum_of(run), 331.8133, 1e-2);
}

TEST(PublicSums, Deis) {
  const NoiseProcess process = make_process(1000);
  const SamplerOptions options{.order = 2};
  EXPECT_NEAR(sum_of({"deis", rounded(process), Prediction::epsilon, options}) / size, 0.23916, 1e-4);
  EXPECT_NEAR(sum_of({"deis", rounded(process), Prediction::v, options}) / size, 0.091, 1e-3);
  PublicRun run{.sampler = "deis", .options = options, .noised = true};
  const std::vector<SchedulePoint> points = rounded(process);
  run.points.assign(points.begin() + 8, points.end());
  EXPECT_NEAR(sum_of(run), 315.3016, 1e-2);
}

TEST(PublicSums, Lcm) {
  const NoiseProcess process = noise_process_named("ddpm_scaled_linear").make();
  EXPECT_NEAR(sum_of({"lcm", {process.at_time(999), clean}}), 18.7097, 1e-2);
  std::vector<SchedulePoint> points = at_times(process, spaced(999, 99, 10));
  points.push_back(clean);
  EXPECT_NEAR(sum_of({"lcm", points}), 197.7616, 1e-2);
}

// The picture, scaled by the first sigma of all, plus noise at the last but one of ten levels.
TEST(PublicSums, SigmaSpaceFromNoise) {
  const NoiseProcess process = make_process(1100);
  std::vector<SchedulePoint> points = linear_to_zero(process);
  PublicRun run{.sigma_space = true, .noise_from_ratio = points.front().ratio(), .noised = true};
  run.points.assign(points.begin() + 8, points.end());
  run.sampler = "heun";
  EXPECT_NEAR(sum_of(run), 75074.8906, 2e-6 * 75074);
  run.sampler = "euler_ancestral";
  EXPECT_NEAR(sum_of(run), 56163.0508, 1e-6 * 56163);
}

TEST(PublicSums, DpmSolverMultistep) {
  const NoiseProcess process = make_process(1000);
  const SamplerOptions options{.lower_order_final = false};
  EXPECT_NEAR(sum_of({"dpmpp_2m", rounded(process), Prediction::epsilon, options}) / size, 0.3301, 1e-4);
  EXPECT_NEAR(sum_of({"dpmpp_2m", rounded(process), Prediction::v, options}) / size, 0.2251, 1e-4);
  const std::vector<SchedulePoint> points = karras_rounded(process, process.at_time(0));
  EXPECT_NEAR(sum_of({"dpmpp_2m", points, Prediction::v, options}) / size, 0.2096, 1e-3);
}

TEST(PublicSums, DpmSolverMultistepFromNoise) {
  const NoiseProcess process = make_process(1000);
  PublicRun run{.sampler = "dpmpp_2m", .options = {.lower_order_final = false}, .noised = true};
  const std::vector<SchedulePoint> points = rounded(process);
  run.points.assign(points.begin() + 5, points.end());
  EXPECT_NEAR(sum_of(run), 318.4111, 1e-2);
}

TEST(PublicSums, UniPc) {
  const NoiseProcess process = make_process(1000);
  EXPECT_NEAR(sum_of({"unipc", rounded(process), Prediction::epsilon}) / size, 0.2464, 1e-4);
  EXPECT_NEAR(sum_of({"unipc", rounded(process), Prediction::v}) / size, 0.1014, 1e-4);
  const std::vector<SchedulePoint> points = karras_rounded(process, process.at_time(0));
  EXPECT_NEAR(sum_of({"unipc", points, Prediction::epsilon}) / size, 0.2925, 1e-4);
  EXPECT_NEAR(sum_of({"unipc", points, Prediction::v}) / size, 0.1966, 1e-3);
}

TEST(PublicSums, UniPcFromNoise) {
  const NoiseProcess process = make_process(1000);
  PublicRun run{.sampler = "unipc", .noised = true};
  const std::vector<SchedulePoint> points = rounded(process);
  run.points.assign(points.begin() + 8, points.end());
  EXPECT_NEAR(sum_of(run), 315.5757, 1e-2);
}

}  // namespace
}  // namespace figment::sampling
