#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace figment::training {

/// Everything that a training needs to go on, on the host.
struct Checkpoint {
  struct Part {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };
  std::vector<Part> parts;
  std::map<std::string, std::string> metadata;

  /// Throws Error if there is no such part.
  const Part& part(const std::string& name) const;
};

/// Atomic: a kill leaves the old file or the new one. May be called from any thread.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

}  // namespace figment::training
