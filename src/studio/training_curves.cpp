#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "studio/training_activity.h"

/// The curves and heat maps of a training that one watches.
namespace figment::studio {
namespace {

/// "reconstruction" of "space reconstruction": metrics with one such word share a plot.
std::string last_word(const std::string& name) {
  const auto space = name.rfind(' ');
  return space == std::string::npos ? name : name.substr(space + 1);
}

std::string with_capital(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text;
}

/// Counts as shares of all, so that sets of different sizes can be compared.
std::vector<float> shares_of(std::vector<float> counts) {
  float total = 1e-6F;
  for (const float count : counts) total += count;
  for (float& count : counts) count /= total;
  return counts;
}

bool has_any(const std::vector<float>& values) {
  return std::any_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// Layers over steps, as powers of ten.
HeatMapView heat_map(const CurveHistory& history) {
  HeatMapView map;
  map.rows = static_cast<int>(history.names().size());
  map.columns = static_cast<int>(history.steps().size());
  map.row_labels = history.names();
  for (const float step : history.steps()) map.column_labels.push_back(fmt::format("step {:.0f}", step));
  float low = std::numeric_limits<float>::max();
  float high = std::numeric_limits<float>::lowest();
  for (std::size_t layer = 0; layer < history.names().size(); ++layer) {
    for (const float value : history.values(layer)) {
      const float power = std::log10(value);  // of nothing: minus infinity
      map.values.push_back(power);
      if (!std::isfinite(power)) continue;
      low = std::min(low, power);
      high = std::max(high, power);
    }
  }
  if (low > high) low = high = 0;
  map.minimum = std::floor(low);
  map.maximum = std::max(std::ceil(high), map.minimum + 1);
  for (float& value : map.values) value = std::isfinite(value) ? value : map.minimum;
  return map;
}

}  // namespace

void TrainingActivity::publish_layers() {
  if (layer_history_[0].steps().empty()) return;
  const std::array<std::pair<const char*, const char*>, 3> titles = {
      {{"gradients", "Gradient of each layer"}, {"weights", "Weights"}, {"changes", "Change in a step / weights"}}};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    ViewPart& part = add_part(fmt::format("layer {}", titles[i].first), titles[i].second, 0);
    HeatMapView map = heat_map(layer_history_[i]);
    part.note =
        fmt::format("norms as powers of ten: dark {}, bright {}", std::lround(map.minimum), std::lround(map.maximum));
    part.height = 3.4F;
    part.content = std::move(map);
  }
}

/// Where these curves have points, those of a run that is compared with as well.
std::vector<float> TrainingActivity::axis_of(const std::vector<std::size_t>& lines) const {
  std::vector<float> axis;
  const auto add = [&](const CurveHistory& history, std::size_t line) {
    const std::vector<float>& values = history.values(line);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isfinite(values[i])) axis.push_back(history.steps()[i]);
    }
  };
  for (const std::size_t line : lines) {
    add(history_, line);
    if (!compared_) continue;
    const auto& names = compared_->curves().names();
    for (std::size_t other = 0; other < names.size(); ++other) {
      if (names[other] == history_.names()[line]) add(compared_->curves(), other);
    }
  }
  std::sort(axis.begin(), axis.end());
  axis.erase(std::unique(axis.begin(), axis.end()), axis.end());
  return axis;
}

ViewPart& TrainingActivity::add_lines(const std::string& name, const std::string& title,
                                      const std::vector<std::size_t>& lines, int row, bool is_logarithmic) {
  ViewPart& part = add_part(name, title, row);
  part.height = 0.7F;
  CurvesView curves;
  curves.x = axis_of(lines);
  curves.is_logarithmic = is_logarithmic;
  // What is measured now and then has few points, which are shown as they are.
  const auto smoothing = [&](std::size_t line) {
    return line < step_columns_ ? static_cast<float>(setting("smoothing")) : 0.0F;
  };
  for (const std::size_t line : lines) {
    std::string label = history_.names()[line];
    if (lines.size() == 1) label.clear();
    if (name == "validation") label.erase(0, label.find(' ') + 1);  // the title says it
    curves.lines.push_back({label, on_axis(history_.steps(), history_.smoothed(line, smoothing(line)), curves.x)});
  }
  for (const std::size_t line : lines) {
    if (!compared_) break;
    const std::string& own = history_.names()[line];
    const std::string label = lines.size() == 1 ? std::string(earlier_label) : fmt::format("{} {}", earlier_label, own);
    curves.lines.push_back({label, compared_->line(own, smoothing(line), curves.x)});
  }
  part.content = std::move(curves);
  return part;
}

/// Those among the columns measured now and then that begin so, if something has been measured or is compared with.
std::vector<std::size_t> TrainingActivity::columns_of(const std::string& beginning) const {
  std::vector<std::size_t> columns;
  for (std::size_t i = step_columns_; i < history_.names().size(); ++i) {
    if (!history_.names()[i].starts_with(beginning)) continue;
    if (has_any(history_.values(i)) || (compared_ && !axis_of({i}).empty())) columns.push_back(i);
  }
  return columns;
}

void TrainingActivity::publish_curves() {
  if (history_.steps().empty()) return;
  const std::size_t losses = std::max<std::size_t>(trainer_->loss_count(), 1);
  const std::size_t norm = step_columns_ - 1;
  std::vector<std::size_t> lines(losses);
  for (std::size_t i = 0; i < losses; ++i) lines[i] = i;
  const std::vector<std::size_t> validation = columns_of("validation");
  if (losses == 1) lines.insert(lines.end(), validation.begin(), validation.end());
  add_lines("loss", losses > 1 ? "Losses" : "Loss", lines);
  if (losses > 1 && !validation.empty()) add_lines("validation", "Losses of unseen data", validation);
  const auto& scores = trainer_->scores();
  if (!counts_.empty()) {
    ViewPart& part = add_part("scores", scores.title, 2);
    part.note = "left: surely made; right: surely real";
    part.height = 0.7F;
    HistogramView histogram{scores.minimum, scores.maximum, {}};
    for (std::size_t i = 0; i < counts_.size(); ++i)
      histogram.sets.push_back({scores.labels[i], shares_of(counts_[i])});
    part.content = std::move(histogram);
  }
  std::vector<std::pair<std::string, std::vector<std::size_t>>> groups;
  for (std::size_t i = losses; i < norm; ++i) {
    const std::string word = last_word(history_.names()[i]);
    const auto found =
        std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == word; });
    if (found == groups.end()) {
      groups.push_back({word, {i}});
    } else {
      found->second.push_back(i);
    }
  }
  for (const auto& [word, members] : groups) {
    const bool is_alone = members.size() == 1;
    add_lines("metric " + word, with_capital(is_alone ? history_.names()[members.front()] : word), members);
  }
  add_lines("norm", "Gradient norm", {norm}, 2, true);
}

/// How far what is made is from what is real.
void TrainingActivity::publish_measured() {
  const std::vector<std::size_t> distance = columns_of("frechet");
  std::vector<std::size_t> shares = columns_of("precision");
  for (const std::size_t column : columns_of("recall")) shares.push_back(column);
  if (distance.empty() || shares.empty()) return;
  ViewPart& frechet = add_lines("frechet", "Fr\u00e9chet distance to unseen data: less is closer", distance, 3);
  if (measures_) {
    frechet.note =
        fmt::format("{} pictures on each side, in the features of figment's own judge", measures_->pictures());
  }
  add_lines("precision", "Precision and recall: how many of the made look real, and of the real are covered", shares,
            3);
}

}  // namespace figment::studio
