#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "nn/parameters.h"
#include "runtime/context.h"

namespace figment::training {

/// The weights that a model runs with: those that were chosen, else assets/models/<model>.safetensors.
std::filesystem::path shipped_weights(const std::string& model);
/// From now on, in this process, the model runs with these weights; an empty path: with the shipped ones again.
void choose_weights(const std::string& model, const std::filesystem::path& weights);
bool has_chosen_weights(const std::string& model);

/// Puts the tensors of a safetensors file into the parameters' initial values. Call before the parameters
/// are first used on a device. `prefix` is put before the names ("ema."). Throws Error, with one sentence that names
/// the file, if a tensor is missing or has another shape.
void load_weights(const std::filesystem::path& path, const nn::ParameterList& parameters,
                  const std::string& prefix = "");

/// The preset that a weight file was trained with; "small" if it says none. Throws Error as weight_metadata.
std::string preset_of(const std::filesystem::path& path);
/// The metadata of a weight file.
std::map<std::string, std::string> weight_metadata(const std::filesystem::path& path);

/// Writes packed parameters whose values, laid out as ParameterList::flat(), are `flat`. `half` stores them as F16.
/// Atomic; may be called from any thread.
void write_weights(const std::filesystem::path& path, const nn::ParameterList& parameters, std::span<const float> flat,
                   const std::map<std::string, std::string>& metadata, bool half);
/// Writes packed parameters as they are on the device. Atomic.
void save_weights(const std::filesystem::path& path, runtime::Context& context, const nn::ParameterList& parameters,
                  const std::map<std::string, std::string>& metadata, bool half);

/// A model's network with the weights of a file (empty: those that the model runs with), in the sizes of the preset
/// that they were trained with. Network(config, seed) has config() and parameters(), and its config's type has large().
template <typename Network>
std::shared_ptr<Network> load_network(const std::string& model, const std::filesystem::path& weights = {}) {
  using Config = std::decay_t<decltype(std::declval<const Network&>().config())>;
  const std::filesystem::path path = weights.empty() ? shipped_weights(model) : weights;
  auto network = std::make_shared<Network>(preset_of(path) == "large" ? Config::large() : Config{}, 1);
  load_weights(path, network->parameters());
  return network;
}

}  // namespace figment::training
