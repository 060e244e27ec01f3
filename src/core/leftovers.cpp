#include "core/leftovers.h"

#include <signal.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <vector>

namespace figment::core {
namespace {

namespace fs = std::filesystem;

/// The process in NAME.PID.tmp; 0 if the name is another.
pid_t writer_of(const std::string& name) {
  constexpr std::string_view end = ".tmp";
  if (!name.ends_with(end)) return 0;
  const std::string stem = name.substr(0, name.size() - end.size());
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string::npos || dot == 0) return 0;
  pid_t process = 0;
  const char* last = stem.data() + stem.size();
  const auto [rest, problem] = std::from_chars(stem.data() + dot + 1, last, process);
  return problem == std::errc() && rest == last && process > 0 ? process : 0;
}

bool is_running(pid_t process) { return ::kill(process, 0) == 0 || errno != ESRCH; }

}  // namespace

void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> dead;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const pid_t writer = writer_of(entry->path().filename().string());
    if (writer > 0 && !is_running(writer)) dead.push_back(entry->path());
  }
  for (const fs::path& path : dead) fs::remove(path, error);
}

}  // namespace figment::core
