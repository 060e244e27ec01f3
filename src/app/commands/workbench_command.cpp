#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/commands/commands.h"
#include "core/error.h"
#include "runtime/parity.h"

namespace figment::app {
namespace {

/// The examples of every shader whose name holds `filter`, on this form of the kernels. Returns how many failed.
int check_form(runtime::Context& context, const std::string& filter, int& checked) {
  int failures = 0;
  for (const auto& [file, uses] : runtime::shader_uses(context.traits())) {
    if (file.find(filter) == std::string::npos) continue;
    double max_error = 0;
    int failed = 0;
    std::string message;
    for (const runtime::ShaderUse& use : uses) {
      const runtime::ParityResult result = runtime::check_parity(context, *use.op, *use.example);
      max_error = std::max(max_error, result.max_error);
      if (result.passed()) continue;
      ++failed;
      if (message.empty()) message = result.name + ", " + result.message;
    }
    checked += static_cast<int>(uses.size());
    failures += failed;
    fmt::print("{:<34} {:<4} {:>3} examples  largest error {:>8.1e}  {}\n", file,
               context.traits().is_cpu ? "cpu" : "gpu", uses.size(), max_error,
               failed == 0 ? "passed" : fmt::format("{} failed", failed));
    if (!message.empty()) fmt::print("    {}\n", message);
    std::fflush(stdout);
  }
  return failures;
}

int check_shaders(const CommonOptions& common, const std::string& filter) {
  const std::unique_ptr<runtime::Context> context = make_context(common);
  runtime::ContextOptions options;
  options.shared_device = context->shared_device();
  options.cpu_kernels = !context->traits().is_cpu;
  runtime::Context other(options);
  fmt::print("{}\n", context->device().info().name);
  int checked = 0;
  const int failures = check_form(*context, filter, checked) + check_form(other, filter, checked);
  core::require(checked > 0, "no shader that an op uses has {} in its name; the folder shaders/ has them all", filter);
  return failures == 0 ? 0 : 1;
}

}  // namespace

void add_workbench(CLI::App& app, CommonOptions& common, Run& run) {
  const auto filter = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("workbench", "Compares the shaders with the CPU reference on the ops' examples");
  command->add_option("--kernel", *filter, "Only shaders whose name holds this");
  add_common(*command, common);
  command->callback([filter, &common, &run] { run = [filter, &common] { return check_shaders(common, *filter); }; });
}

}  // namespace figment::app
