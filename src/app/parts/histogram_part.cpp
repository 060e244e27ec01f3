#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

/// The counts as shares of their sum, so that sets of different size compare.
std::vector<float> shares_of(const std::vector<float>& counts) {
  std::vector<float> shares(counts.size(), 0.0F);
  const float sum = std::accumulate(counts.begin(), counts.end(), 0.0F);
  if (sum <= 0 || !std::isfinite(sum)) return shares;
  std::ranges::transform(counts, shares.begin(), [&](float count) { return std::max(count, 0.0F) / sum; });
  return shares;
}

void draw_set(ImDrawList& list, const Style& style, const std::vector<float>& shares, float high, const Rect& inner,
              ImU32 tint) {
  const float step = inner.width / static_cast<float>(shares.size());
  const float bottom = inner.y + inner.height;
  const auto top = [&](std::size_t i) { return std::floor(bottom - inner.height * shares[i] / high); };
  const auto left = [&](std::size_t i) { return std::floor(inner.x + step * static_cast<float>(i)); };
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] > 0) list.AddRectFilled({left(i), top(i)}, {left(i + 1), bottom}, with_alpha(tint, 0.34F));
  }
  // Steps along the top make each set readable where they overlap.
  const auto stroke = [&] { list.PathStroke(tint, 0, style.scale * 1.4F); };
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] <= 0) {
      stroke();
      continue;
    }
    list.PathLineTo({left(i), top(i)});
    list.PathLineTo({left(i + 1), top(i)});
  }
  stroke();
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::HistogramView& histogram) {
  PartHits hits{canvas.area, {}, {}};
  std::vector<std::string> legend;
  std::vector<std::vector<float>> sets;
  float high = 0;
  std::size_t bins = 0;
  for (const auto& set : histogram.sets) {
    legend.push_back(set.label);
    sets.push_back(shares_of(set.counts));
    bins = std::max(bins, set.counts.size());
    for (const float share : sets.back()) high = std::max(high, share);
  }
  PlotLabels labels;
  labels.legend = legend;
  labels.left = short_number(histogram.minimum);
  labels.right = short_number(histogram.maximum);
  const Style& style = canvas.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect inner = draw_plot_frame(list, style, canvas.area, labels);
  if (bins == 0 || high <= 0) return hits;
  const float mouse = (ImGui::GetIO().MousePos.x - inner.x) / inner.width;
  const bool is_read = canvas.is_hovered && mouse >= 0 && mouse < 1;
  const auto bin = static_cast<std::size_t>(std::clamp(mouse, 0.0F, 0.9999F) * static_cast<float>(bins));
  if (is_read) {
    const float step = inner.width / static_cast<float>(bins);
    const float x = inner.x + step * static_cast<float>(bin);
    list.AddRectFilled({x, inner.y}, {x + step, inner.y + inner.height}, color::control_hovered);
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (!sets[i].empty()) draw_set(list, style, sets[i], high * 1.04F, inner, series_color(static_cast<int>(i)));
  }
  if (is_read) {
    const auto edge = [&](std::size_t i) {
      return histogram.minimum +
             (histogram.maximum - histogram.minimum) * static_cast<float>(i) / static_cast<float>(bins);
    };
    std::vector<ReadOut> lines{{fmt::format("{} to {}", short_number(edge(bin)), short_number(edge(bin + 1))), 0}};
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (bin >= sets[i].size()) continue;
      lines.push_back({fmt::format("{}  {:.1f} %", legend[i], 100 * sets[i][bin]), series_color(static_cast<int>(i))});
    }
    draw_read_out(style, lines);
  }
  if (canvas.part.takes_pointer) hits.bounds = inner;
  return hits;
}

}  // namespace figment::app
