#pragma once
#include <map>
#include <string>

namespace figment::training {

/// A task whose weights make sense only with something that was learned from its data: it travels in the metadata of
/// weights and checkpoints.
class CarriesMetadata {
 public:
  virtual ~CarriesMetadata() = default;
  virtual std::map<std::string, std::string> metadata() const = 0;
};

}  // namespace figment::training
