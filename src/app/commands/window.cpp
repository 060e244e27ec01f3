#include "app/commands/commands.h"
#include "app/window_command.h"
#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "studio/family.h"
#include "training/text_file_task.h"

namespace figment::app {

namespace {

/// Empty if there is no place for it; then nothing is remembered.
std::filesystem::path settings_file() {
  try {
    return core::config_directory() / "settings.json";
  } catch (const core::Error& error) {
    spdlog::warn("nothing is remembered: {}", error.what());
    return {};
  }
}

}  // namespace

void add_window(CLI::App& app, CommonOptions& common, Run& run) {
  struct Options {
    WindowOptions window;
    std::string size;
    bool forgets = false;
    std::string from = "nothing";
    std::string text;
  };
  const auto options = std::make_shared<Options>();
  WindowOptions& window = options->window;
  app.add_option("--model", window.model, "Model to begin with (see figment list)");
  app.add_option("--train", window.train, "Begin with the training of this model");
  app.add_option("--train-from", options->from,
                 "nothing (the default), shipped or last: what that training starts from")
      ->check(CLI::IsMember({"nothing", "shipped", "last"}));
  app.add_option("--text", options->text, "Begin with the training of the GPT on your own UTF-8 text file");
  app.add_option("--size", options->size, "Of the window, WIDTHxHEIGHT (default: as last time, or 1280x720)");
  app.add_flag("--forget", options->forgets,
               "Begin with the settings of a first start and remember nothing; so does --frames");
  app.add_option("--frames", window.frames, "Quit after so many frames")->check(CLI::PositiveNumber);
  app.add_option("--screenshot", window.screenshot, "Write the whole window to this PNG at the end");
  app.add_option("--trace", window.trace, "Write what host and device did to this file at the end, for Perfetto");
  app.add_option("--frame-budget-ms", window.frame_budget_ms, "Time for one frame (default: 33 on a CPU, 8 on a GPU)")
      ->check(CLI::Range(1.0, 1000.0));
  app.add_option("--capture-dir", window.capture_dir, "Where F12 and F10 write (default: the current folder)");
  add_common(app, common);
  app.callback([options, &app, &common, &run] {
    if (!app.get_subcommands().empty()) return;
    run = [options, &common] {
      WindowOptions& wanted = options->window;
      if (!options->size.empty()) parse_size(options->size, wanted.width, wanted.height);
      if (!options->forgets && wanted.frames == 0) wanted.settings = settings_file();
      if (!wanted.model.empty()) studio::family_named(wanted.model, true);
      if (!options->text.empty()) {
        if (wanted.train.empty()) wanted.train = "gpt";
        core::require(training::takes_text_file(wanted.train), "{} learns no text files; choose --train gpt",
                      wanted.train);
        data::read_text_file(options->text, "give --text a UTF-8 text file");
        wanted.request.texts["train." + wanted.train + ".text"] = std::filesystem::absolute(options->text).string();
      }
      if (!wanted.train.empty()) {
        const studio::Family& family = studio::family_named(wanted.train, true);
        core::require(family.make_task != nullptr, "{} cannot be trained; choose another model", family.title);
        wanted.request.numbers["train." + family.name + ".start"] = options->from == "last"      ? 2
                                                                    : options->from == "shipped" ? 1
                                                                                                 : 0;
      }
      wanted.device = common.device;
      wanted.validation = common.validation;
      return run_window(wanted);
    };
  });
}

}  // namespace figment::app
