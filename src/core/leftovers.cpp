#include "core/leftovers.h"

#include <signal.h>

#include <cerrno>
#include <charconv>
#include <string_view>
#include <vector>

namespace figment::core {
namespace {

namespace fs = std::filesystem;

/// The process in "film.mp4.4711.tmp"; 0 if the name is no such.
int writer_of(std::string_view name) {
  constexpr std::string_view end = ".tmp";
  if (!name.ends_with(end)) return 0;
  name.remove_suffix(end.size());
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return 0;
  int process = 0;
  const auto result = std::from_chars(name.data() + dot + 1, name.data() + name.size(), process);
  return result.ec == std::errc{} && result.ptr == name.data() + name.size() && process > 0 ? process : 0;
}

}  // namespace

int remove_leftovers(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::directory_iterator entries(folder.empty() ? fs::path(".") : folder, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    const int process = name.starts_with(prefix) ? writer_of(name) : 0;
    std::error_code status;
    if (process == 0 || !entries->is_regular_file(status)) continue;
    if (::kill(process, 0) != 0 && errno == ESRCH) found.push_back(entries->path());
  }
  int removed = 0;
  for (const fs::path& path : found) removed += fs::remove(path, error) ? 1 : 0;
  return removed;
}

int remove_leftovers_of(const fs::path& file) {
  return remove_leftovers(file.parent_path(), file.filename().string() + ".");
}

}  // namespace figment::core
