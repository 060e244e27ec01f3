#include "tensor/kernel.h"

#include <bit>

namespace figment::tensor {

std::uint32_t float_word(float value) { return std::bit_cast<std::uint32_t>(value); }

std::string_view name_of(Family family) {
  constexpr std::array<std::string_view, family_count> names = {"convolution", "matrix product", "attention", "norm",
                                                                "pointwise",   "reduction",      "data",      "random",
                                                                "denoise",     "sampling",       "optimizer"};
  return names[static_cast<std::size_t>(family)];
}

}  // namespace figment::tensor
