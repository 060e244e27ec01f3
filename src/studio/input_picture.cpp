#include "studio/input_picture.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/error.h"

namespace figment::studio {
namespace {

/// Part of a source along one axis, and the part of the target that it fills.
struct Span {
  double source_begin, source_end;
  int target_begin, target_end;
};

struct Tap {
  int index;
  float weight;
};

/// The samples of one axis under a target sample, with weights that sum to 1: the area that it covers when the picture
/// shrinks, the straight line between two samples when it grows.
std::vector<Tap> taps(int target, const Span& span, int count) {
  const double ratio = (span.source_end - span.source_begin) / (span.target_end - span.target_begin);
  const auto inside = [&](double index) { return std::clamp(static_cast<int>(index), 0, count - 1); };
  const double begin = span.source_begin + (target - span.target_begin) * ratio;
  if (ratio < 1) {
    const double place = begin + 0.5 * ratio - 0.5;
    const double low = std::floor(place);
    return {{inside(low), static_cast<float>(low + 1 - place)}, {inside(low + 1), static_cast<float>(place - low)}};
  }
  const double end = begin + ratio;
  std::vector<Tap> result;
  for (int i = static_cast<int>(begin); i < count && i < end; ++i) {
    const double part = std::min(end, i + 1.0) - std::max(begin, static_cast<double>(i));
    if (part > 0) result.push_back({i, static_cast<float>(part / ratio)});
  }
  return result;
}

/// Which part of the picture goes where, along both axes.
struct Placement {
  Span x, y;
};

Placement place(const formats::Picture& picture, const InputFormat& format) {
  const double across = static_cast<double>(picture.width) / format.width;
  const double down = static_cast<double>(picture.height) / format.height;
  if (format.fit == InputFormat::Fit::crop) {
    const double scale = std::min(across, down);
    const double left = (picture.width - scale * format.width) / 2;
    const double top = (picture.height - scale * format.height) / 2;
    return {{left, left + scale * format.width, 0, format.width}, {top, top + scale * format.height, 0, format.height}};
  }
  const double scale = std::max(across, down);
  const int width = std::clamp(static_cast<int>(std::lround(picture.width / scale)), 1, format.width);
  const int height = std::clamp(static_cast<int>(std::lround(picture.height / scale)), 1, format.height);
  const int left = (format.width - width) / 2;
  const int top = (format.height - height) / 2;
  return {{0.0, static_cast<double>(picture.width), left, left + width},
          {0.0, static_cast<double>(picture.height), top, top + height}};
}

bool has_alpha(const formats::Picture& picture) { return picture.channels == 2 || picture.channels == 4; }
int color_count(const formats::Picture& picture) { return picture.channels <= 2 ? 1 : 3; }

const std::uint8_t* pixel(const formats::Picture& picture, int x, int y) {
  return picture.pixels.data() +
         (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) *
             static_cast<std::size_t>(picture.channels);
}

/// 0..255 of what lies beneath transparent parts.
float background_of(const formats::Picture& picture, InputFormat::Background wanted) {
  if (wanted == InputFormat::Background::white) return 255;
  if (wanted == InputFormat::Background::black || !has_alpha(picture)) return 0;
  double light = 0, weight = 0;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const std::uint8_t* at = pixel(picture, x, y);
      const double alpha = at[picture.channels - 1];
      for (int c = 0; c < color_count(picture); ++c) light += alpha * at[c];
      weight += alpha * color_count(picture);
    }
  }
  return light > 127.5 * weight ? 0 : 255;
}

/// Sums the taps of one target pixel into three colours, 0..255.
void sum_taps(const formats::Picture& picture, std::span<const Tap> rows, std::span<const Tap> columns,
              float background, float* colors) {
  const bool is_grey = picture.channels <= 2;
  for (const auto& [y, row_weight] : rows) {
    for (const auto& [x, weight] : columns) {
      const std::uint8_t* at = pixel(picture, x, y);
      const float alpha = has_alpha(picture) ? static_cast<float>(at[picture.channels - 1]) / 255.0F : 1.0F;
      for (int c = 0; c < 3; ++c) {
        const auto value = static_cast<float>(at[is_grey ? 0 : c]);
        colors[c] += row_weight * weight * (background + alpha * (value - background));
      }
    }
  }
}

}  // namespace

std::vector<float> resample_picture(const formats::Picture& picture, const InputFormat& format) {
  core::require(picture.width >= 1 && picture.height >= 1, "the picture has no pixels; choose another");
  const Placement placement = place(picture, format);
  const float background = background_of(picture, format.background);
  const auto channels = static_cast<std::size_t>(format.channels);
  const auto width = static_cast<std::size_t>(format.width);
  std::vector<float> result(static_cast<std::size_t>(format.height) * width * channels, background / 127.5F - 1);
  std::vector<std::vector<Tap>> columns;
  for (int x = placement.x.target_begin; x < placement.x.target_end; ++x) {
    columns.push_back(taps(x, placement.x, picture.width));
  }
  for (int y = placement.y.target_begin; y < placement.y.target_end; ++y) {
    const std::vector<Tap> rows = taps(y, placement.y, picture.height);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      float colors[3] = {};
      sum_taps(picture, rows, columns[column], background, colors);
      if (channels == 1) colors[0] = (colors[0] + colors[1] + colors[2]) / 3;
      const std::size_t x = column + static_cast<std::size_t>(placement.x.target_begin);
      float* to = result.data() + (static_cast<std::size_t>(y) * width + x) * channels;
      for (std::size_t c = 0; c < channels; ++c) to[c] = colors[c] / 127.5F - 1;
    }
  }
  return result;
}

std::vector<float> fit_input(const formats::Picture& picture, const InputFormat& format) {
  core::require(std::min(picture.width, picture.height) >= least_input_side,
                "the picture is only {}x{} pixels; choose one of at least {} a side", picture.width, picture.height,
                least_input_side);
  return resample_picture(picture, format);
}

std::vector<float> fit_mask(const formats::Picture& mask, int width, int height, InputFormat::Fit fit) {
  std::vector<float> values = fit_input(
      mask,
      {.width = width, .height = height, .channels = 1, .fit = fit, .background = InputFormat::Background::black});
  for (float& value : values) value = std::clamp(0.5F * (value + 1), 0.0F, 1.0F);
  return values;
}

}  // namespace figment::studio
