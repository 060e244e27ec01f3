#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/parts/part.h"
#include "app/parts/plot.h"
#include "app/parts/plot_zoom.h"
#include "studio/compared_run.h"

namespace figment::app {

namespace {

/// The two axes of some curves: a stretch of the one, and what lies within it on the other.
class Axes {
 public:
  explicit Axes(const studio::CurvesView& curves) : curves_(curves) {
    for (const auto& line : curves.lines) length_ = std::max(length_, line.values.size());
    if (!curves.x.empty()) length_ = std::min(length_, curves.x.size());
    if (length_ > 0) show({x_of(0), x_of(length_ - 1)});
  }

  /// Shows this stretch, and fits the values' axis to it.
  void show(const PlotRange& range) {
    range_ = range;
    first_ = 0;
    end_ = length_;
    while (first_ + 1 < end_ && x_of(first_ + 1) < range.left) ++first_;
    while (end_ > first_ + 1 && x_of(end_ - 2) > range.right) --end_;
    low_ = std::numeric_limits<float>::max();
    high_ = std::numeric_limits<float>::lowest();
    for (const auto& line : curves_.lines) {
      for (std::size_t i = first_; i < std::min(end_, line.values.size()); ++i) {
        if (!is_shown(line.values[i])) continue;
        low_ = std::min(low_, line.values[i]);
        high_ = std::max(high_, line.values[i]);
      }
    }
    if (low_ > high_) low_ = high_ = curves_.is_logarithmic ? 1.0F : 0.0F;
    if (!curves_.is_logarithmic && low_ > 0 && low_ < 0.35F * high_) low_ = 0;  // zero is a good floor if it is near
    if (low_ == high_) {
      high_ = curves_.is_logarithmic ? high_ * 2 : high_ + 1;
    }
  }

  std::size_t length() const { return length_; }
  std::size_t first() const { return first_; }  ///< of the points that are shown, with one before the range
  std::size_t end() const { return end_; }      ///< behind the last, likewise
  const PlotRange& range() const { return range_; }
  float low() const { return low_; }
  float high() const { return high_; }
  bool is_shown(float value) const { return std::isfinite(value) && (!curves_.is_logarithmic || value > 0); }
  float x_of(std::size_t i) const { return curves_.x.empty() ? static_cast<float>(i) : curves_.x[i]; }
  /// 0..1 from the left.
  float across(std::size_t i) const { return range_.width() > 0 ? (x_of(i) - range_.left) / range_.width() : 0.0F; }
  /// 0..1 from the bottom.
  float up(float value) const {
    const auto scaled = [&](float v) { return curves_.is_logarithmic ? std::log(v) : v; };
    return (scaled(value) - scaled(low_)) / (scaled(high_) - scaled(low_));
  }
  /// The point nearest to a share of the width, of those within it.
  std::size_t nearest(float share) const {
    std::size_t low = first_;
    std::size_t high = end_ - 1;
    while (low < high && across(low) < 0) ++low;
    while (high > low && across(high) > 1) --high;
    while (high - low > 1) {
      const std::size_t middle = (low + high) / 2;
      (across(middle) <= share ? low : high) = middle;
    }
    return share - across(low) <= across(high) - share ? low : high;
  }

