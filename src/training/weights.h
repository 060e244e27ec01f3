#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "nn/parameters.h"
#include "runtime/context.h"

namespace figment::training {

/// Where the shipped weights of a model lie: assets/models/<model>.safetensors.
std::filesystem::path shipped_weights(const std::string& model);

/// Puts the tensors of a safetensors file into the parameters' initial values. Call before the parameters
/// are first used on a device. `prefix` is put before the names ("ema."). Throws Error, with one sentence that names
/// the file, if a tensor is missing or has another shape.
void load_weights(const std::filesystem::path& path, const nn::ParameterList& parameters,
                  const std::string& prefix = "");

/// The metadata of a weight file.
/// The preset that a weight file was trained with; "small" if it says none. Throws Error as weight_metadata.
std::string preset_of(const std::filesystem::path& path);
std::map<std::string, std::string> weight_metadata(const std::filesystem::path& path);

/// Writes parameters as they are on the device. `half` stores them as F16. Atomic.
void save_weights(const std::filesystem::path& path, runtime::Context& context, const nn::ParameterList& parameters,
                  const std::map<std::string, std::string>& metadata, bool half);

}  // namespace figment::training
