#include <vector>

#include "ops/convolution.h"

namespace figment::ops {
namespace {

/// Calls visit(x index, weight index, y index, o, c) for every product of a convolution.
template <typename Visit>
void for_each_product(const ConvSizes& s, const Visit& visit) {
  for (std::int64_t b = 0; b < s.batch; ++b)
    for (std::int64_t oy = 0; oy < s.out_height; ++oy)
      for (std::int64_t ox = 0; ox < s.out_width; ++ox)
        for (std::int64_t ky = 0; ky < s.kernel_height; ++ky)
          for (std::int64_t kx = 0; kx < s.kernel_width; ++kx) {
            const std::int64_t y = oy * s.stride - s.padding + ky * s.dilation;
            const std::int64_t x = ox * s.stride - s.padding + kx * s.dilation;
            if (y < 0 || y >= s.height || x < 0 || x >= s.width) continue;
            for (std::int64_t o = 0; o < s.out_channels; ++o) {
              const std::int64_t group = o / s.group_out_channels();
              for (std::int64_t c = 0; c < s.group_channels(); ++c) {
                visit(((b * s.height + y) * s.width + x) * s.channels + group * s.group_channels() + c,
                      ((ky * s.kernel_width + kx) * s.group_channels() + c) * s.out_channels + o,
                      ((b * s.out_height + oy) * s.out_width + ox) * s.out_channels + o);
              }
            }
          }
}

std::vector<double> filled_with(const float* bias, std::int64_t pixels, std::int64_t channels) {
  std::vector<double> totals(static_cast<std::size_t>(pixels * channels), 0.0);
  if (bias == nullptr) return totals;
  for (std::size_t i = 0; i < totals.size(); ++i) totals[i] = bias[i % static_cast<std::size_t>(channels)];
  return totals;
}

void store(const std::vector<double>& totals, float* target) {
  for (std::size_t i = 0; i < totals.size(); ++i) target[i] = static_cast<float>(totals[i]);
}

}  // namespace

void reference_forward(const ConvSizes& sizes, const float* x, const float* weight, const float* bias, float* y) {
  std::vector<double> totals = filled_with(bias, sizes.out_pixels(), sizes.out_channels);
  for_each_product(sizes, [&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
    totals[static_cast<std::size_t>(yi)] += static_cast<double>(x[xi]) * weight[wi];
  });
  store(totals, y);
}

void reference_backward(const ConvSizes& sizes, const float* y, const float* weight, const float* bias, float* x) {
  std::vector<double> totals = filled_with(bias, sizes.pixels(), sizes.channels);
  for_each_product(sizes, [&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
    totals[static_cast<std::size_t>(xi)] += static_cast<double>(y[yi]) * weight[wi];
  });
  store(totals, x);
}

void reference_weight(const ConvSizes& sizes, const float* x, const float* y, float* weight) {
  const std::int64_t taps = sizes.kernel_height * sizes.kernel_width;
  std::vector<double> totals(static_cast<std::size_t>(taps * sizes.group_channels() * sizes.out_channels), 0.0);
  for_each_product(sizes, [&](std::int64_t xi, std::int64_t wi, std::int64_t yi) {
    totals[static_cast<std::size_t>(wi)] += static_cast<double>(x[xi]) * y[yi];
  });
  store(totals, weight);
}

}  // namespace figment::ops
