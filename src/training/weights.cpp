#include "training/weights.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/half.h"
#include "formats/safetensors.h"

namespace figment::training {

std::filesystem::path shipped_weights(const std::string& model) {
  return core::assets_directory() / "models" / (model + ".safetensors");
}

void load_weights(const std::filesystem::path& path, const nn::ParameterList& parameters, const std::string& prefix) {
  const formats::SafetensorsFile file(path);
  for (const tensor::Variable& variable : parameters.all()) {
    const std::vector<float> values = file.read_floats(prefix + variable->name, variable->type.shape.extents());
    variable->initial = values;
    if (variable->parent) {
      std::copy(values.begin(), values.end(), variable->parent->initial.begin() + variable->offset);
    }
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

void save_weights(const std::filesystem::path& path, runtime::Context& context, const nn::ParameterList& parameters,
                  const std::map<std::string, std::string>& metadata, bool half) {
  std::vector<std::vector<float>> floats;
  std::vector<std::vector<std::uint16_t>> halves;
  std::vector<formats::TensorRecord> records;
  floats.reserve(parameters.all().size());
  halves.reserve(parameters.all().size());
  for (const tensor::Variable& variable : parameters.all()) {
    floats.push_back(context.download(variable).floats);
    const auto& shape = variable->type.shape.extents();
    if (!half) {
      records.push_back(formats::float_record(variable->name, shape, floats.back()));
      continue;
    }
    std::vector<std::uint16_t>& packed = halves.emplace_back();
    for (const float value : floats.back()) packed.push_back(core::float_to_half(value));
    formats::TensorRecord record;
    record.name = variable->name;
    record.dtype = "F16";
    record.shape = shape;
    record.bytes = {reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size() * sizeof(std::uint16_t)};
    records.push_back(std::move(record));
  }
  formats::write_safetensors(path, records, metadata);
}

}  // namespace figment::training
