#include "training/weights.h"

#include <algorithm>
#include <mutex>

#include "core/error.h"
#include "core/files.h"
#include "core/half.h"
#include "formats/safetensors.h"
#include "training/initial_values.h"

namespace figment::training {

namespace {

/// Weights that stand in for the shipped ones. Families read theirs on threads of their own.
struct Chosen {
  std::mutex mutex;
  std::map<std::string, std::filesystem::path> paths;
};

Chosen& chosen() {
  static Chosen all;
  return all;
}

}  // namespace

std::filesystem::path shipped_weights(const std::string& model) {
  const std::scoped_lock lock(chosen().mutex);
  const auto found = chosen().paths.find(model);
  if (found != chosen().paths.end()) return found->second;
  return core::assets_directory() / "models" / (model + ".safetensors");
}

void choose_weights(const std::string& model, const std::filesystem::path& weights) {
  const std::scoped_lock lock(chosen().mutex);
  if (weights.empty()) {
    chosen().paths.erase(model);
  } else {
    chosen().paths[model] = weights;
  }
}

bool has_chosen_weights(const std::string& model) {
  const std::scoped_lock lock(chosen().mutex);
  return chosen().paths.contains(model);
}

void load_weights(const std::filesystem::path& path, const nn::ParameterList& parameters, const std::string& prefix) {
  const formats::SafetensorsFile file(path);
  for (const tensor::Variable& variable : parameters.all()) {
    set_initial(variable, file.read_floats(prefix + variable->name, variable->type.shape.extents()));
  }
}

std::map<std::string, std::string> weight_metadata(const std::filesystem::path& path) {
  return formats::SafetensorsFile(path).metadata();
}

std::string preset_of(const std::filesystem::path& path) {
  const auto metadata = weight_metadata(path);
  const auto preset = metadata.find("preset");
  return preset == metadata.end() ? "small" : preset->second;
}

void write_weights(const std::filesystem::path& path, const nn::ParameterList& parameters, std::span<const float> flat,
                   const std::map<std::string, std::string>& metadata, bool half) {
  core::require(parameters.flat() != nullptr, "weights are written after ParameterList::pack()");
  const std::int64_t places = parameters.flat()->type.shape.count();
  core::require(static_cast<std::int64_t>(flat.size()) == places, "{} values are given for {} places of the parameters",
                flat.size(), places);
  std::vector<std::vector<std::uint16_t>> halves;
  std::vector<formats::TensorRecord> records;
  halves.reserve(parameters.all().size());
  for (const tensor::Variable& variable : parameters.all()) {
    const auto& shape = variable->type.shape.extents();
    const std::span<const float> floats = flat.subspan(static_cast<std::size_t>(variable->offset),
                                                       static_cast<std::size_t>(variable->type.shape.count()));
    if (!half) {
      records.push_back(formats::float_record(variable->name, shape, floats));
      continue;
    }
    std::vector<std::uint16_t>& packed = halves.emplace_back();
    for (const float value : floats) packed.push_back(core::float_to_half(value));
    formats::TensorRecord record;
    record.name = variable->name;
    record.dtype = "F16";
    record.shape = shape;
    record.bytes = {reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size() * sizeof(std::uint16_t)};
    records.push_back(std::move(record));
  }
  formats::write_safetensors(path, records, metadata);
}

void save_weights(const std::filesystem::path& path, runtime::Context& context, const nn::ParameterList& parameters,
                  const std::map<std::string, std::string>& metadata, bool half) {
  core::require(parameters.flat() != nullptr, "weights are written after ParameterList::pack()");
  write_weights(path, parameters, context.download(parameters.flat()).floats, metadata, half);
}

}  // namespace figment::training
