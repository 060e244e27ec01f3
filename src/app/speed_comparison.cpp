#include "app/speed_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace figment::app {

SpeedComparison::SpeedComparison(runtime::Context& context, runtime::ShaderUse use, std::string file)
    : context_(context), use_(std::move(use)), file_(std::move(file)), before_(make_side(true)) {}

SpeedComparison::~SpeedComparison() = default;

std::string SpeedComparison::example() const { return fmt::format("{} / {}", use_.op->name, use_.example->name); }

SpeedComparison::Side SpeedComparison::make_side(bool keeps_shaders) {
  Side side;
  side.run = std::make_unique<runtime::ExampleCase>(*use_.op, *use_.example);
  side.program = runtime::compile(context_, side.run->graph, side.run->outputs,
                                  {.name = "workbench", .keeps_shaders = keeps_shaders});
  for (const auto& [name, value] : side.run->values) side.program->write(name, value);
  return side;
}

bool SpeedComparison::prepare(double wait_ms) {
  if (!is_prepared_) is_prepared_ = before_.program->warm_next(wait_ms).is_finished;
  return is_prepared_;
}

void SpeedComparison::start() {
  after_ = make_side(false);
  is_warm_ = false;
  rounds_ = 0;
  before_us_ = after_us_ = 0;
}

/// Microseconds that the shader's dispatches took, a running mean of the last few replays.
double SpeedComparison::run_once(Side& side) {
  side.program->profile_next();
  side.program->submit();
  side.program->wait();
  double ms = 0;
  for (const runtime::KernelRow& row : side.program->kernel_rows()) {
    if (row.shader + ".comp" == file_) ms += row.time_ms;
  }
  return ms * 1000;
}

bool SpeedComparison::advance(double budget_ms) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  while (!is_done() && std::chrono::duration<double, std::milli>(Clock::now() - start).count() < budget_ms) {
    if (!is_warm_) {
      is_warm_ = after_.program->warm_next(0).is_finished;
      continue;
    }
    const double before = run_once(before_);
    const double after = run_once(after_);
    // The first rounds tell what the ones before them took, or are estimates.
    if (++rounds_ < 4) continue;
    before_us_ = before_us_ > 0 ? std::min(before_us_, before) : before;
    after_us_ = after_us_ > 0 ? std::min(after_us_, after) : after;
  }
  return is_done();
}

}  // namespace figment::app
