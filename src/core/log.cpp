#include "core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace figment::core {

void start_logging(const std::string& level) {
  auto logger = spdlog::get("figment");
  if (!logger) logger = spdlog::stderr_color_mt("figment");
  logger->set_pattern("%^%l%$ %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(logger);
}

}  // namespace figment::core
