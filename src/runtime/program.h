#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gpu/descriptors.h"
#include "runtime/context.h"
#include "runtime/input_ring.h"
#include "runtime/memory_plan.h"
#include "runtime/plan.h"
#include "runtime/profile.h"
#include "runtime/recording.h"
#include "tensor/graph.h"

namespace figment::runtime {

struct CompileOptions {
  std::string name = "program";  ///< for messages and the log
  bool fuse = true;              ///< join pointwise nodes into one kernel
  double segment_ms = 0;         ///< wanted length of a segment; 0: 2 ms
  /// Run what depends only on constants and on variables that this program does not change (prepared weights, say)
  /// once, and again only after a host upload or another program changed one of those variables.
  bool frozen = false;
  /// Goes on with the shaders it was compiled with when their files change: what an edited one is compared with.
  bool keeps_shaders = false;
};

/// What a program is made of.
struct ProgramStatistics {
  int dispatches = 0;
  int copies = 0;
  int frozen_steps = 0;  ///< dispatches and copies that do not run in every replay
  int barriers = 0;      ///< within the segments
  int segments = 0;
  std::int64_t arena_bytes = 0;
  std::int64_t largest_live_bytes = 0;  ///< a lower bound of arena_bytes
  std::int64_t scratch_bytes = 0;       ///< largest scratch of one node
  std::int64_t input_bytes = 0;
  std::int64_t constant_bytes = 0;
  std::int64_t staging_bytes = 0;  ///< host-visible: slots of the inputs, copies of outputs
  double flops = 0;                ///< of one replay, as the ops say
  double cost_ms = 0;              ///< of one replay, measured or estimated
  std::uint64_t replays = 0;
};

/// A compiled graph: recorded once, replayed often. Belongs to one thread at a time; must be destroyed before its
/// context. The graph need not outlive it.
class Program {
 public:
  Program(Context& context, const tensor::Graph& graph, std::span<const tensor::Tensor> outputs,
          CompileOptions options);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Sets an input for the replays that start from now on. Throws Error if there is no such input (an input that no
  /// output depends on is accepted and ignored) or the count is wrong. Never disturbs replays that are still running.
  void write(const std::string& input, std::span<const float> values);
  void write(tensor::Tensor input, std::span<const float> values);
  void write_ints(const std::string& input, std::span<const std::int32_t> values);
  void write_ints(tensor::Tensor input, std::span<const std::int32_t> values);
  void write(const std::string& input, const tensor::HostTensor& value);
  bool has_input(const std::string& name) const { return inputs_.contains(name); }

  /// Builds the pipelines and has the driver compile them, without changing any variable, so that the first replay is
  /// as quick as later ones. `progress(done, total)` may stop it by returning false. Optional.
  void warm(const std::function<bool(std::size_t, std::size_t)>& progress = {});

  /// How far warming is.
  struct Warmth {
    std::size_t done = 0;   ///< kernels that the driver has compiled
    std::size_t total = 0;  ///< different kernels of the program that were cold
    double share = 0;       ///< 0..1 of the work; unchanged: the driver was still busy with the last kernel
    bool is_finished = false;
  };
  /// warm() in slices, for a loop that must stay fluid: waits at most `wait_ms` for the pipelines that other threads
  /// build, or records the program, or hands one kernel to the driver after waiting so long for the one before.
  Warmth warm_next(double wait_ms);

  /// Submits one whole replay (or what is left of one that advance() began) without waiting. Returns the queue's value
  /// that is reached when it is done.
  std::uint64_t submit();

  /// Submits as many further segments as fit in `budget_ms` of device time, less what is still running of the context's
  /// present share; at least one if nothing is. Returns true if that was the last segment of the replay; the next call
  /// then starts a new one.
  bool advance(double budget_ms);

  /// Gives up the replay that advance() began, if one is: what is left of it is never run, so that what it writes is
  /// undefined until the next whole replay.
  void abandon();

  bool is_idle() const;  ///< nothing of this program is running, and no replay is half submitted
  /// advance() began a replay and has not submitted all of it; maybe nothing yet, for want of budget.
  bool is_mid_replay() const { return has_begun_; }
  void wait() const;  ///< for all that was submitted

  /// Waits and copies an output to the host. Cheap where memory is unified. Throws Error if `output` is none.
  tensor::HostTensor read(tensor::Tensor output);
  /// The first element of an f32 output.
  float read_scalar(tensor::Tensor output);
  /// Where an output lies, for the display. Valid as long as the program.
  BufferSlice memory(tensor::Tensor output) const;

  ProgramStatistics statistics() const;
  /// Times every kernel in the next replay; otherwise one replay in sixteen is.
  void profile_next() { profile_requested_ = true; }
  /// Of the latest profiled replays; estimates before the first.
  std::array<double, tensor::family_count> family_times_ms() const { return profile_.family_times_ms(plan_.steps); }
  std::vector<KernelRow> kernel_rows(bool by_variant = false) const { return profile_.rows(plan_.steps, by_variant); }
  bool is_measured() const { return profile_.is_measured(); }

  const std::string& name() const { return options_.name; }
  Context& context() { return context_; }

 private:
  struct Input {
    tensor::TensorType type;
    tensor::NodeId node = -1;
    int ring = -1;  ///< -1: nothing depends on it
    std::int64_t offset = 0;
  };
  struct Readback {
    gpu::Buffer buffer;
    gpu::CommandBuffer commands;
  };
  class Builder;
  struct Warming;

  // program_build.cpp: memory, pipelines, recording
  void allocate(const tensor::Graph& graph);
  void make_inputs(const tensor::Graph& graph);
  void make_constants(const tensor::Graph& graph);
  BufferSlice locate(const Slice& slice) const;
  VkBufferView view_of(const StepOperand& operand, const BufferSlice& slice);
  gpu::Binding bind(const Step& step, const StepOperand& operand);
  void make_commands();
  void record();
  double segment_ms() const { return options_.segment_ms > 0 ? options_.segment_ms : 2.0; }
  std::vector<int> wanted_segments() const;
  std::vector<double> costs_of(std::size_t first, std::span<const int> ends) const;
  bool take_changed_shaders();

  // program.cpp
  void prepare();
  void list_cold();
  void build(double wait_ms);
  void start_replay();
  std::uint64_t frozen_version() const;
  void harvest();
  void resegment();
  void tell_observer(std::span<const Recording::Interval> intervals, bool by_dispatch) const;
  std::optional<double> running_ms() const;
  std::uint64_t submit_segments(std::size_t count);
  double segment_cost(std::size_t segment) const;
  std::size_t segment_count() const { return prologue_segments_ + segment_ends_.size(); }
  const Input& find_input(tensor::Tensor tensor) const;
  const Input& find_input(const std::string& name) const;
  std::byte* stage(const Input& input, std::size_t count);
  const std::pair<Slice, tensor::TensorType>& find_output(tensor::Tensor output) const;

  Context& context_;
  CompileOptions options_;
  Plan plan_;
  MemoryPlan memory_plan_;
  const tensor::Graph* graph_ = nullptr;  ///< only compared, never followed
  std::map<std::string, Input> inputs_;
  std::map<ValueKey, std::pair<Slice, tensor::TensorType>> outputs_;

  gpu::Buffer arena_;
  gpu::Buffer input_memory_;
  gpu::Buffer constant_memory_;
  std::vector<BufferSlice> variable_memory_;  ///< per storage; empty slices for others
  std::vector<std::unique_ptr<InputRing>> rings_;
  std::map<ValueKey, Readback> readbacks_;

  using ViewKey = std::tuple<VkBuffer, VkDeviceSize, VkDeviceSize, VkFormat>;
  std::map<ViewKey, gpu::BufferView> views_;
  std::vector<gpu::PipelineSpec> specs_;  ///< per step
  std::unique_ptr<gpu::DescriptorAllocator> descriptors_;
  std::vector<Command> commands_;
  std::optional<Recording> prologue_;  ///< the frozen steps
  std::optional<Recording> plain_;
  std::optional<Recording> profiled_;
  std::uint64_t shader_generation_ = 0;
  std::vector<tensor::Variable> frozen_variables_;   ///< roots that the frozen steps read
  std::vector<tensor::Variable> changed_variables_;  ///< roots that the program changes
  std::optional<std::uint64_t> prologue_version_;    ///< of frozen_variables_ when the prologue last ran

  bool is_light_ = false;
  Profile profile_;
  std::vector<int> segment_ends_;
  std::vector<double> segment_costs_ms_;
  std::vector<double> prologue_costs_ms_;
  std::size_t prologue_segments_ = 0;  ///< of this replay: those of the prologue if it runs again, which come first
  bool profile_requested_ = false;
  bool replay_is_profiled_ = false;
  bool resegmented_ = false;
  std::uint64_t plain_pending_ = 0;  ///< queue value of a replay whose times were not read yet, or 0
  std::uint64_t profiled_pending_ = 0;
  std::uint64_t last_value_ = 0;
  std::uint64_t replays_ = 0;
  bool has_begun_ = false;        ///< a replay that is not all submitted
  std::size_t next_segment_ = 0;  ///< of this replay's segment_count()
  std::vector<VkCommandBuffer> batch_;
  std::unique_ptr<Warming> warming_;  ///< while warm_next() is at work
};

/// Compiles the part of the graph that `outputs` and the nodes that change variables need. Throws Error for what cannot
/// run (an op without a kernel, a tensor over the device's limits, a shader that does not exist).
std::unique_ptr<Program> compile(Context& context, const tensor::Graph& graph, std::span<const tensor::Tensor> outputs,
                                 CompileOptions options = {});

}  // namespace figment::runtime
