#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "tensor/graph.h"

namespace figment::nn {

using tensor::Graph;
using tensor::Shape;
using tensor::Tensor;
using tensor::Variable;

/// How the values of a new parameter are drawn.
struct Initializer {
  enum class Kind { zeros, ones, normal, uniform } kind = Kind::zeros;
  float scale = 0;  ///< standard deviation, or half-width

  static Initializer zeros() { return {}; }
  static Initializer ones() { return {Kind::ones, 1}; }
  static Initializer normal(float deviation) { return {Kind::normal, deviation}; }
  /// Uniform in +-sqrt(3 / fan_in): keeps the variance through a linear layer (LeCun et al., 1998).
  static Initializer fan_in(std::int64_t fan_in);
};

/// The parameters of a model in the order they were made, under dotted module paths.
class ParameterList {
 public:
  explicit ParameterList(std::uint64_t seed) : random_(seed) {}

  /// A new f32 parameter. Throws Error if the name is taken.
  Variable add(const std::string& name, const Shape& shape, Initializer initializer);

  const std::vector<Variable>& all() const { return variables_; }
  std::int64_t count() const;  ///< number of weights

  /// Lays all parameters into one flat variable (tensor::pack_variables), those of rank 2 and more first,
  /// so that one dispatch updates them all. Call once, before the first use on a device.
  void pack();
  const Variable& flat() const { return flat_; }             ///< null before pack()
  std::int64_t decay_count() const { return decay_count_; }  ///< leading elements of flat that weight decay acts on

 private:
  core::Random random_;
  std::vector<Variable> variables_;
  Variable flat_;
  std::int64_t decay_count_ = 0;
};

/// A place in the module tree: names the parameters made there.
class Scope {
 public:
  explicit Scope(ParameterList& list, std::string path = "") : list_(&list), path_(std::move(path)) {}

  Scope operator/(std::string_view child) const;
  Variable parameter(std::string_view name, const Shape& shape, Initializer initializer) const;

 private:
  ParameterList* list_;
  std::string path_;
};

}  // namespace figment::nn
