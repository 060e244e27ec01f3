#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace figment::gpu {

/// A shader of shaders/ that was compiled to SPIR-V when figment was built.
struct EmbeddedShader {
  std::string_view name;                ///< file name, "matmul.comp"
  std::span<const std::uint32_t> code;  ///< SPIR-V words
};

/// Every shader of shaders/, sorted by file name.
std::span<const EmbeddedShader> embedded_shaders();

}  // namespace figment::gpu
