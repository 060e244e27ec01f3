#pragma once
#include <spdlog/spdlog.h>

namespace figment::core {

/// Sends log lines to stderr, so that stdout stays for results. `level` is one of spdlog's names.
void start_logging(const std::string& level = "info");

}  // namespace figment::core
