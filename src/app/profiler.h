#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/trace.h"
#include "runtime/ceilings.h"
#include "runtime/profile.h"

namespace figment::app {

/// What a kernel did of late, as a row of the profiler and a dot of its roofline.
struct KernelLoad {
  std::string shader;
  std::string variant;  ///< specialization constants; empty: all of them together
  tensor::Family family = tensor::Family::data;
  double calls = 0;  ///< a second
  double ms = 0;     ///< of device time a second
  double share = 0;  ///< of all kernels' time, 0..1
  double flops = 0;  ///< a second of its own time
  double bytes = 0;  ///< a second of its own time, at least
  double us_per_call() const { return calls > 0 ? 1000 * ms / calls : 0; }
  double intensity() const { return bytes > 0 ? flops / bytes : 0; }  ///< operations a byte
  /// Of what the ceilings allow at its intensity; above 1 what came from the caches. 0: not known.
  double efficiency(const runtime::Ceilings& ceilings) const;
};

/// Device memory by what it holds, in bytes. The sum is gpu::Device::allocated_bytes().
struct MemoryUse {
  double weights = 0;      ///< parameters and their running means
  double optimizer = 0;    ///< moments
  double state = 0;        ///< other variables: pictures that are painted, caches, and room that is set aside for more
  double activations = 0;  ///< the programs' arenas
  double inputs = 0;       ///< of programs, with the host-visible slots that they are staged in, and read-backs
  double constants = 0;
  double other = 0;  ///< pictures, fonts and buffers of the window, and rounding
  double total() const { return weights + optimizer + state + activations + inputs + constants + other; }
};
MemoryUse memory_use(runtime::Context& context);

/// The kernels of all programs that were replayed in the `seconds` since the last call with the same `replays`, the
/// costliest first.
std::vector<KernelLoad> kernel_loads(const runtime::Context& context, bool by_variant, double seconds,
                                     std::map<const runtime::Program*, std::uint64_t>& replays, double& dispatches);

/// Measures while it is looked at: kernels, memory and ceilings; and keeps the trace.
class Profiler {
 public:
  explicit Profiler(runtime::Context& context) : context_(context), trace_(context), measurement_(context) {}

  /// Once a frame while the profiler is open.
  void advance();
  /// When it is closed: the device is no longer watched, unless a trace goes to a file.
  void rest();
  void note_frame(double frame_ms);

  const std::vector<KernelLoad>& kernels() const { return kernels_; }
  const MemoryUse& memory() const { return memory_; }
  const runtime::Ceilings& ceilings() const { return measurement_.result(); }
  bool is_measuring() const { return !is_measured_; }  ///< the ceilings, still
  double measured_share() const { return measurement_.fraction(); }
  double dispatches_per_second() const { return dispatches_per_second_; }
  double dispatches_per_frame() const { return dispatches_per_frame_; }
  double busy_share() const { return busy_share_; }  ///< of the time, in which the device ran kernels

  Trace& trace() { return trace_; }
  /// A trace goes to a file when the window closes: all is watched from now on.
  void set_trace_file(const std::filesystem::path& file);
  bool by_variant = true;
  bool every_dispatch = false;

 private:
  void sample(double seconds);

  using Clock = std::chrono::steady_clock;
  runtime::Context& context_;
  Trace trace_;
  runtime::CeilingMeasurement measurement_;
  bool is_measured_ = false;
  bool goes_to_file_ = false;
  bool shown_by_variant_ = true;
  std::vector<KernelLoad> kernels_;
  MemoryUse memory_;
  std::map<const runtime::Program*, std::uint64_t> replays_;
  Clock::time_point sampled_{};
  int frames_ = 0;  ///< since then
  double dispatches_per_second_ = 0;
  double dispatches_per_frame_ = 0;
  double busy_share_ = 0;
};

}  // namespace figment::app
