#include "core/installation.h"

#include <mutex>

namespace figment::core {
namespace {

namespace fs = std::filesystem;

struct Setting {
  std::mutex mutex;
  fs::path folder;
};

Setting& setting() {
  static Setting only;
  return only;
}

}  // namespace

fs::path data_directory() {
  std::error_code error;
  {
    const std::scoped_lock lock(setting().mutex);
    if (!setting().folder.empty()) return setting().folder;
  }
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder = executable.parent_path().parent_path() / "share" / "figment";
  return fs::is_directory(folder, error) ? folder : fs::path();
}

void set_data_directory(const fs::path& folder) {
  const std::scoped_lock lock(setting().mutex);
  setting().folder = folder;
}

}  // namespace figment::core
