#include "training/warm_start.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "formats/safetensors.h"
#include "training/initial_values.h"

namespace figment::training {
namespace {

constexpr std::string_view self = ".self";  // which models with cross-attention or without call differently

std::string common_name(std::string name) {
  if (const auto at = name.find(std::string(self) + "."); at != std::string::npos) name.erase(at, self.size());
  return name;
}

/// Whether the rows of two tensors are alike: all axes but the first.
bool have_like_rows(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  return !a.empty() && a.size() == b.size() && std::equal(a.begin() + 1, a.end(), b.begin() + 1) &&
         (a.size() > 1 || a == b);
}

}  // namespace

WarmStart warm_start(const std::filesystem::path& path, const nn::ParameterList& parameters) {
  const formats::SafetensorsFile file(path);
  std::map<std::string, const formats::TensorRecord*> records;
  for (const formats::TensorRecord& record : file.records()) records[common_name(record.name)] = &record;
  WarmStart taken;
  for (const tensor::Variable& variable : parameters.all()) {
    const auto found = records.find(common_name(variable->name));
    if (found == records.end()) continue;
    if (!have_like_rows(found->second->shape, variable->type.shape.extents())) continue;
    const std::vector<float> values = file.read_floats(found->second->name);
    const auto count = std::min<std::int64_t>(variable->type.shape.count(), static_cast<std::int64_t>(values.size()));
    set_initial(variable, std::span(values).first(static_cast<std::size_t>(count)));
    ++taken.tensors;
    taken.weights += count;
  }
  core::require(taken.tensors > 0, "nothing in {} fits this model; name the weights of one of its kind", path.string());
  return taken;
}

}  // namespace figment::training
