#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formats/png.h"
#include "runtime/program.h"
#include "studio/evaluate_features.h"
#include "studio/view.h"

/// What the families of digits share: pictures that no training has seen, the way to the screen, and maps of codes.
namespace figment::studio {

inline constexpr int digit_side = 32;
inline constexpr std::size_t digit_pixels = std::size_t{digit_side} * digit_side;

/// Grey pictures of signs with what they are.
struct SignSet {
  std::vector<float> pixels;  ///< [count, 32, 32] in [-1, 1]
  std::vector<int> labels;    ///< index of the digit or letter

  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
  std::span<const float> picture(std::int64_t index) const {
    return std::span(pixels).subspan(static_cast<std::size_t>(index) * digit_pixels, digit_pixels);
  }
};

/// Pictures first, first + 1 ... of `set` ("digits", "letters" ...), which no training has seen. Throws Error as
/// data::PictureSource.
SignSet held_out_signs(const std::string& set, std::int64_t count, std::uint64_t seed, std::uint64_t first = 0);

/// Any picture as [32, 32] in [-1, 1], white on black: one that is dark on light is inverted.
std::vector<float> sign_of_picture(const formats::Picture& picture);

/// [count, 32, 32] grey as [count, 32, 32, 3], clamped to [-1, 1], for contact sheets.
std::vector<float> grey_to_rgb(std::span<const float> grey);

/// The squared error of each of the pictures, averaged over its pixels; both are clamped to [-1, 1].
std::vector<double> squared_errors(std::span<const float> a, std::span<const float> b);
/// Peak signal-to-noise ratio in dB of pixels in [-1, 1].
double psnr_db(double mean_squared_error);
/// How well scores tell two sets apart: the probability that one of `high` is above one of `low` (the area under the
/// ROC curve).
double area_under_curve(std::span<const double> low, std::span<const double> high);
/// Counts in `bins` equal bins; what lies outside goes to the outermost.
std::vector<float> histogram(std::span<const double> values, double minimum, double maximum, int bins);

/// One value among such bins: a bump as narrow as can be seen, beside sets that are drawn by their shares.
std::vector<float> bump(double value, double minimum, double maximum, int bins);

/// A program with the graph that its tensors belong to.
struct RecordedProgram {
  tensor::Graph graph;
  std::unique_ptr<runtime::Program> program;

  void compile(runtime::Context& context, std::span<const tensor::Tensor> outputs, const std::string& name) {
    program = runtime::compile(context, graph, outputs, {.name = name, .frozen = true});
  }
};

/// Pictures on the device for the screen: f32 [count, height, width, 3], black at first.
class ShownPictures {
 public:
  ShownPictures() = default;
  ShownPictures(const std::string& name, int count, int height = digit_side, int width = digit_side);
  /// Traces that grey pictures [count, height, width, 1] are put there, clamped.
  void show(tensor::Tensor grey) const;
  PictureView view(runtime::Context& context, std::uint64_t version) const;
  const tensor::Variable& variable() const { return variable_; }

 private:
  int count_ = 0;
  int height_ = 0;
  int width_ = 0;
  tensor::Variable variable_;
};

/// Traces pictures [rows * columns, 32, 32, 1] as one [1, rows * 32, columns * 32, 1], row by row.
tensor::Tensor tiled(tensor::Tensor pictures, std::int64_t rows, std::int64_t columns);

/// The seed of ops::random_normal and its like.
void write_seed(runtime::Program& program, const std::string& input, std::uint64_t seed, int stream = 0);

/// The plane through a cloud of codes in which it is widest (principal components), in units of the deviation along the
/// first.
class CodePlane {
 public:
  CodePlane() = default;
  /// `codes` has more vectors than dimensions. Throws Error if not.
  explicit CodePlane(const FeatureSet& codes);

  struct Place {
    float x = 0;
    float y = 0;
  };
  Place project(std::span<const float> code) const;
  /// What to add to a code to move it by so much in the plane.
  std::vector<float> step(Place by) const;
  const std::vector<float>& mean() const { return mean_; }
  const std::vector<float>& deviation() const { return deviation_; }  ///< of each dimension

 private:
  std::vector<float> mean_;
  std::vector<float> deviation_;
  std::vector<float> axes_;  ///< [2, dimensions], of length 1
  float unit_ = 1;
};

/// The ten digits as labels.
std::vector<std::string> digit_names();

}  // namespace figment::studio
