#include "soak/resident.h"

#include <cstdint>
#include <fstream>
#include <sstream>

namespace figment::app {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

/// The kind of a mapping; its ranges are the address sanitizer's on x86-64 Linux.
std::string kind_of(std::uint64_t begin, const std::string& access, const std::string& name) {
  if (name.starts_with("/memfd") || name.starts_with("/SYSV") || name.starts_with("/dev/shm")) return "shared";
  if (name.starts_with('/')) return "files";
  if (name.starts_with("[stack")) return "stacks";
  if (access.find('x') != std::string::npos) return "code made";
  if (is_sanitized && begin >= 0x7fff8000 && begin < 0x1000'0000'0000) return "shadow";
  if (is_sanitized && begin >= 0x6000'0000'0000 && begin < 0x6400'0000'0000) return "sanitized heap";
  if (name == "[heap]") return "heap";
  return "other";
}

}  // namespace

std::map<std::string, double> resident_by_kind() {
  std::ifstream file("/proc/self/smaps");
  std::map<std::string, double> mib;
  std::string kind;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "Rss:") {
      double kib = 0;
      words >> kib;
      mib[kind] += kib / 1024;
    } else if (!first.ends_with(':')) {  // 7f00-7fff rw-p 00000000 00:00 0    [name]
      std::string access, offset, device, inode, name;
      words >> access >> offset >> device >> inode >> name;
      kind = kind_of(std::stoull(first, nullptr, 16), access, name);
    }
  }
  return mib;
}

}  // namespace figment::app
