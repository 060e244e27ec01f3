#pragma once
#include <cstdint>

#include "nn/parameters.h"

namespace figment::models {

/// What a network made of parts has besides them. A network derives from it, makes its parts in the scope root(), and
/// ends its constructor with parameters().pack().
template <typename Config>
class Network {
 public:
  nn::ParameterList& parameters() { return parameters_; }
  const nn::ParameterList& parameters() const { return parameters_; }
  const Config& config() const { return config_; }

 protected:
  Network(const Config& config, std::uint64_t seed) : config_(config), parameters_(seed) {}
  nn::Scope root() { return nn::Scope(parameters_); }

 private:
  Config config_;
  nn::ParameterList parameters_;
};

}  // namespace figment::models
