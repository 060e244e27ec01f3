#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/commands/bench_case.h"
#include "app/commands/commands.h"
#include "core/error.h"
#include "core/files.h"

namespace figment::app {
namespace {

using nlohmann::json;

struct BenchOptions {
  std::string filter;
  std::string json_file;
  BenchSettings settings;
  bool list = false;
  bool kernels = false;
};

double per_second(double amount, const BenchRow& row) { return row.best_ms > 0 ? 1e-6 * amount / row.best_ms : 0; }

std::string number(double value, int digits) { return value > 0 ? fmt::format("{:.{}f}", value, digits) : "-"; }

void print_heading() {
  fmt::print("{:<26} {:>9} {:>9} {:>9} {:>8} {:>10} {:>9}\n", "", "best ms", "median", "GFLOP/s", "GB/s", "dispatches",
             "MiB");
}

void print_row(const BenchRow& row) {
  fmt::print("{:<26} {:>9} {:>9} {:>9} {:>8} {:>10} {:>9}", row.name, number(row.best_ms, 3), number(row.median_ms, 3),
             number(per_second(row.flops, row), 1), number(per_second(row.bytes, row), 1),
             row.dispatches > 0 ? std::to_string(row.dispatches) : "-", number(row.memory_bytes / 1048576.0, 1));
  if (row.rate > 0) fmt::print("  {:.0f} {}", row.rate, row.rate_unit);
  fmt::print("\n");
  std::string extra;
  for (const auto& [name, value] : row.extra)
    extra += fmt::format("{}{} {:.1f}", extra.empty() ? "" : ", ", name, value);
  if (!extra.empty()) fmt::print("    {}\n", extra);
  if (!row.note.empty()) fmt::print("    {}\n", row.note);
  std::fflush(stdout);
}

/// The kernels of a program, the costliest first.
void print_kernels(BenchRow& row) {
  std::sort(row.kernels.begin(), row.kernels.end(), [](const auto& a, const auto& b) { return a.time_ms > b.time_ms; });
  for (const runtime::KernelRow& kernel : row.kernels) {
    fmt::print("    {:<32} {:<12} {:>4} calls {:>9.3f} ms {:>9} GFLOP/s\n", kernel.shader,
               tensor::name_of(kernel.family), kernel.calls, kernel.time_ms,
               number(kernel.time_ms > 0 ? 1e-6 * kernel.flops / kernel.time_ms : 0, 1));
  }
}

json to_json(const BenchRow& row) {
  json object = {{"name", row.name},
                 {"best_ms", row.best_ms},
                 {"median_ms", row.median_ms},
                 {"gflops", per_second(row.flops, row)},
                 {"gbytes_per_second", per_second(row.bytes, row)},
                 {"dispatches", row.dispatches},
                 {"memory_bytes", row.memory_bytes}};
  if (row.rate > 0) {
    object["rate"] = row.rate;
    object["rate_unit"] = row.rate_unit;
  }
  for (const auto& [name, value] : row.extra) object[name] = value;
  if (!row.note.empty()) object["note"] = row.note;
  return object;
}

std::vector<BenchCase> matching_cases(const std::string& filter) {
  std::vector<BenchCase> cases;
  for (auto* const make : {window_bench_cases, kernel_bench_cases, model_bench_cases, family_bench_cases,
                           lstm_bench_cases, bert_bench_cases, story_bench_cases, translator_bench_cases}) {
    for (BenchCase& bench : make()) {
      if (bench.name.find(filter) != std::string::npos) cases.push_back(std::move(bench));
    }
  }
  core::require(!cases.empty(), "no measurement has {} in its name; figment bench --list shows them", filter);
  return cases;
}

int bench(const CommonOptions& common, const BenchOptions& options) {
  const std::vector<BenchCase> cases = matching_cases(options.filter);
  if (options.list) {
    for (const BenchCase& one : cases) fmt::print("{}\n", one.name);
    return 0;
  }
  std::unique_ptr<runtime::Context> context;
  const auto get_context = [&]() -> runtime::Context& {
    if (!context) {
      context = make_context(common);
      fmt::print("{}\n", context->device().info().name);
    }
    return *context;
  };
  json rows = json::array();
  bool has_heading = false;
  for (const BenchCase& one : cases) {
    BenchRow row;
    try {
      row = one.run(get_context, options.settings);
    } catch (const core::Error& error) {
      if (cases.size() == 1) throw;
      row.note = std::string("failed: ") + error.what();  // the others are still worth measuring
    }
    row.name = one.name;
    if (!has_heading) print_heading();
    has_heading = true;
    print_row(row);
    if (options.kernels) print_kernels(row);
    rows.push_back(to_json(row));
  }
  if (!options.json_file.empty()) {
    const json all = {{"figment", "0.1.0"},
                      {"device", context ? context->device().info().name : ""},
                      {"repeat", options.settings.repeat},
                      {"rows", rows}};
    core::write_atomically(options.json_file, std::string_view(all.dump(2) + "\n"));
  }
  return 0;
}

}  // namespace

void add_bench(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "Measures kernels, whole models and the frame loop");
  command->add_option("--filter", options->filter, "Only measurements whose name holds this");
  command->add_option("--json", options->json_file, "File for all numbers");
  command->add_option("--repeat", options->settings.repeat, "Runs of each, at least")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--frame-budget-ms", options->settings.frame_budget_ms,
                   "Of the frame loop (default: 33 on a CPU device, 8 on a GPU)")
      ->check(CLI::Range(1.0, 1000.0));
  command->add_flag("--kernels", options->kernels, "Also where the time of each goes");
  command->add_flag("--list", options->list, "Only name the measurements");
  add_common(*command, common);
  command->callback([options, &common, &run] { run = [options, &common] { return bench(common, *options); }; });
}

}  // namespace figment::app
