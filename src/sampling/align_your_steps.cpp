#include <algorithm>
#include <array>
#include <cmath>

#include "sampling/schedules.h"

namespace figment::sampling {

namespace {
// sigma / alpha of ten steps, after Sabour et al. (2024): those that follow the shipped landscape network best, found
// by tests/training/align_your_steps_test.cpp, which says how, and prints them anew for other weights with
// --gtest_also_run_disabled_tests --gtest_filter=*PrintsTheTable.
constexpr std::array table = {80.0, 19.77, 8.892, 4.884, 3.276, 2.197, 1.207, 0.5429, 0.2, 0.04942, 0.01};
}  // namespace

std::vector<SchedulePoint> make_align_your_steps(const NoiseProcess& process, int steps,
                                                 const ScheduleOptions& options) {
  // Other numbers of steps lie between its entries, in log(sigma / alpha), and other limits stretch it.
  const double high = std::log(upper_ratio(process, options));
  const double low = std::log(lower_ratio(process, options));
  return make_points(steps, [&](int step) {
    const double place = static_cast<double>(step) / steps * (table.size() - 1);
    const auto entry = std::min(static_cast<std::size_t>(place), table.size() - 2);
    const double level =
        std::lerp(std::log(table[entry]), std::log(table[entry + 1]), place - static_cast<double>(entry));
    const double share = (level - std::log(table.back())) / std::log(table.front() / table.back());
    return process.at_ratio(std::exp(std::lerp(low, high, share)));
  });
}

}  // namespace figment::sampling
