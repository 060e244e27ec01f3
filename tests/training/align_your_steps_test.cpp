// How the table of the schedule "align_your_steps" is made, and that the shipped landscape network agrees with it.
//
// After Sabour et al. (2024), "Align Your Steps": a solver holds the picture D that the network sees fast over a step,
// and its error is bounded by an integral of E |D(X_S) - D(X_start)|^2 over the step, for X = x0 + S * noise. They
// search for the steps by chance and by turns; here D is measured at every level of a fine grid along Brownian paths
// from held-out landscapes, which gives the bound of every possible step at once, and the best ten follow by dynamic
// programming. The paper weighs by 1 / S^3, which bounds a Kullback-Leibler divergence; for this network that spends
// seven steps of ten below S = 0.1, where there is nothing left to see, and the pictures of ten steps are three times
// as far from those of many steps as with Karras's. Weighed by 1 / S, as here, the bound is one of the picture's error.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/random.h"
#include "data/picture_source.h"
#include "models/diffusion/unet.h"
#include "ops/ops.h"
#include "runtime/program.h"
#include "runtime/test_device.h"
#include "sampling/schedule.h"
#include "training/weights.h"

namespace figment::training {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr int batch = 4;

/// The shipped network as a denoiser of noisy landscapes [batch, 64, 64, 3].
class LandscapeDenoiser {
 public:
  explicit LandscapeDenoiser(runtime::Context& context) : context_(context) {
    network_ = load_network<models::Unet>("diffusion");
    const models::UnetConfig& config = network_->config();
    const tensor::TensorType pictures{{batch, config.picture, config.picture, 3}, DType::f32};
    result_ = tensor::make_variable("result", pictures);
    const Tensor x = ops::space_to_depth(graph_.input("x", pictures), config.block);
    const std::array<Tensor, 2> labels = {graph_.input("time_of_day", {{batch}, DType::i32}),
                                          graph_.input("terrain", {{batch}, DType::i32})};
    const Tensor output = (*network_)(x, graph_.input("time", {{batch}, DType::f32}), labels);
    ops::assign(graph_.variable(result_), ops::depth_to_space(output, config.block));
    program_ = runtime::compile(context_, graph_, {}, {.name = "landscape denoiser", .frozen = true});
  }

  std::size_t size() const { return static_cast<std::size_t>(result_->type.shape.count()); }

  void set_labels(std::span<const std::int32_t> classes) {
    std::vector<std::int32_t> times, terrains;
    for (int i = 0; i < batch; ++i) {
      times.push_back(classes[static_cast<std::size_t>(2 * i)]);
      terrains.push_back(classes[static_cast<std::size_t>(2 * i + 1)]);
    }
    program_->write_ints("time_of_day", times);
    program_->write_ints("terrain", terrains);
  }

  /// The clean pictures as predicted from X = x / alpha at this level.
  std::vector<float> operator()(std::span<const float> scaled, const sampling::SchedulePoint& level) {
    const auto alpha = static_cast<float>(level.alpha);
    const auto sigma = static_cast<float>(level.sigma);
    std::vector<float> x(scaled.begin(), scaled.end());
    for (float& value : x) value *= alpha;
    program_->write("x", x);
    program_->write("time", std::vector<float>(batch, static_cast<float>(level.time)));
    program_->submit();
    std::vector<float> clean = context_.download(result_).floats;  // v
    for (std::size_t i = 0; i < clean.size(); ++i) clean[i] = alpha * x[i] - sigma * clean[i];
    return clean;
  }

 private:
  runtime::Context& context_;
  std::shared_ptr<models::Unet> network_;
  tensor::Variable result_;
  tensor::Graph graph_;
  std::unique_ptr<runtime::Program> program_;
};

/// The bound of each possible step between the levels of a grid, largest first.
class StepCosts {
 public:
  StepCosts(runtime::Context& context, int levels, int batches) : levels_(levels) {
    for (int i = 0; i < levels_; ++i) ratios_.push_back(high * std::pow(low / high, i / (levels_ - 1.0)));
    cost_.resize(static_cast<std::size_t>(levels_) * levels_);
    changes_ = cost_;
    LandscapeDenoiser denoise(context);
    for (int i = 0; i < batches; ++i) add_batch(denoise, i);
    integrate();
  }

  double cost(int from, int to) const { return cost_[static_cast<std::size_t>(from) * levels_ + to]; }

  int nearest(double ratio) const {
    const double place = std::log(high / ratio) / std::log(high / low) * (levels_ - 1);
    return std::clamp(static_cast<int>(std::lround(place)), 0, levels_ - 1);
  }

