#include "app/profiler.h"

#include <algorithm>
#include <tuple>

#include "runtime/program.h"

namespace figment::app {

double KernelLoad::efficiency(const runtime::Ceilings& ceilings) const {
  if (!ceilings.are_known()) return 0;
  return std::max(flops / ceilings.flops, bytes / ceilings.memory_bytes);
}

MemoryUse memory_use(runtime::Context& context) {
  MemoryUse use;
  use.state = static_cast<double>(context.variable_bytes());
  for (const auto& [variable, size] : context.variables()) {
    const auto bytes = static_cast<double>(size);
    const bool is_moment = variable->name.starts_with("moment");
    if (!is_moment && variable->name != "parameters") continue;
    (is_moment ? use.optimizer : use.weights) += bytes;
    use.state -= bytes;
  }
  for (const runtime::Program* program : context.programs()) {
    const runtime::ProgramStatistics statistics = program->statistics();
    use.activations += static_cast<double>(statistics.arena_bytes);
    use.inputs += static_cast<double>(statistics.input_bytes + statistics.staging_bytes);
    use.constants += static_cast<double>(statistics.constant_bytes);
  }
  use.other = std::max(0.0, static_cast<double>(context.device().allocated_bytes()) - use.total());
  return use;
}

std::vector<KernelLoad> kernel_loads(const runtime::Context& context, bool by_variant, double seconds,
                                     std::map<const runtime::Program*, std::uint64_t>& replays, double& dispatches) {
  std::map<std::tuple<std::string, std::string, tensor::Family>, KernelLoad> loads;
  std::map<const runtime::Program*, std::uint64_t> now;
  double all_ms = 0;
  dispatches = 0;
  for (const runtime::Program* program : context.programs()) {
    if (program->name() == "workbench") continue;  // what is only run to be timed
    const std::uint64_t count = program->statistics().replays;
    now[program] = count;
    const auto before = replays.find(program);
    if (before == replays.end() || count <= before->second) continue;
    const double rate = static_cast<double>(count - before->second) / seconds;
    for (const runtime::KernelRow& row : program->kernel_rows(by_variant)) {
      KernelLoad& load = loads[{row.shader, row.variant, row.family}];
      load.shader = row.shader;
      load.variant = row.variant;
      load.family = row.family;
      load.calls += rate * row.calls;
      load.ms += rate * row.time_ms;
      load.flops += rate * row.flops;
      load.bytes += rate * row.bytes;
      all_ms += rate * row.time_ms;
      dispatches += rate * row.calls;
    }
  }
  replays = std::move(now);
  std::vector<KernelLoad> result;
  for (auto& [key, load] : loads) {
    // From a second of the clock to a second of the kernel's own time.
    const double own_seconds = load.ms / 1000;
    load.share = all_ms > 0 ? load.ms / all_ms : 0;
    load.flops = own_seconds > 0 ? load.flops / own_seconds : 0;
    load.bytes = own_seconds > 0 ? load.bytes / own_seconds : 0;
    result.push_back(std::move(load));
  }
  std::ranges::sort(result, std::greater<>(), &KernelLoad::ms);
  return result;
}

void Profiler::sample(double seconds) {
  double dispatches = 0;
  std::vector<KernelLoad> loads = kernel_loads(context_, by_variant, seconds, replays_, dispatches);
  memory_ = memory_use(context_);
  if (loads.empty() && !kernels_.empty() && seconds < 6) return;  // a pause between two replays
  kernels_ = std::move(loads);
  dispatches_per_second_ = dispatches;
  dispatches_per_frame_ = frames_ > 0 ? dispatches * seconds / frames_ : 0;
  busy_share_ = 0;
  for (const KernelLoad& load : kernels_) busy_share_ += load.ms / 1000;
  frames_ = 0;
  sampled_ = Clock::now();
}

void Profiler::advance() {
  trace_.watch_device(true);
  trace_.set_every_dispatch(every_dispatch || goes_to_file_);
  if (!is_measured_) is_measured_ = measurement_.advance();
  const double seconds = std::chrono::duration<double>(Clock::now() - sampled_).count();
  const bool is_new = shown_by_variant_ != by_variant;
  // A replay may take seconds on a CPU device, and would be missed by most short looks.
  const double period_s = context_.device().info().is_cpu && !kernels_.empty() ? 3.0 : 0.7;
  if (seconds < period_s && !is_new) return;
  shown_by_variant_ = by_variant;
  sample(seconds);
}

void Profiler::rest() {
  if (!goes_to_file_) trace_.watch_device(false);
}

void Profiler::set_trace_file(const std::filesystem::path& file) {
  goes_to_file_ = !file.empty();
  if (!goes_to_file_) return;
  trace_.set_every_dispatch(true);
  trace_.watch_device(true);
}

void Profiler::note_frame(double frame_ms) {
  ++frames_;
  trace_.add_counter("frame ms", frame_ms);
  trace_.add_counter("device memory MiB", static_cast<double>(context_.device().allocated_bytes()) / 1048576.0);
}

}  // namespace figment::app
