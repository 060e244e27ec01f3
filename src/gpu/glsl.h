#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// What ShaderLibrary is made of; not for other folders. `directory` is the folder of the shaders: #include "x" is
// looked for in its include/ and then in itself.
namespace figment::gpu::glsl {

/// The files that `source` includes, directly or not, each once; names that are not found are left out.
std::vector<std::filesystem::path> includes_of(const std::string& source, const std::filesystem::path& directory);

/// Hash of all that decides the SPIR-V: source, included files, stage, compiler's settings.
std::uint64_t hash_with_includes(const std::string& source, const std::string& name,
                                 const std::filesystem::path& directory);

/// SPIR-V for Vulkan 1.3, optimised for speed. Throws core::Error with the compiler's message.
std::vector<std::uint32_t> compile(const std::string& source, const std::string& name,
                                   const std::filesystem::path& directory);

/// A cached result, or nothing if the file is missing, damaged or of another key.
std::optional<std::vector<std::uint32_t>> read_cached(const std::filesystem::path& file, std::uint64_t key);
void write_cached(const std::filesystem::path& file, std::uint64_t key, const std::vector<std::uint32_t>& words);

}  // namespace figment::gpu::glsl
