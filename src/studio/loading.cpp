#include "studio/loading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace figment::studio {
namespace {

// About how long the kinds of stages take beside each other on a first start.
constexpr double read_weight = 2;
constexpr double run_weight = 1;
constexpr double repeat_weight = 10;
constexpr double warm_weight = 25;
constexpr double estimate_after_seconds = 0.7;

double seconds_since(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

/// The kernels of some programs, one after the other.
struct Warming {
  std::function<std::vector<runtime::Program*>()> programs_of;
  std::vector<runtime::Program*> programs;
  bool is_listed = false;
  std::size_t at = 0;
  runtime::Program::Warmth warmth;  ///< of the present program

  void slice(double budget_ms) {
    if (!is_listed) programs = programs_of();
    is_listed = true;
    if (at == programs.size()) return;
    warmth = programs[at]->warm_next(budget_ms);
    if (warmth.is_finished) ++at;
  }
  bool is_finished() const { return is_listed && at == programs.size(); }
  double share() const {
    if (is_finished()) return 1;
    const double within = warmth.is_finished ? 0 : warmth.share;
    return std::min((static_cast<double>(at) + within) / static_cast<double>(std::max<std::size_t>(programs.size(), 1)),
                    0.999);
  }
};

}  // namespace

Loading::~Loading() = default;

void Loading::add(Stage stage) {
  if (stages_.empty()) {
    weight_done_ = 0;
    began_ = stage_began_ = Clock::now();
  }
  stages_.push_back(std::move(stage));
}

void Loading::read(std::string sentence, std::function<void()> work) {
  const auto result = std::make_shared<std::future<void>>();
  const auto slice = [result, work = std::move(work)](double budget_ms) {
    if (!result->valid()) *result = std::async(std::launch::async, work);
    const std::chrono::duration<double, std::milli> patience(std::min(budget_ms, 1000.0));
    if (result->wait_for(patience) != std::future_status::ready) return 0.5;
    result->get();  // leaves it invalid, also if it throws: so the next slice begins anew
    return 1.0;
  };
  const auto is_reading = [result] {
    return result->valid() && result->wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  };
  add({std::move(sentence), slice, is_reading, read_weight});
}

void Loading::run(std::string sentence, std::function<void()> work) {
  add({std::move(sentence),
       [work = std::move(work)](double) {
         work();
         return 1.0;
       },
       nullptr, run_weight});
}

void Loading::repeat(std::string sentence, std::function<double(double)> slice) {
  add({std::move(sentence), std::move(slice), nullptr, repeat_weight});
}

void Loading::warm(std::function<std::vector<runtime::Program*>()> programs) {
  const auto warming = std::make_shared<Warming>();
  warming->programs_of = std::move(programs);
  const auto slice = [this, warming](double budget_ms) {
    warming->slice(budget_ms);
    const runtime::Program::Warmth& warmth = warming->warmth;
    // One sentence for one program: several have their kernels counted one after the other.
    stages_.front().sentence = warmth.total == 0 ? "Preparing kernels"
                                                 : fmt::format("Preparing kernels, {} of {}",
                                                               std::min(warmth.done + 1, warmth.total), warmth.total);
    return warming->share();
  };
  Stage stage{"Preparing kernels", slice, nullptr, warm_weight};
  stage.is_slow_once = true;
  add(std::move(stage));
}

void Loading::advance(double budget_ms) {
  const Clock::time_point start = Clock::now();
  while (!stages_.empty()) {
    const double left_ms = budget_ms - seconds_since(start) * 1000;
    Stage& stage = stages_.front();
    const double before = stage.share;
    // A stage may add stages, which leaves references into a deque valid.
    stage.share = stage.slice(std::max(left_ms, 0.0));
    if (stage.share >= 1) {
      weight_done_ += stage.weight;
      stages_.pop_front();
      stage_began_ = Clock::now();
    } else if (stage.share == before) {
      return;  // waits for something
    }
    if (seconds_since(start) * 1000 >= budget_ms) return;
  }
}

bool Loading::is_reading() const {
  return !stages_.empty() && stages_.front().is_reading && stages_.front().is_reading();
}

void Loading::clear() { stages_.clear(); }

float Loading::share() const {
  if (stages_.empty()) return 1;
  double total = weight_done_;
  for (const Stage& stage : stages_) total += stage.weight;
  return static_cast<float>(std::min((weight_done_ + stages_.front().weight * stages_.front().share) / total, 0.999));
}

double Loading::seconds_left() const {
  const Stage& stage = stages_.front();
  const double elapsed = seconds_since(stage_began_);
  if (elapsed < estimate_after_seconds || stage.share < 0.04) return 0;
  return elapsed * (1 - stage.share) / stage.share;
}

std::string Loading::sentence() const {
  if (stages_.empty()) return {};
  std::string text = stages_.front().sentence;
  const double seconds = seconds_left();
  if (seconds >= 0.5) text += fmt::format(": about {:.0f} s", std::ceil(seconds));
  return text + (stages_.front().is_slow_once && seconds >= 0.5 ? "; only this slow the first time." : " ...");
}

}  // namespace figment::studio
