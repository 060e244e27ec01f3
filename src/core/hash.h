#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace figment::core {

/// FNV-1a, 64 bits. Not for security: it names cache entries and compares outputs.
constexpr std::uint64_t hash_bytes(std::span<const std::uint8_t> bytes, std::uint64_t seed = 0xcbf29ce484222325ULL) {
  for (const std::uint8_t byte : bytes) seed = (seed ^ byte) * 0x100000001b3ULL;
  return seed;
}

constexpr std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325ULL) {
  for (const char character : text) seed = (seed ^ static_cast<std::uint8_t>(character)) * 0x100000001b3ULL;
  return seed;
}

/// Sixteen hexadecimal digits.
std::string to_hex(std::uint64_t value);

}  // namespace figment::core
