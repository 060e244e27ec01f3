#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/program.h"

/// The measurements of `figment bench`: kernels, whole models and the frame loop.
namespace figment::app {

struct BenchRow {
  std::string name;
  double best_ms = 0;
  double median_ms = 0;
  double flops = 0;  ///< of one run; 0: not counted
  double bytes = 0;  ///< that one run must at least move; 0: not counted
  int dispatches = 0;
  double memory_bytes = 0;  ///< of the program and its variables
  double rate = 0;          ///< per second at the best; 0: none
  std::string rate_unit;
  std::vector<std::pair<std::string, double>> extra;  ///< more numbers, for the JSON file and a line below
  std::vector<runtime::KernelRow> kernels;            ///< where the time goes
  std::string note;
};

struct BenchSettings {
  int repeat = 7;
  double frame_budget_ms = 0;  ///< 0: 33 on a CPU device, 8 on a GPU
};

/// One measurement. `context()` makes the device's context when it is first called.
struct BenchCase {
  using MakeContext = std::function<runtime::Context&()>;
  std::string name;
  std::function<BenchRow(const MakeContext& context, const BenchSettings& settings)> run;
};

std::vector<BenchCase> kernel_bench_cases();
std::vector<BenchCase> model_bench_cases();
std::vector<BenchCase> family_bench_cases();
std::vector<BenchCase> bert_bench_cases();
std::vector<BenchCase> lstm_bench_cases();
std::vector<BenchCase> story_bench_cases();
std::vector<BenchCase> translator_bench_cases();
std::vector<BenchCase> window_bench_cases();

/// Runs `work` a few times to warm up, then at least `repeat` times and, if it is short, for a quarter of a second.
/// Sets best_ms and median_ms.
void measure(BenchRow& row, int repeat, const std::function<void()>& work);

/// Dispatches, memory, kernels and (if they are not set) flops of a program.
void take_statistics(BenchRow& row, const runtime::Program& program, double variable_bytes = 0);

}  // namespace figment::app