 private:
  const studio::CurvesView& curves_;
  PlotRange range_;
  std::size_t length_ = 0;
  std::size_t first_ = 0;
  std::size_t end_ = 0;
  float low_ = 0;
  float high_ = 1;
};

bool is_dim(const studio::CurvesView::Line& line) { return line.label.starts_with(studio::earlier_label); }

/// Dimmer lines have the colours of those that they are held against.
ImU32 tint_of(const studio::CurvesView& curves, std::size_t index) {
  const auto own = std::ranges::count_if(curves.lines, [](const auto& line) { return !is_dim(line); });
  if (!is_dim(curves.lines[index])) return series_color(static_cast<int>(index));
  return with_alpha(series_color(static_cast<int>(index) - static_cast<int>(own)), 0.45F);
}

/// Points of a line that fall together on the screen.
struct Bucket {
  float low = 0;
  float high = 0;
  float mean = 0;
  bool is_empty = true;
};

Bucket gather(const Axes& axes, const std::vector<float>& values, std::size_t begin, std::size_t end) {
  Bucket bucket;
  int count = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (!axes.is_shown(values[i])) continue;
    const float up = axes.up(values[i]);
    bucket.low = bucket.is_empty ? up : std::min(bucket.low, up);
    bucket.high = bucket.is_empty ? up : std::max(bucket.high, up);
    bucket.mean += (up - bucket.mean) / static_cast<float>(++count);
    bucket.is_empty = false;
  }
  return bucket;
}

/// A line; where there are more points than room, their mean over a pale band from the least to the greatest.
void draw_line(ImDrawList& list, const Style& style, const Axes& axes, const std::vector<float>& values,
               const Rect& inner, ImU32 tint) {
  const std::size_t count = std::min(values.size(), axes.end());
  const float spacing = inner.width / static_cast<float>(std::max<std::size_t>(axes.end() - axes.first(), 1));
  const bool is_dense = spacing < style.px(2);
  const auto each = [&](float pixels, const auto& draw) {
    const auto stride = std::max<std::size_t>(1, static_cast<std::size_t>(pixels / std::max(spacing, 1e-4F)));
    for (std::size_t begin = axes.first() / stride * stride; begin < count; begin += stride) {
      const std::size_t end = std::min(begin + stride, count);
      const float from = inner.x + inner.width * axes.across(begin);
      draw(gather(axes, values, begin, end), from, inner.x + inner.width * axes.across(std::min(end, count - 1)));
    }
  };
  const float bottom = inner.y + inner.height;
  if (is_dense) {
    each(1.0F, [&](const Bucket& bucket, float from, float to) {
      if (bucket.is_empty) return;
      list.AddRectFilled({from, bottom - inner.height * bucket.high}, {to, bottom - inner.height * bucket.low},
                         with_alpha(tint, 0.25F));
    });
  }
  const auto stroke = [&] {
    if (list._Path.Size == 1) list.AddCircleFilled(list._Path[0], style.px(3), tint, 12);
    list.PathStroke(tint, 0, style.scale * 1.6F);
  };
  each(is_dense ? style.px(4) : 0.0F, [&](const Bucket& bucket, float from, float to) {
    if (bucket.is_empty) return stroke();  // a gap
    list.PathLineTo({is_dense ? (from + to) / 2 : from, bottom - inner.height * bucket.mean});
  });
  stroke();
}

void draw_hovered(const PartCanvas& canvas, const studio::CurvesView& curves, const Axes& axes, const Rect& inner) {
  const Style& style = canvas.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float share = (ImGui::GetIO().MousePos.x - inner.x) / inner.width;
  const std::size_t at = axes.nearest(std::clamp(share, 0.0F, 1.0F));
  const float x = std::floor(inner.x + inner.width * axes.across(at));
  list.AddRectFilled({x, inner.y}, {x + std::max(1.0F, style.px(1)), inner.y + inner.height}, color::faint);
  std::vector<ReadOut> lines{{short_number(axes.x_of(at)), 0}};
  for (std::size_t i = 0; i < curves.lines.size(); ++i) {
    const auto& line = curves.lines[i];
    if (at >= line.values.size() || !axes.is_shown(line.values[at])) continue;
    const ImU32 tint = tint_of(curves, i);
    list.AddCircleFilled({x, inner.y + inner.height * (1 - axes.up(line.values[at]))}, style.px(4), tint, 16);
    lines.push_back({fmt::format("{}  {}", line.label, short_number(line.values[at])), tint});
  }
  draw_read_out(style, lines);
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::CurvesView& curves) {
  Axes axes(curves);
  std::vector<std::string> legend;
  for (const auto& line : curves.lines) {
    if (!is_dim(line)) legend.push_back(line.label);
  }
  if (legend.size() == 1 && legend.front().empty()) legend.clear();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto labels = [&] {
    PlotLabels result;
    result.legend = legend;
    if (axes.length() == 0) return result;
    result.low = short_number(axes.low());
    result.high = short_number(axes.high());
    result.left = short_number(axes.range().left);
    if (axes.length() > 1) result.right = short_number(axes.range().right);
    return result;
  };
  const PlotRange whole = axes.range();
  const bool zooms = axes.length() > 1 && !canvas.part.takes_pointer;
  if (zooms) axes.show(plot_range(canvas.key, whole));
  const Rect inner = draw_plot_frame(list, canvas.style(), canvas.area, labels());
  PartHits hits{canvas.area, {}, {}};
  if (axes.length() == 0) return hits;
  const float margin = canvas.style().px(3);
  list.PushClipRect({inner.x - margin, inner.y - margin},
                    {inner.x + inner.width + margin, inner.y + inner.height + margin}, true);
  for (const bool earlier : {true, false}) {
    for (std::size_t i = 0; i < curves.lines.size(); ++i) {
      if (is_dim(curves.lines[i]) != earlier) continue;
      draw_line(list, canvas.style(), axes, curves.lines[i].values, inner, tint_of(curves, i));
    }
  }
  list.PopClipRect();
  if (canvas.is_hovered) draw_hovered(canvas, curves, axes, inner);
  if (zooms) take_plot_zoom(canvas.key, inner, axes.range(), whole);
  if (canvas.part.takes_pointer) hits.bounds = inner;
  return hits;
}

}  // namespace figment::app
