#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "studio/request.h"

namespace figment::app {

/// What to paint or to write, as the command line says it: shared by the commands that generate.
struct RequestOptions {
  studio::Request given;
  std::vector<std::string> classes;  ///< "time=sunset"
  std::uint64_t seed = 7319;         ///< of pictures and texts

  /// The request. Throws Error with one sentence for a class or a number that makes no sense.
  studio::Request request() const;
};

/// Adds every option of a request: --prompt, --class, --sampler, --temperature, ...; `options` must outlive `command`.
void add_request_options(CLI::App& command, RequestOptions& options);

}  // namespace figment::app
