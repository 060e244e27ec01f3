#include <fmt/format.h>

#include "app/commands/commands.h"
#include "core/error.h"
#include "data/dataset.h"

namespace figment::app {

void add_data(CLI::App& app, CommonOptions&, Run& run) {
  struct Options {
    std::string name;
    int count = 64;
    std::uint64_t seed = 0;
    std::string out;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("data", "Writes samples of a data set, so that anyone can look");
  command->add_option("name", options->name, "Data set (see figment list)")->required();
  command->add_option("--count", options->count, "Samples")->check(CLI::Range(1, 1000000))->capture_default_str();
  command->add_option("--seed", options->seed, "Another seed, other samples")->capture_default_str();
  command->add_option("--out", options->out, "Folder to write to")->required();
  command->callback([options, &run] {
    run = [options] {
      ProgressBar bar("writing " + options->name);
      data::write_dataset(options->name, options->count, options->seed, options->out,
                          [&](int done) { bar.update(static_cast<double>(done) / options->count); });
      bar.finish();
      fmt::print("{} samples of {} (version {}) are in {}\n", options->count, options->name,
                 data::find_dataset(options->name).version, options->out);
      return 0;
    };
  });
}

}  // namespace figment::app