  /// Of all steps of a schedule, its last one going down to the lowest level only.
  double cost(const std::vector<sampling::SchedulePoint>& points) const {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      const int to = points[i + 1].sigma > 0 ? nearest(points[i + 1].ratio()) : levels_ - 1;
      sum += cost(nearest(points[i].ratio()), to);
    }
    return sum;
  }

  /// The levels of the cheapest way from the highest to the lowest in so many steps.
  std::vector<double> best_levels(int steps) const {
    const auto size = static_cast<std::size_t>(levels_);
    std::vector<double> best(size, INFINITY);
    std::vector<std::vector<int>> before;
    best[0] = 0;
    for (int step = 0; step < steps; ++step) {
      std::vector<double> next(size, INFINITY);
      std::vector<int>& from_of = before.emplace_back(size, 0);
      for (int from = 0; from < levels_; ++from) {
        for (int to = from + 1; to < levels_; ++to) {
          const double sum = best[from] + cost(from, to);
          if (sum < next[to]) next[to] = sum, from_of[to] = from;
        }
      }
      best = next;
    }
    std::vector<double> result;
    int level = levels_ - 1;
    for (int step = steps; step-- > 0; level = before[step][level]) result.insert(result.begin(), ratios_[level]);
    result.insert(result.begin(), ratios_[0]);
    return result;
  }

 private:
  static constexpr double high = 80;
  static constexpr double low = 0.01;

  void add_batch(LandscapeDenoiser& denoise, int number) {
    const data::PictureSource source("landscapes");
    std::vector<float> x(denoise.size());
    std::vector<std::int32_t> classes(2 * batch, -1);
    source.draw_batch(static_cast<std::uint64_t>(number * batch), data::held_out_seed + 77, x, classes);
    denoise.set_labels(classes);
    core::Random random(5, static_cast<std::uint64_t>(number));
    const sampling::NoiseProcess process = sampling::NoiseProcess::cosine();
    std::vector<std::vector<float>> clean(static_cast<std::size_t>(levels_));
    double ratio = 0;
    for (int i = levels_; i-- > 0;) {  // up the path, from the picture into the noise
      const auto deviation = static_cast<float>(std::sqrt(ratios_[i] * ratios_[i] - ratio * ratio));
      for (float& value : x) value += deviation * random.normal();
      ratio = ratios_[i];
      clean[i] = denoise(x, process.at_ratio(ratio));
    }
    for (int from = 0; from < levels_; ++from) {
      for (int to = from + 1; to < levels_; ++to) {
        double square = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
          const double change = clean[to][i] - clean[from][i];
          square += change * change;
        }
        changes_[static_cast<std::size_t>(from) * levels_ + to] += square / static_cast<double>(x.size());
      }
    }
  }

  void integrate() {
    const double length = std::log(ratios_[0] / ratios_[1]);
    for (int from = 0; from < levels_; ++from) {
      double sum = 0;
      for (int to = from + 1; to < levels_; ++to) {
        const auto place = static_cast<std::size_t>(from) * levels_ + to;
        sum += (changes_[place - 1] + changes_[place]) / 2 * length;
        cost_[place] = sum;
      }
    }
  }

  int levels_;
  std::vector<double> ratios_;
  std::vector<double> changes_;  // of the predicted picture between two levels, mean square
  std::vector<double> cost_;
};

using AlignYourSteps = runtime::DeviceTest;

TEST_F(AlignYourSteps, NoOtherScheduleIsBetterAligned) {
  const StepCosts costs(context(), 46, 1);
  const sampling::NoiseProcess process = sampling::NoiseProcess::cosine();
  const auto cost_of = [&](const sampling::Schedule& schedule) {
    return costs.cost(sampling::make_schedule(schedule, process, 10));
  };
  const double own = cost_of(sampling::schedule_named("align_your_steps"));
  double best = 0;
  const std::vector<double> levels = costs.best_levels(10);
  for (std::size_t i = 1; i < levels.size(); ++i) {
    best += costs.cost(costs.nearest(levels[i - 1]), costs.nearest(levels[i]));
  }
  EXPECT_LT(own, 1.2 * best);
  for (const sampling::Schedule& schedule : sampling::schedules()) {
    RecordProperty(std::string(schedule.name), std::to_string(cost_of(schedule) / best));
    EXPECT_LE(own, cost_of(schedule)) << schedule.name;
  }
}

// Prints the table for src/sampling/align_your_steps.cpp.
TEST_F(AlignYourSteps, DISABLED_PrintsTheTable) {
  const StepCosts costs(context(), 46, 2);
  for (const double level : costs.best_levels(10)) std::printf("%.4g, ", level);
  std::printf("\n");
}

}  // namespace
}  // namespace figment::training
