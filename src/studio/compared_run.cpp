#include "studio/compared_run.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "studio/training_run.h"

namespace figment::studio {
namespace {

constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t first_value = 3;  // behind step, seconds and learning rate

std::vector<std::string> names_of(const RunCurves& curves) {
  if (curves.names.size() <= first_value) return {};
  return {curves.names.begin() + first_value, curves.names.end()};
}

}  // namespace

ComparedRun::ComparedRun(std::filesystem::path folder) : folder_(std::move(folder)) {
  const RunCurves curves = TrainingRun::read_curves(folder_);
  curves_ = CurveHistory(names_of(curves));
  if (curves_.names().empty()) return;
  for (const std::vector<double>& row : curves.rows) {
    curves_.add(row.front(), std::vector<float>(row.begin() + first_value, row.end()));
  }
  settings_ = TrainingRun(folder_).read_settings();
}

std::vector<float> ComparedRun::line(const std::string& name, float smoothing, const std::vector<float>& steps) const {
  const auto& names = curves_.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return on_axis(curves_.steps(), curves_.smoothed(i, smoothing), steps);
  }
  return {};
}

std::string ComparedRun::differences(const std::map<std::string, std::string>& settings) const {
  std::string text;
  for (const char* name : {"start", "preset", "optimizer", "batch", "learning_rate", "data", "weights", "device"}) {
    const auto theirs = settings_.find(name);
    const auto ours = settings.find(name);
    if (theirs == settings_.end() || ours == settings.end() || theirs->second == ours->second) continue;
    std::string title = name;
    if (title == "learning_rate") title = "learning rate";
    if (!text.empty()) text += "; ";
    text += fmt::format("{} {}, not {}", title, theirs->second, ours->second);
  }
  return text;
}

std::string run_label(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  // MODEL-YYYY-MM-DD-HHMMSS, and -2 behind it for a second one of that moment.
  for (std::size_t at = name.find('-'); at != std::string::npos; at = name.find('-', at + 1)) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, more = 0;
    const int found = std::sscanf(name.c_str() + at, "-%4d-%2d-%2d-%2d%2d%2d-%d", &year, &month, &day, &hour, &minute,
                                  &second, &more);
    if (found < 6 || month < 1 || month > 12) continue;
    const std::string label =
        fmt::format("{} {}, {:02}:{:02}:{:02}", day, months[static_cast<std::size_t>(month - 1)], hour, minute, second);
    return found > 6 ? fmt::format("{} ({})", label, more) : label;
  }
  return name;
}

std::vector<float> on_axis(const std::vector<float>& steps, const std::vector<float>& values,
                           const std::vector<float>& axis) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < std::min(steps.size(), values.size()); ++i) {
    if (std::isfinite(values[i])) known.push_back(i);
  }
  std::vector<float> result;
  std::size_t next = 0;  // of `known`: the first at or behind the place
  for (const float at : axis) {
    while (next < known.size() && steps[known[next]] < at) ++next;
    float value = std::numeric_limits<float>::quiet_NaN();
    if (next < known.size()) {
      const float right = steps[known[next]];
      if (right == at) {
        value = values[known[next]];
      } else if (next > 0) {
        const float left = steps[known[next - 1]];
        const float share = (at - left) / (right - left);
        value = values[known[next - 1]] + share * (values[known[next]] - values[known[next - 1]]);
      }
    }
    result.push_back(value);
  }
  return result;
}

}  // namespace figment::studio
