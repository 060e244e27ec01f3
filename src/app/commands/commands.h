#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "runtime/context.h"

/// The subcommands of figment, one file each. Each adds itself to the command line and puts what is to be
/// done into `run`, which returns the exit code.
namespace figment::app {

/// Options that all commands share.
struct CommonOptions {
  std::string device;       ///< "", a number or a part of a name
  bool validation = false;  ///< with the Vulkan validation layer
};

using Run = std::function<int()>;

/// The window itself: what figment does without a subcommand. Adds its options to `app`.
void add_window(CLI::App& app, CommonOptions& common, Run& run);
void add_generate(CLI::App& app, CommonOptions& common, Run& run);
void add_train(CLI::App& app, CommonOptions& common, Run& run);
void add_eval(CLI::App& app, CommonOptions& common, Run& run);
void add_bench(CLI::App& app, CommonOptions& common, Run& run);
void add_data(CLI::App& app, CommonOptions& common, Run& run);
void add_list(CLI::App& app, CommonOptions& common, Run& run);
void add_film(CLI::App& app, CommonOptions& common, Run& run);
void add_workbench(CLI::App& app, CommonOptions& common, Run& run);

/// Adds --device and --validation.
void add_common(CLI::App& app, CommonOptions& common);

/// A context on the chosen device.
std::unique_ptr<runtime::Context> make_context(const CommonOptions& common);

/// A line on stderr that is written over: "label [=====     ] 52 %, 1:23 left". Nothing is shown if stderr is
/// no terminal, apart from a line every ten seconds.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();
  void update(double fraction, const std::string& note = "");
  void finish();

 private:
  std::string label_;
  double started_;
  double shown_ = -1;
  double first_fraction_ = -1;
  bool is_terminal_;
  bool open_ = false;
};

}  // namespace figment::app
