#include "formats/fonts.h"

#include <map>
#include <string>

namespace figment::formats {

namespace {

namespace fs = std::filesystem;

/// Everything below the folders of fonts, by name; looked through once, since there may be thousands.
std::map<std::string, fs::path> look_through_folders() {
  std::map<std::string, fs::path> files;
  for (const char* folder : {"/usr/share/fonts", "/usr/local/share/fonts"}) {
    std::error_code error;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      files.try_emplace(at->path().filename().string(), at->path());
    }
  }
  return files;
}

}  // namespace

fs::path find_font(std::span<const char* const> names) {
  static const std::map<std::string, fs::path> files = look_through_folders();
  for (const char* name : names) {
    if (const auto found = files.find(name); found != files.end()) return found->second;
  }
  return {};
}

}  // namespace figment::formats
