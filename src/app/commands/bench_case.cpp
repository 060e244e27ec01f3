#include "app/commands/bench_case.h"

#include <algorithm>
#include <chrono>

namespace figment::app {

void measure(BenchRow& row, int repeat, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  constexpr double least_ms = 250;
  constexpr std::size_t most = 400;
  const auto time_ms = [&] {
    const auto begin = Clock::now();
    work();
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  };
  // The first run compiles, the second one times every kernel.
  for (int i = 0; i < 3; ++i) time_ms();
  std::vector<double> times;
  double sum = 0;
  while (times.size() < static_cast<std::size_t>(repeat) || (sum < least_ms && times.size() < most)) {
    times.push_back(time_ms());
    sum += times.back();
  }
  std::sort(times.begin(), times.end());
  row.best_ms = times.front();
  row.median_ms = times[times.size() / 2];
}

void take_statistics(BenchRow& row, const runtime::Program& program, double variable_bytes) {
  const runtime::ProgramStatistics statistics = program.statistics();
  row.dispatches = statistics.dispatches;
  row.memory_bytes =
      variable_bytes + static_cast<double>(statistics.arena_bytes + statistics.input_bytes + statistics.constant_bytes);
  row.kernels = program.kernel_rows();
  if (row.flops == 0) row.flops = statistics.flops;
}

}  // namespace figment::app
