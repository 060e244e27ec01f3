#include "core/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/installation.h"

namespace figment::core {
namespace {

namespace fs = std::filesystem;

template <typename Container>
Container read_all(const fs::path& path) {
  std::error_code error;
  require(!fs::is_directory(path, error), "{} is a folder; give a file", path.string());
  // Others have no size, or let one wait for ever.
  require(!fs::exists(path, error) || fs::is_regular_file(path, error), "{} is no ordinary file; give one",
          path.string());
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  require(stream.good(), "cannot read {}: {}", path.string(), std::strerror(errno));
  Container content;
  content.resize(static_cast<std::size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
  require(stream.good() || content.empty(), "cannot read {}: {}", path.string(), std::strerror(errno));
  return content;
}

fs::path home_folder(const char* variable, const char* fallback) {
  fs::path folder;
  if (const char* base = std::getenv(variable); base != nullptr && *base != '\0') {
    folder = fs::path(base) / "figment";
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    folder = fs::path(home) / fallback / "figment";
  } else {
    folder = fs::temp_directory_path() / "figment";
  }
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error, "cannot make the folder {}: {}", folder.string(), error.message());
  return folder;
}

}  // namespace

std::string read_text(const fs::path& path) { return read_all<std::string>(path); }

std::vector<std::uint8_t> read_bytes(const fs::path& path) { return read_all<std::vector<std::uint8_t>>(path); }

void write_atomically(const fs::path& path, std::span<const std::uint8_t> bytes) {
  if (path.has_parent_path()) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    require(!error, "cannot make the folder {}: {}", path.parent_path().string(), error.message());
  }
  const std::string temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  require(file >= 0, "cannot write {}: {}", temporary, std::strerror(errno));
  int problem = 0;
  for (std::size_t done = 0; done < bytes.size() && problem == 0;) {
    const ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      problem = errno;
    }
  }
  if (problem == 0 && ::fsync(file) != 0) problem = errno;
  if (::close(file) != 0 && problem == 0) problem = errno;
  if (problem == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) problem = errno;
  if (problem != 0) {
    ::unlink(temporary.c_str());
    fail("cannot write {}: {}", path.string(), std::strerror(problem));
  }
}

void write_atomically(const fs::path& path, std::string_view text) {
  write_atomically(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

fs::path cache_directory() { return home_folder("XDG_CACHE_HOME", ".cache"); }

fs::path config_directory() { return home_folder("XDG_CONFIG_HOME", ".config"); }

fs::path assets_directory() {
  if (const char* folder = std::getenv("FIGMENT_ASSETS"); folder != nullptr && *folder != '\0') {
    require(fs::is_directory(folder), "FIGMENT_ASSETS names {}, which is no folder", folder);
    return folder;
  }
  std::error_code error;
  const fs::path installed = data_directory();
  if (!installed.empty() && fs::is_directory(installed / "assets", error)) return installed / "assets";
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  for (const fs::path& folder : {fs::path(FIGMENT_ASSETS_DIR), executable.parent_path() / "assets"}) {
    if (fs::is_directory(folder, error)) return folder;
  }
  fail("the folder assets/ is missing; set FIGMENT_ASSETS to where it is");
}

}  // namespace figment::core
