#include "data/neighbour_counts.h"

#include <algorithm>
#include <utility>

namespace figment::data {
namespace {

constexpr std::int32_t outside = 0xFFFF;  // beyond the ends of a text

/// For each key of sorted (key, token) pairs: the token that comes most often, the lowest of equals.
template <typename Take>
void most_often(const std::vector<std::pair<std::uint64_t, std::int32_t>>& pairs, Take take) {
  for (std::size_t i = 0; i < pairs.size();) {
    const std::uint64_t key = pairs[i].first;
    std::int32_t best = 0;
    std::size_t best_count = 0;
    while (i < pairs.size() && pairs[i].first == key) {
      std::size_t end = i;
      while (end < pairs.size() && pairs[end] == pairs[i]) ++end;
      if (end - i > best_count) {
        best_count = end - i;
        best = pairs[i].second;
      }
      i = end;
    }
    take(key, best);
  }
}

}  // namespace

std::optional<NeighbourCounts::Key> NeighbourCounts::key_of(std::span<const std::int32_t> text, int place, int left,
                                                            int right, std::span<const char> is_hidden) {
  Key key = 0;
  for (int offset = -left; offset <= right; ++offset) {
    if (offset == 0) continue;
    const int at = place + offset;
    const bool is_inside = at >= 0 && at < static_cast<int>(text.size());
    if (is_inside && !is_hidden.empty() && is_hidden[static_cast<std::size_t>(at)] != 0) return {};
    key = key << 16U | static_cast<Key>(is_inside ? text[static_cast<std::size_t>(at)] : outside);
  }
  return key;
}

NeighbourCounts::NeighbourCounts(std::span<const std::vector<std::int32_t>> texts) {
  constexpr std::array<std::pair<int, int>, 5> sizes = {{{reach, reach}, {1, 1}, {1, 0}, {0, 1}, {0, 0}}};
  std::vector<std::pair<Key, std::int32_t>> pairs;
  for (const auto& [left, right] : sizes) {
    pairs.clear();
    for (const auto& text : texts) {
      for (int place = 0; place < static_cast<int>(text.size()); ++place)
        pairs.emplace_back(*key_of(text, place, left, right, {}), text[static_cast<std::size_t>(place)]);
    }
    std::sort(pairs.begin(), pairs.end());
    Window window{left, right, {}};
    most_often(pairs, [&](Key key, std::int32_t token) { window.likeliest.emplace(key, token); });
    windows_.push_back(std::move(window));
  }
}

std::int32_t NeighbourCounts::guess(std::span<const std::int32_t> text, int place,
                                    std::span<const char> is_hidden) const {
  for (const Window& window : windows_) {
    const std::optional<Key> key = key_of(text, place, window.left, window.right, is_hidden);
    if (!key) continue;
    if (const auto found = window.likeliest.find(*key); found != window.likeliest.end()) return found->second;
  }
  return 0;  // counted over no text at all
}

}  // namespace figment::data
