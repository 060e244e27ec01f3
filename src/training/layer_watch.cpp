#include "training/layer_watch.h"

#include <algorithm>
#include <cmath>

#include "ops/ops.h"
#include "ops/optimizer.h"

namespace figment::training {
namespace {

constexpr std::int64_t piece = 4096;  // elements

/// The path without the parameter's own name, and no more than `depth` parts of it.
std::string layer_of(const std::string& path, int depth) {
  const std::size_t own = path.rfind('.');
  std::string layer = own == std::string::npos ? path : path.substr(0, own);
  std::size_t end = 0;
  for (int i = 0; i < depth && end != std::string::npos; ++i) end = layer.find('.', i == 0 ? 0 : end + 1);
  return end == std::string::npos ? layer : layer.substr(0, end);
}

int parts_of(const std::string& path) { return static_cast<int>(std::count(path.begin(), path.end(), '.')) + 1; }

std::vector<std::string> layers_at(const std::vector<std::string>& parameters, int depth) {
  std::vector<std::string> layers;
  for (const std::string& path : parameters) {
    std::string layer = layer_of(path, depth);
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(std::move(layer));
  }
  return layers;
}

/// The deepest paths that are not too many.
int depth_for(const std::vector<std::string>& parameters, std::size_t most) {
  int depth = 1;
  for (const std::string& path : parameters) depth = std::max(depth, parts_of(path));
  while (depth > 1 && layers_at(parameters, depth).size() > most) --depth;
  return depth;
}

}  // namespace

std::vector<std::string> layer_names(const std::vector<std::string>& parameters, std::size_t most) {
  return layers_at(parameters, depth_for(parameters, most));
}

LayerWatch::LayerWatch(const nn::ParameterList& parameters) : weights_(parameters.flat()) {
  std::vector<std::string> paths;
  for (const nn::Variable& one : parameters.all()) paths.push_back(one->name);
  const int depth = depth_for(paths, layers_most);
  names_ = layers_at(paths, depth);
  std::vector<nn::Variable> members = parameters.all();
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a->offset < b->offset; });
  for (const nn::Variable& one : members) {
    const auto found = std::find(names_.begin(), names_.end(), layer_of(one->name, depth));
    // The zeros that fill a member up to the next one count as its own.
    for (std::int64_t at = 0; at < one->type.shape.count(); at += piece) {
      offsets_.push_back(static_cast<float>(one->offset + at));
      layer_.push_back(static_cast<std::size_t>(found - names_.begin()));
    }
  }
  offsets_.push_back(static_cast<float>(weights_->type.shape.count()));
  previous_ = tensor::make_variable("weights before", weights_->type);
  norms_.assign(3, std::vector<float>(names_.size()));
}

nn::Tensor LayerWatch::norms_of(nn::Graph& graph, nn::Tensor values) const {
  const auto count = static_cast<std::int64_t>(offsets_.size());
  return ops::segment_norms(values, graph.constant({count}, offsets_, tensor::DType::i32));
}

void LayerWatch::trace_before(nn::Graph& graph, nn::Tensor gradients) {
  outputs_ = {norms_of(graph, gradients)};
  ops::assign(graph.variable(previous_), graph.variable(weights_));
}

void LayerWatch::trace_after(nn::Graph& graph) {
  const nn::Tensor now = graph.variable(weights_);
  outputs_.push_back(norms_of(graph, now));
  outputs_.push_back(norms_of(graph, now - graph.variable(previous_)));
}

void LayerWatch::read(runtime::Program& program) {
  for (std::size_t kind = 0; kind < norms_.size(); ++kind) {
    const std::vector<float> pieces = program.read(outputs_[kind]).floats;
    std::vector<double> squares(names_.size());
    for (std::size_t i = 0; i < layer_.size(); ++i) {
      squares[layer_[i]] += static_cast<double>(pieces[i]) * static_cast<double>(pieces[i]);
    }
    std::transform(squares.begin(), squares.end(), norms_[kind].begin(),
                   [](double square) { return static_cast<float>(std::sqrt(square)); });
  }
}

}  // namespace figment::training
