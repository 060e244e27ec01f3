#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/picture_source.h"
#include "training/task.h"

namespace figment::training {

/// Labelled pictures of a data set as the inputs of a training program.
class PictureBatches {
 public:
  /// Throws Error as data::PictureSource.
  explicit PictureBatches(const std::string& set, const data::PictureSource::Options& options = {.seed = 1});

  /// The input "pixels" [batch, H, W, C] in [-1, 1].
  nn::Tensor pixels(nn::Graph& graph, std::int64_t batch) const;
  /// The input "indices" [batch, H * W] into the palette of a set that has one; instead of pixels.
  nn::Tensor indices(nn::Graph& graph, std::int64_t batch) const;
  /// The inputs of the labels, i32 [batch] each, named as the set's axes.
  std::vector<nn::Tensor> labels(nn::Graph& graph, std::int64_t batch) const;
  /// How many values each label has.
  std::vector<std::int64_t> class_counts() const;

  /// Writes those of these that the program has. A label becomes "any" (the id behind the last) with probability
  /// `drop`.
  void write(runtime::Program& program, std::int64_t batch, core::Random& random, float drop = 0);

  const data::PictureSource& source() const { return source_; }
  std::string version() const { return std::string(source_.version()); }
  double progress() const { return static_cast<double>(source_.progress()); }

 private:
  data::PictureSource source_;
  std::vector<float> pixels_;
  std::vector<std::int32_t> indices_;  ///< [batch, H * W]
  std::vector<std::int32_t> classes_;  ///< [batch, axes]
  std::vector<std::int32_t> labels_;   ///< [batch] of one axis
};

}  // namespace figment::training
