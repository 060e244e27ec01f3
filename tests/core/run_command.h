#pragma once
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace figment::core {

/// How a program ended, and what it said.
struct Outcome {
  int status = -1;   ///< the exit code; 128 if a signal ended it
  std::string text;  ///< stdout and stderr
};

/// Runs a command line of the shell, without input.
inline Outcome run_command(const std::string& command) {
  Outcome outcome;
  FILE* pipe = ::popen((command + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> block{};
  for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    outcome.text.append(block.data(), got);
  }
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return outcome;
}

}  // namespace figment::core
