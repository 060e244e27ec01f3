#include "app/open_editor.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "core/error.h"

namespace figment::app {

namespace fs = std::filesystem;

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

fs::path user_shaders() {
  const std::string data = variable("XDG_DATA_HOME");
  const std::string home = variable("HOME");
  core::require(
      !data.empty() || !home.empty(),
      "There is no folder to copy the shader to; set XDG_DATA_HOME, or FIGMENT_SHADERS to a copy of shaders/.");
  return (data.empty() ? fs::path(home) / ".local/share" : fs::path(data)) / "figment" / "shaders";
}

/// Starts a program as a grandchild, which nobody has to wait for. Returns errno of a failure, or 0.
int start_detached(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      execvp(arguments[0], arguments.data());
      const int failure = errno;
      [[maybe_unused]] const auto written = write(ends[1], &failure, sizeof(failure));
    }
    _exit(0);
  }
  close(ends[1]);
  int failure = child < 0 ? errno : 0;
  if (child > 0) {
    waitpid(child, nullptr, 0);
    // Nothing comes if the program was started: its end of the pipe closes then.
    int told = 0;
    if (read(ends[0], &told, sizeof(told)) == static_cast<ssize_t>(sizeof(told))) failure = told;
  }
  close(ends[0]);
  return failure;
}

}  // namespace

std::vector<std::string> editor_command() {
  for (const char* name : {"FIGMENT_EDITOR", "VISUAL", "EDITOR"}) {
    std::istringstream stream(variable(name));
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    if (!words.empty()) return words;
  }
  return {"xdg-open"};
}

bool needs_terminal(const std::string& command) {
  static constexpr std::array<std::string_view, 16> list{"vi",    "vim", "nvim",   "nano", "pico", "micro",
                                                         "helix", "hx",  "kak",    "joe",  "jed",  "ne",
                                                         "mg",    "ed",  "mcedit", "less"};
  return std::ranges::find(list, fs::path(command).filename().string()) != list.end();
}

void open_editor(const fs::path& file) {
  std::vector<std::string> words = editor_command();
  const std::string program = words.front();
  core::require(!needs_terminal(program),
                "{} needs a terminal of its own: open {} there, or set FIGMENT_EDITOR to an editor with a window.",
                program, file.string());
  words.push_back(file.string());
  const int failure = start_detached(std::move(words));
  core::require(failure == 0, "{} could not be started ({}): set FIGMENT_EDITOR, or open {} yourself.", program,
                std::strerror(failure), file.string());
}

fs::path editable_shader(const fs::path& folder, const std::string& name) {
  const fs::path file = folder / name;
  std::error_code error;
  core::require(fs::is_regular_file(file, error),
                "There is no source of {} in {}: set FIGMENT_SHADERS to the folder shaders/ of figment's sources.",
                name, folder.string());
  if (access(file.c_str(), W_OK) == 0) return file;
  const fs::path copy = user_shaders();
  fs::create_directories(copy, error);
  fs::copy(folder, copy, fs::copy_options::recursive | fs::copy_options::skip_existing, error);
  core::require(!error, "The shaders could not be copied to {}: {}.", copy.string(), error.message());
  for (fs::recursive_directory_iterator it(copy, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    fs::permissions(it->path(), fs::perms::owner_write, fs::perm_options::add, ignored);
  }
  return copy / name;
}

}  // namespace figment::app
