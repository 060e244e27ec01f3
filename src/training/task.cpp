#include "training/task.h"

#include <array>

#include "core/error.h"

namespace figment::training {

void write_seed(runtime::Program& program, const std::string& input, core::Random& random) {
  const std::array<std::int32_t, 4> seed = {static_cast<std::int32_t>(random.bits()),
                                            static_cast<std::int32_t>(random.bits()), 0, 0};
  program.write_ints(input, seed);
}

bool is_large(const std::string& preset, const std::string& model) {
  core::require(preset == "small" || preset == "large", "{} has no preset {}; choose small or large", model, preset);
  return preset == "large";
}

}  // namespace figment::training
