#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands/commands.h"
#include "core/error.h"
#include "core/log.h"
#include "core/memory.h"

namespace {

int run_safely(const figment::app::Run& run) {
  try {
    return run ? run() : 0;
  } catch (const figment::core::Error& error) {
    fmt::print(stderr, "figment: {}\n", error.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "figment: there is not enough memory; ask for fewer or smaller things at once\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "figment: something went wrong: {}\n", error.what());
  }
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  figment::core::give_large_blocks_back();
  figment::core::start_logging("warn");
  CLI::App app("figment: a real-time generative-AI playground on Vulkan compute");
  app.require_subcommand(0, 1);
  figment::app::CommonOptions common;
  figment::app::Run run;
  figment::app::add_window(app, common, run);
  figment::app::add_film(app, common, run);
  figment::app::add_generate(app, common, run);
  figment::app::add_train(app, common, run);
  figment::app::add_eval(app, common, run);
  figment::app::add_bench(app, common, run);
  figment::app::add_workbench(app, common, run);
  figment::app::add_data(app, common, run);
  figment::app::add_list(app, common, run);
  CLI11_PARSE(app, argc, argv);
  return run_safely(run);
}
