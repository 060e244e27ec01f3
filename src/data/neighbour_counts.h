#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace figment::data {

/// Guesses a token from its neighbours by counting: what stood most often between the same two tokens on each side; if
/// they were never seen, between the same one on each side, then behind the same one, then anywhere.
class NeighbourCounts {
 public:
  static constexpr int reach = 2;  ///< tokens on each side

  /// Texts as token ids below 2^16.
  explicit NeighbourCounts(std::span<const std::vector<std::int32_t>> texts);

  /// The likeliest token at `place`. Neighbours for which `is_hidden` (one for each token; may be empty) are not
  /// looked at.
  std::int32_t guess(std::span<const std::int32_t> text, int place, std::span<const char> is_hidden = {}) const;

 private:
  using Key = std::uint64_t;
  static std::optional<Key> key_of(std::span<const std::int32_t> text, int place, int left, int right,
                                   std::span<const char> is_hidden);

  struct Window {
    int left = 0;
    int right = 0;
    std::unordered_map<Key, std::int32_t> likeliest;
  };
  std::vector<Window> windows_;
};

}  // namespace figment::data
