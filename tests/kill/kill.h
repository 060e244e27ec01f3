#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "core/files.h"
#include "formats/png.h"
#include "formats/safetensors.h"

/// Programs are killed (SIGKILL) at seeded random moments while they write, and every file that they leave is looked
/// at. FIGMENT_KILLS says how often in all; 6 by default.
namespace figment::kill {

namespace fs = std::filesystem;

inline int kills() {
  const char* text = std::getenv("FIGMENT_KILLS");
  return text != nullptr ? std::max(1, std::atoi(text)) : 6;
}

/// A program that has been started; killed at the end if it still runs.
class Victim {
 public:
  /// `environment` is added; what it says goes to `log`, which is begun anew.
  Victim(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment,
         const fs::path& log) {
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));  // NOLINT
    words.push_back(nullptr);
    execv(words.front(), words.data());
    _exit(127);
  }
  ~Victim() { kill_now(); }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  bool is_running() {
    if (has_ended_) return false;
    has_ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
    return !has_ended_;
  }
  /// Waits until `holds`; false if the program ends before, or after two minutes.
  bool wait_until(const std::function<bool()>& holds) {
    for (int i = 0; i < 12'000; ++i) {
      if (holds()) return true;
      if (!is_running()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  /// False if it had ended by itself.
  bool kill_now() {
    if (!is_running()) return false;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
    has_ended_ = true;
    return true;
  }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool has_ended_ = false;
};

/// Looks at a file and throws if it is broken.
using Check = std::function<void(const fs::path&)>;

/// Those by the end of a file's name; others may be added.
inline std::map<std::string, Check> checks() {
  const Check tensors = [](const fs::path& path) { formats::SafetensorsFile file(path); };
  return {{".png", [](const fs::path& path) { formats::read_png(path); }},
          {".json", [](const fs::path& path) { std::ignore = nlohmann::json::parse(core::read_text(path)); }},
          {".safetensors", tensors},
          {".checkpoint", tensors}};
}

struct Found {
  int files = 0;                    ///< that were looked at
  int leftovers = 0;                ///< temporary files of writers that were killed
  std::vector<std::string> broken;  ///< a sentence each
};

/// Every file in the folder and below. Temporary files are counted only, and those that no check knows are left out.
inline Found look_at(const fs::path& folder, const std::map<std::string, Check>& known = checks()) {
  Found found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const std::string end = entry.path().extension().string();
    found.leftovers += end == ".tmp" ? 1 : 0;
    const auto check = known.find(end);
    if (check == known.end()) continue;
    ++found.files;
    try {
      check->second(entry.path());
    } catch (const std::exception& error) {
      found.broken.push_back(entry.path().string() + ": " + error.what());
    }
  }
  return found;
}

}  // namespace figment::kill
