#include "runtime/ceilings.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/commands.h"
#include "gpu/descriptors.h"
#include "gpu/timers.h"

namespace figment::runtime {

namespace {

enum Stage : int { fused, separate, memory, cache, finished };
constexpr int runs_of_stage = 10;
constexpr double wanted_ms = 4;
constexpr double calm_ms = 8;  ///< how long a slice may wait until nothing else runs
constexpr std::uint32_t local_size = 64;

struct FmaPush {
  std::uint32_t loops;
  float factor;
  float term;
};
struct CopyPush {
  std::uint32_t count;    ///< vec4s, a power of two
  std::uint32_t repeats;  ///< how often an invocation copies one
  std::uint32_t span;     ///< how far apart these are
};

}  // namespace

double Ceilings::roof(double flops_per_byte) const { return std::min(flops, flops_per_byte * memory_bytes); }

/// One kernel that is run again and again, with more work until it takes some milliseconds.
struct CeilingMeasurement::Probe {
  Probe(Context& context_of, Stage stage_of)
      : context(context_of),
        stage(stage_of),
        descriptors(context_of.device()),
        commands(context_of.device()),
        timers(context_of.device(), 2) {
    const bool is_cpu = context.device().info().is_cpu;
    gpu::PipelineSpec spec;
    std::vector<gpu::Binding> bindings;
    if (stage == fused || stage == separate) {
      spec = {"ceiling_fma.comp", {gpu::BindingKind::storage_buffer}, {stage == fused ? 1U : 0U}, sizeof(FmaPush)};
      target = gpu::Buffer(context.device(), local_size * sizeof(float));
      groups = is_cpu ? 16 * context.traits().core_count : 16384;
      amount = is_cpu ? 64 : 256;
    } else {
      spec = {"ceiling_copy.comp",
              {gpu::BindingKind::uniform_texel, gpu::BindingKind::storage_buffer},
              {},
              sizeof(CopyPush)};
      // Larger than the caches: 64 MiB in all on a CPU, 512 MiB on a GPU. Or much smaller than they.
      count = stage == memory ? (is_cpu ? 2U << 20 : 16U << 20) : (is_cpu ? 8U << 10 : 256U << 10);
      source = gpu::Buffer(context.device(), VkDeviceSize{16} * count);
      target = gpu::Buffer(context.device(), VkDeviceSize{16} * count);
      view = source.texel_view(0, source.size(), VK_FORMAT_R32G32B32A32_SFLOAT);
      bindings.push_back(gpu::Binding::texel(view));
      groups = count / local_size;
      amount = 1;
    }
    bindings.push_back(gpu::Binding::storage(target));
    pipeline = context.pipelines().get(spec);
    set = descriptors.make(*pipeline, bindings);
  }
  ~Probe() {
    try {
      if (value != 0) context.device().queue().wait(value);
    } catch (const std::exception&) {
      // A lost device runs nothing any more.
    }
  }

  /// What runs before would be measured, too. A queue that is never empty is taken as it is after a while.
  void submit_when_calm() {
    constexpr int patience = 6;
    const gpu::Queue& queue = context.device().queue();
    is_waiting = !queue.wait(queue.submitted(), calm_ms) && ++refusals < patience;
    if (is_waiting) return;
    refusals = 0;
    submit();
  }

  void submit() {
    commands.begin();
    commands.barrier(gpu::Access::all, gpu::Access::all);
    if (runs == 0 && source) commands.fill(source, 0, source.size());
    if (runs == 0 && source) commands.barrier(gpu::Access::transfer, gpu::Access::all);
    commands.reset_timers(timers, 0, 2);
    commands.bind(*pipeline, set);
    if (stage == fused || stage == separate) {
      commands.push_value(FmaPush{amount, 0.9999F, 1e-4F});
    } else {
      commands.push_value(CopyPush{count, amount, stage == memory ? 0U : local_size * 7});
    }
    commands.timestamp(timers, 0);
    commands.dispatch(groups);
    commands.barrier(gpu::Access::all, gpu::Access::all);
    commands.timestamp(timers, 1);
    commands.end();
    context.device().driver_threads().share_processor(false);
    value = context.device().queue().submit(commands.handle());
  }

  /// Operations or bytes of one run.
  double work() const {
    const double invocations = static_cast<double>(groups) * local_size;
    if (stage == fused || stage == separate) return invocations * amount * 16 * 8 * 2;
    return invocations * amount * 32;
  }

  /// A second, the third best: timestamps of a driver may be off now and then.
  double rate() const {
    if (rates.empty()) return 0;
    std::vector<double> sorted = rates;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    return sorted[std::min<std::size_t>(2, sorted.size() - 1)];
  }

  void take(double time_ms) {
    ++runs;
    if (time_ms <= 0 || runs == 1) return;  // the first one compiles
    rates.push_back(work() * 1000 / time_ms);
    if (stage != memory && time_ms < wanted_ms) amount = std::min(amount * 2, 1U << 20);
  }

  Context& context;
  Stage stage;
  gpu::DescriptorAllocator descriptors;
  gpu::CommandBuffer commands;
  gpu::Timers timers;
  gpu::Buffer source, target;
  gpu::BufferView view;
  gpu::PipelinePtr pipeline;
  VkDescriptorSet set = VK_NULL_HANDLE;
  std::uint32_t groups = 1;
  std::uint32_t amount = 1;  ///< loops, or repeats
  std::uint32_t count = 0;
  std::uint64_t value = 0;  ///< of the queue, when the run is done
  int runs = 0;
  std::vector<double> rates;
  bool is_waiting = false;  ///< for a calm queue
  int refusals = 0;
};

CeilingMeasurement::CeilingMeasurement(Context& context) : context_(context) {}
CeilingMeasurement::~CeilingMeasurement() = default;

double CeilingMeasurement::fraction() const {
  const double part = probe_ ? static_cast<double>(probe_->runs) / runs_of_stage : 0;
  return std::min(1.0, (stage_ + part) / static_cast<double>(finished));
}

void CeilingMeasurement::next_probe() {
  if (stage_ == fused || stage_ == separate) result_.flops = std::max(result_.flops, probe_->rate());
  if (stage_ == memory) result_.memory_bytes = probe_->rate();
  if (stage_ == cache) result_.cache_bytes = std::max(probe_->rate(), result_.memory_bytes);
  probe_.reset();
  ++stage_;
}

bool CeilingMeasurement::advance() {
  const gpu::DeviceInfo& info = context_.device().info();
  if (info.timestamp_period_ns <= 0 || info.timestamp_bits == 0) stage_ = finished;
  if (stage_ >= finished) return true;
  if (!probe_) {
    probe_ = std::make_unique<Probe>(context_, static_cast<Stage>(stage_));
    probe_->submit_when_calm();
    return false;
  }
  if (probe_->is_waiting) {
    probe_->submit_when_calm();
    return false;
  }
  if (!context_.device().queue().is_done(probe_->value)) return false;
  if (const auto time_ms = probe_->timers.elapsed_ms(0, 1)) probe_->take(*time_ms);
  if (probe_->runs >= runs_of_stage) {
    next_probe();
  } else {
    probe_->submit_when_calm();
  }
  return stage_ >= finished;
}

}  // namespace figment::runtime
