#include "studio/digits.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "data/picture_source.h"
#include "ops/ops.h"
#include "studio/input_picture.h"

namespace figment::studio {

SignSet held_out_signs(const std::string& set, std::int64_t count, std::uint64_t seed, std::uint64_t first) {
  const data::PictureSource source(set);
  core::require(source.picture_size() == digit_pixels, "{} are no pictures of signs", set);
  SignSet signs;
  signs.pixels.resize(static_cast<std::size_t>(count) * digit_pixels);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(count) * source.class_axes().size());
  source.draw_batch(first, data::held_out_seed + seed, signs.pixels, labels);
  signs.labels.assign(labels.begin(), labels.end());
  return signs;
}

std::vector<float> sign_of_picture(const formats::Picture& picture) {
  std::vector<float> grey = fit_input(picture, {.width = digit_side,
                                                .height = digit_side,
                                                .channels = 1,
                                                .background = InputFormat::Background::contrasting});
  const float sum = std::accumulate(grey.begin(), grey.end(), 0.0F);
  if (sum > 0) {
    for (float& value : grey) value = -value;
  }
  return grey;
}

std::vector<float> grey_to_rgb(std::span<const float> grey) {
  std::vector<float> colours;
  colours.reserve(3 * grey.size());
  for (const float value : grey) colours.insert(colours.end(), 3, std::clamp(value, -1.0F, 1.0F));
  return colours;
}

std::vector<double> squared_errors(std::span<const float> a, std::span<const float> b) {
  core::require(a.size() == b.size() && a.size() % digit_pixels == 0, "{} pixels cannot be held against {}", a.size(),
                b.size());
  std::vector<double> errors(a.size() / digit_pixels);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference =
        static_cast<double>(std::clamp(a[i], -1.0F, 1.0F)) - static_cast<double>(std::clamp(b[i], -1.0F, 1.0F));
    errors[i / digit_pixels] += difference * difference / static_cast<double>(digit_pixels);
  }
  return errors;
}

double psnr_db(double mean_squared_error) { return 10 * std::log10(4.0 / std::max(mean_squared_error, 1e-12)); }

double area_under_curve(std::span<const double> low, std::span<const double> high) {
  core::require(!low.empty() && !high.empty(), "scores of both sets are needed");
  std::vector<double> sorted(low.begin(), low.end());
  std::sort(sorted.begin(), sorted.end());
  double above = 0;
  for (const double value : high) {
    const auto [begin, end] = std::equal_range(sorted.begin(), sorted.end(), value);
    above += static_cast<double>(begin - sorted.begin()) + 0.5 * static_cast<double>(end - begin);
  }
  return above / (static_cast<double>(low.size()) * static_cast<double>(high.size()));
}

std::vector<float> histogram(std::span<const double> values, double minimum, double maximum, int bins) {
  std::vector<float> counts(static_cast<std::size_t>(bins));
  for (const double value : values) {
    const double place = (value - minimum) / (maximum - minimum) * bins;
    counts[static_cast<std::size_t>(std::clamp(place, 0.0, bins - 0.5))] += 1;
  }
  return counts;
}

std::vector<float> bump(double value, double minimum, double maximum, int bins) {
  constexpr double width = 1.2;  // bins
  const double place = std::clamp((value - minimum) / (maximum - minimum), 0.0, 1.0) * bins;
  std::vector<float> counts;
  for (int i = 0; i < bins; ++i)
    counts.push_back(static_cast<float>(std::exp(-0.5 * std::pow((i + 0.5 - place) / width, 2))));
  return counts;
}

ShownPictures::ShownPictures(const std::string& name, int count, int height, int width)
    : count_(count), height_(height), width_(width) {
  const tensor::TensorType type{{count, height, width, 3}, tensor::DType::f32};
  variable_ =
      tensor::make_variable(name, type, std::vector<float>(static_cast<std::size_t>(type.shape.count()), -1.0F));
}

void ShownPictures::show(tensor::Tensor grey) const {
  ops::assign(grey.graph->variable(variable_), ops::broadcast_to(ops::clamp(grey, -1, 1), variable_->type.shape));
}

PictureView ShownPictures::view(runtime::Context& context, std::uint64_t version) const {
  return {context.memory(variable_), count_, width_, height_, version};
}

tensor::Tensor tiled(tensor::Tensor pictures, std::int64_t rows, std::int64_t columns) {
  const tensor::Tensor split = ops::reshape(pictures, {rows, columns, digit_side, digit_side});
  return ops::reshape(ops::transpose(split, {0, 2, 1, 3}), {1, rows * digit_side, columns * digit_side, 1});
}

void write_seed(runtime::Program& program, const std::string& input, std::uint64_t seed, int stream) {
  program.write_ints(
      input, std::array<std::int32_t, 4>{static_cast<std::int32_t>(static_cast<std::uint32_t>(seed)),
                                         static_cast<std::int32_t>(static_cast<std::uint32_t>(seed >> 32)), stream, 0});
}

CodePlane::CodePlane(const FeatureSet& codes) {
  const auto size = static_cast<std::size_t>(codes.dimensions);
  const auto count = static_cast<std::size_t>(codes.count());
  core::require(size > 1 && count > size, "{} codes are too few for a plane through {} dimensions", count, size);
  std::vector<double> mean(size);
  for (std::size_t i = 0; i < count * size; ++i)
    mean[i % size] += static_cast<double>(codes.values[i]) / static_cast<double>(count);
  std::vector<double> covariance(size * size);
  for (std::size_t n = 0; n < count; ++n) {
    const float* code = &codes.values[n * size];
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        covariance[i * size + j] += (static_cast<double>(code[i]) - mean[i]) *
                                    (static_cast<double>(code[j]) - mean[j]) / static_cast<double>(count);
      }
    }
  }
  mean_.assign(mean.begin(), mean.end());
  for (std::size_t i = 0; i < size; ++i) {
    deviation_.push_back(static_cast<float>(std::sqrt(std::max(covariance[i * size + i], 1e-12))));
  }
  std::vector<double> vectors;
  const std::vector<double> values = symmetric_eigenvalues(covariance, static_cast<int>(size), &vectors);
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::size_t i = 0; i < size; ++i) axes_.push_back(static_cast<float>(vectors[i * size + order[k]]));
  }
  unit_ = static_cast<float>(std::sqrt(std::max(values[order[0]], 1e-12)));
}

CodePlane::Place CodePlane::project(std::span<const float> code) const {
  Place place;
  const std::size_t size = mean_.size();
  for (std::size_t i = 0; i < size; ++i) {
    place.x += (code[i] - mean_[i]) * axes_[i] / unit_;
    place.y += (code[i] - mean_[i]) * axes_[size + i] / unit_;
  }
  return place;
}

std::vector<float> CodePlane::step(Place by) const {
  const std::size_t size = mean_.size();
  std::vector<float> change(size);
  for (std::size_t i = 0; i < size; ++i) change[i] = unit_ * (by.x * axes_[i] + by.y * axes_[size + i]);
  return change;
}

std::vector<std::string> digit_names() { return {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}; }

}  // namespace figment::studio
