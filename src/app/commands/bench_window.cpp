#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "app/commands/bench_case.h"
#include "app/players.h"
#include "app/window_command.h"
#include "core/error.h"

/// Frame times while both activities generate: with the window where there is a display, and always without.
namespace figment::app {
namespace {

constexpr int frames = 240;
constexpr int warm_frames = 30;
constexpr double idle_ms = 0.5;  // finished pictures and texts rest for some seconds: such frames say nothing

double budget_of(const BenchSettings& settings, runtime::Context& context) {
  if (settings.frame_budget_ms > 0) return settings.frame_budget_ms;
  return context.traits().is_cpu ? 33 : 8;
}

void take_percentiles(BenchRow& row, double p50, double p95, double p99, double budget_ms) {
  row.best_ms = p50;
  row.median_ms = p95;
  row.extra = {{"p50_ms", p50}, {"p95_ms", p95}, {"p99_ms", p99}, {"budget_ms", budget_ms}};
}

/// The frame loop without drawing: each frame submits work for the budget and waits until it is done.
BenchRow headless(const BenchCase::MakeContext& make_context, const BenchSettings& settings) {
  using Clock = std::chrono::steady_clock;
  runtime::Context& context = make_context();
  studio::Request request;
  request.text.tokens_per_second = 0;  // as fast as it goes
  Players players(context, studio::shown_families());
  for (const studio::Family& family : studio::shown_families()) {
    const Player& player = family.fills_stage ? players.painter() : players.writer();
    if (player.family == nullptr) players.select(family);
  }
  while (players.make_pending(request)) {
  }
  while (players.is_loading()) players.advance_loading(1000);
  core::require(players.error().empty(), "{}", players.error());
  const double budget_ms = budget_of(settings, context);
  std::vector<double> times;
  const auto give_up = Clock::now() + std::chrono::seconds(90);
  for (int frame = 0; frame < frames + warm_frames && Clock::now() < give_up;) {
    const auto begin = Clock::now();
    players.advance(budget_ms);
    context.device().wait_idle();
    const double time_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    if (time_ms < idle_ms) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    if (++frame > warm_frames) times.push_back(time_ms);
  }
  core::require(!times.empty(), "the models did nothing for 90 seconds");
  std::sort(times.begin(), times.end());
  const auto percentile = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5)];
  };
  BenchRow row;
  take_percentiles(row, percentile(0.5), percentile(0.95), percentile(0.99), budget_ms);
  row.note = fmt::format("{} frames without a display; the columns are p50 and p95 of the frame time", times.size());
  return row;
}

bool has_display() { return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr; }

/// The window itself, which makes its own context: also the time to the first frame.
BenchRow window(const BenchCase::MakeContext&, const BenchSettings& settings) {
  BenchRow row;
  if (!has_display()) {
    row.note = "skipped: there is no display";
    return row;
  }
  WindowOptions options;
  options.frames = frames + warm_frames;
  options.frame_budget_ms = settings.frame_budget_ms;
  options.request.text.tokens_per_second = 0;
  WindowReport report;
  const int code = run_window(options, studio::shown_families(), &report);
  core::require(code == 0, "the window ended with an error; see the message above");
  take_percentiles(row, report.frame_p50_ms, report.frame_p95_ms, report.frame_p99_ms, settings.frame_budget_ms);
  row.extra.emplace_back("first_frame_ms", report.first_frame_ms);
  row.extra.emplace_back("first_view_ms", report.first_view_ms);
  row.extra.emplace_back("loading_p95_ms", report.loading_p95_ms);
  row.extra.emplace_back("interface_ms", report.interface_ms);
  row.extra.emplace_back("build_ms", report.build_ms);
  row.note = fmt::format("{} frames; the columns are p50 and p95 of the frame time", report.drawn_frames);
  return row;
}

/// The window while one family after the other is shown in it.
BenchRow tour(const BenchCase::MakeContext&, const BenchSettings& settings) {
  BenchRow row;
  if (!has_display()) {
    row.note = "skipped: there is no display";
    return row;
  }
  WindowOptions options;
  options.tour_seconds = 3;
  options.frame_budget_ms = settings.frame_budget_ms;
  WindowReport report;
  const int code = run_window(options, studio::shown_families(), &report);
  core::require(code == 0, "the window ended with an error; see the message above");
  row.best_ms = report.tour.p50_ms;
  row.median_ms = report.tour.p95_ms;
  row.extra = {{"p95_ms", report.tour.p95_ms},
               {"longest_ms", report.tour.longest_ms},
               {"longest_empty_stage_ms", report.tour.empty_ms}};
  row.note = fmt::format("{} changes of the model ({} took longest); the columns are p50 and p95 of all frame times",
                         report.tour.shown, report.tour.emptiest);
  return row;
}

}  // namespace

// The window comes first: it measures its own start, which a context before it would warm.
std::vector<BenchCase> window_bench_cases() {
  return {{"window", window}, {"window_tour", tour}, {"window_headless", headless}};
}

}  // namespace figment::app
