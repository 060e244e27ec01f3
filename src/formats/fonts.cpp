#include "formats/fonts.h"

#include <algorithm>
#include <array>
#include <string>

namespace figment::formats {

namespace fs = std::filesystem;

fs::path find_font(std::span<const char* const> names) {
  constexpr std::array folders{"/usr/share/fonts", "/usr/local/share/fonts"};
  fs::path best;
  std::size_t best_rank = names.size();
  for (const char* folder : folders) {
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      const std::string name = at->path().filename().string();
      const auto found = std::ranges::find_if(names, [&](const char* wanted) { return name == wanted; });
      const auto rank = static_cast<std::size_t>(found - names.begin());
      if (rank >= best_rank) continue;
      best_rank = rank;
      best = at->path();
    }
  }
  return best;
}

}  // namespace figment::formats
