#include "training/picture_batches.h"

namespace figment::training {

PictureBatches::PictureBatches(const std::string& set, const data::PictureSource::Options& options)
    : source_(set, options) {}

nn::Tensor PictureBatches::pixels(nn::Graph& graph, std::int64_t batch) const {
  return graph.input("pixels", {{batch, source_.height(), source_.width(), source_.channels()}, tensor::DType::f32});
}

nn::Tensor PictureBatches::indices(nn::Graph& graph, std::int64_t batch) const {
  return graph.input("indices", {{batch, source_.height() * source_.width()}, tensor::DType::i32});
}

std::vector<nn::Tensor> PictureBatches::labels(nn::Graph& graph, std::int64_t batch) const {
  std::vector<nn::Tensor> inputs;
  for (const data::ClassAxis& axis : source_.class_axes()) {
    inputs.push_back(graph.input(std::string(axis.name), {{batch}, tensor::DType::i32}));
  }
  return inputs;
}

std::vector<std::int64_t> PictureBatches::class_counts() const {
  std::vector<std::int64_t> counts;
  for (const data::ClassAxis& axis : source_.class_axes()) {
    counts.push_back(static_cast<std::int64_t>(axis.values.size()));
  }
  return counts;
}

void PictureBatches::write(runtime::Program& program, std::int64_t batch, core::Random& random, float drop) {
  const auto count = static_cast<std::size_t>(batch);
  const std::size_t axes = source_.class_axes().size();
  classes_.resize(count * axes);
  labels_.resize(count);
  if (program.has_input("indices")) {
    indices_.resize(count * static_cast<std::size_t>(source_.height() * source_.width()));
    source_.sample_indices(random, indices_, classes_);
    program.write_ints("indices", indices_);
  } else {
    pixels_.resize(count * source_.picture_size());
    source_.sample_batch(random, pixels_, classes_);
    program.write("pixels", pixels_);
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const auto any = static_cast<std::int32_t>(source_.class_axes()[axis].values.size());
    for (std::size_t i = 0; i < count; ++i) {
      labels_[i] = drop > 0 && random.chance(drop) ? any : classes_[i * axes + axis];
    }
    const std::string name(source_.class_axes()[axis].name);
    if (program.has_input(name)) program.write_ints(name, labels_);
  }
}

}  // namespace figment::training
