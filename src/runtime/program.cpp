#include "runtime/program.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <future>
#include <set>
#include <thread>

#include "core/error.h"
#include "core/log.h"
#include "core/threads.h"
#include "gpu/error.h"
#include "runtime/host_bytes.h"

namespace figment::runtime {

using tensor::HostTensor;
using tensor::Tensor;

/// Builds pipelines on threads of its own, since each takes a while; until it is destroyed.
class Program::Builder {
 public:
  Builder(gpu::PipelineCache& pipelines, std::vector<gpu::PipelineSpec> specs, unsigned threads)
      : pipelines_(pipelines), specs_(std::move(specs)) {
    for (unsigned i = 0; i < threads; ++i) threads_.push_back(std::async(std::launch::async, [this] { work(); }));
  }
  ~Builder() { is_stopped_ = true; }  // and the futures wait for what is being built
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  std::size_t built() const { return built_; }
  /// Whether all are there, after at most so long (below 0: however long it takes). Throws what building throws.
  bool wait(double timeout_ms) {
    constexpr double long_ms = 1e6;
    const std::chrono::duration<double, std::milli> patience(timeout_ms < 0 ? long_ms : std::min(timeout_ms, long_ms));
    const auto end = std::chrono::steady_clock::now() + patience;
    for (std::future<void>& thread : threads_) {
      while (thread.wait_until(end) != std::future_status::ready) {
        if (timeout_ms >= 0) return false;
      }
    }
    for (std::future<void>& thread : threads_) thread.get();
    return true;
  }

 private:
  void work() {
    core::work_behind_others();
    for (std::size_t i = next_++; i < specs_.size() && !is_stopped_; i = next_++) {
      pipelines_.get(specs_[i]);
      ++built_;
    }
  }

  gpu::PipelineCache& pipelines_;
  const std::vector<gpu::PipelineSpec> specs_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> built_{0};
  std::atomic<bool> is_stopped_{false};
  std::vector<std::future<void>> threads_;  ///< last: they end before the rest goes
};

struct Program::Warming {
  std::vector<std::pair<std::size_t, std::string>> cold;  ///< steps, the first with each kernel; and what it is called
  std::size_t built = 0;                                  ///< of these, how many have their pipeline
  std::size_t handed = 0;                                 ///< and how many were given to the driver
  std::unique_ptr<Builder> builder;
  gpu::CommandBuffer commands;
  std::uint64_t value = 0;  ///< of the queue, when the last of them is compiled
};

std::unique_ptr<Program> compile(Context& context, const tensor::Graph& graph, std::span<const Tensor> outputs,
                                 CompileOptions options) {
  return std::make_unique<Program>(context, graph, outputs, std::move(options));
}

Program::Program(Context& context, const tensor::Graph& graph, std::span<const Tensor> outputs, CompileOptions options)
    : context_(context), options_(std::move(options)), graph_(&graph) {
  plan_ = lower(graph, outputs, context_.traits(), options_.fuse, options_.frozen);
  find_lifetimes(plan_);
  allocate(graph);
  for (std::size_t i = 0; i < plan_.storages.size(); ++i) {
    const Storage& storage = plan_.storages[i];
    if (storage.home != Storage::Home::variable) continue;
    bool is_frozen = false;
    bool is_changed = false;
    for (const Step& step : plan_.steps) {
      for (const StepOperand& operand : step.operands) {
        if (operand.slice.storage != static_cast<int>(i)) continue;
        is_frozen = is_frozen || step.frozen;
        is_changed = is_changed || operand.writes;
      }
    }
    if (is_frozen) frozen_variables_.push_back(storage.variable);
    if (is_changed) changed_variables_.push_back(storage.variable);
  }
  for (const Tensor& output : outputs) {
    outputs_[{output.node, output.output}] = {plan_.values.at({output.node, output.output}), output.type()};
  }
  for (const Step& step : plan_.steps) {
    specs_.push_back(step.kind == Step::Kind::dispatch ? context_.pipeline_spec(step.call) : gpu::PipelineSpec{});
  }
  descriptors_ = std::make_unique<gpu::DescriptorAllocator>(context_.device());
  profile_ = Profile(plan_.steps, context_.device().info().is_cpu);
  is_light_ = is_light(plan_.steps);
  shader_generation_ = context_.shader_generation();
  context_.programs_.push_back(this);
}

Program::~Program() {
  std::erase(context_.programs_, this);
  try {
    if (warming_ && warming_->value != 0) context_.device().queue().wait(warming_->value);
    wait();
  } catch (const gpu::DeviceLost&) {
    // It runs nothing any more, and who submits or waits next is told.
  } catch (const std::exception& error) {
    spdlog::warn("{}: {}", options_.name, error.what());
  }
}

// ---- inputs

const Program::Input& Program::find_input(const std::string& name) const {
  const auto found = inputs_.find(name);
  core::require(found != inputs_.end(), "{} has no input named {}", options_.name, name);
  return found->second;
}

const Program::Input& Program::find_input(Tensor tensor) const {
  for (const auto& [name, input] : inputs_) {
    if (tensor.graph == graph_ && input.node == tensor.node) return input;
  }
  core::fail("{} is given a value for a tensor that is none of its inputs", options_.name);
}

std::byte* Program::stage(const Input& input, std::size_t count) {
  core::require(static_cast<std::int64_t>(count) == input.type.shape.count(),
                "{} is given {} values for an input of shape {}", options_.name, count, input.type.shape.to_string());
  if (input.ring < 0) return nullptr;
  return rings_[static_cast<std::size_t>(input.ring)]->stage() + input.offset;
}

void Program::write(const std::string& input, std::span<const float> values) {
  const Input& found = find_input(input);
  if (std::byte* target = stage(found, values.size())) encode(found.type.dtype, values, target);
}

void Program::write(Tensor input, std::span<const float> values) {
  const Input& found = find_input(input);
  if (std::byte* target = stage(found, values.size())) encode(found.type.dtype, values, target);
}

void Program::write_ints(const std::string& input, std::span<const std::int32_t> values) {
  const Input& found = find_input(input);
  if (std::byte* target = stage(found, values.size())) encode_ints(found.type.dtype, values, target);
}

void Program::write_ints(Tensor input, std::span<const std::int32_t> values) {
  const Input& found = find_input(input);
  if (std::byte* target = stage(found, values.size())) encode_ints(found.type.dtype, values, target);
}

void Program::write(const std::string& input, const HostTensor& value) {
  if (value.is_integer()) {
    write_ints(input, value.ints);
  } else {
    write(input, value.floats);
  }
}

// ---- replays

void Program::prepare() {
  if (plain_) return;
  make_commands();
  record();
}

void Program::list_cold() {
  warming_ = std::make_unique<Warming>();
  std::set<std::string> keys;
  for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
    const Step& step = plan_.steps[i];
    if (step.kind != Step::Kind::dispatch) continue;
    // Drivers that compile at the first dispatch do so anew for each set of texel formats.
    std::string key = specs_[i].shader;
    for (const std::uint32_t constant : specs_[i].constants) key += ':' + std::to_string(constant);
    for (const StepOperand& operand : step.operands) {
      key +=
          ';' + std::to_string(static_cast<int>(operand.view)) + ',' + std::to_string(static_cast<int>(operand.dtype));
    }
    if (keys.insert(key).second && !context_.is_warm(key)) warming_->cold.push_back({i, key});
  }
}

/// Towards the pipelines of all cold kernels.
void Program::build(double wait_ms) {
  Warming& warming = *warming_;
  if (!warming.builder) {
    std::vector<gpu::PipelineSpec> specs;
    for (const auto& [step, key] : warming.cold) specs.push_back(specs_[step]);
    // The processor that is the device has other things to do as well.
    const unsigned spare = std::max(std::thread::hardware_concurrency(), 2U) - 1;
    const unsigned threads = context_.device().info().is_cpu ? 1 : std::min(spare, 8U);
    warming.builder = std::make_unique<Builder>(context_.pipelines(), std::move(specs), threads);
  }
  try {
    const bool is_done = warming.builder->wait(wait_ms);
    warming.built = is_done ? warming.cold.size() : std::min(warming.builder->built(), warming.cold.size() - 1);
    if (is_done) warming.builder.reset();
  } catch (...) {
    warming.builder.reset();  // the next call begins anew
    throw;
  }
}

Program::Warmth Program::warm_next(double wait_ms) {
  if (!warming_) list_cold();
  Warming& warming = *warming_;
  const std::size_t total = warming.cold.size();
  // CPU drivers leave most of the work to the first dispatch, others do it when the pipeline is built.
  const double build_share = context_.device().info().is_cpu ? 0.15 : 0.85;
  const auto warmth = [&](std::size_t compiled) {
    const auto of_total = [&](std::size_t part) {
      return static_cast<double>(part) / static_cast<double>(std::max<std::size_t>(total, 1));
    };
    const double share = build_share * of_total(warming.built) + (0.98 - build_share) * of_total(compiled);
    return Warmth{compiled, total, share + (plain_ ? 0.01 : 0), false};
  };
  if (warming.built < total) {
    build(wait_ms);
    return warmth(0);
  }
  if (!plain_) {
    prepare();
    return warmth(0);
  }
  if (warming.value != 0 && !context_.device().queue().wait(warming.value, wait_ms)) return warmth(warming.handed - 1);
  if (warming.handed == total) {
    warming_.reset();
    return {total, total, 1, true};
  }
  const auto& [step, key] = warming.cold[warming.handed++];
  const Command& command = commands_[step];
  warming.commands = gpu::CommandBuffer(context_.device());
  warming.commands.begin();
  warming.commands.bind(*command.pipeline, command.set);
  warming.commands.push(std::as_bytes(command.push));
  warming.commands.dispatch(0, 1, 1);  // compiles, and runs nothing
  warming.commands.end();
  warming.value = context_.device().queue().submit(warming.commands.handle());
  context_.mark_warm(key, command.pipeline);
  return warmth(warming.handed - 1);
}

void Program::warm(const std::function<bool(std::size_t, std::size_t)>& progress) {
  constexpr double forever_ms = -1;
  for (;;) {
    const Warmth warmth = warm_next(forever_ms);
    if (progress && !progress(warmth.done, warmth.total)) return;
    if (warmth.is_finished) return;
  }
}

void Program::harvest() {
  const gpu::Queue& queue = context_.device().queue();
  if (plain_pending_ != 0 && queue.is_done(plain_pending_)) {
    plain_pending_ = 0;
    if (const auto intervals = plain_->intervals()) {
      for (std::size_t s = 0; s < intervals->size(); ++s)
        segment_costs_ms_[s] += 0.3 * ((*intervals)[s].length_ms() - segment_costs_ms_[s]);
      tell_observer(*intervals, false);
    }
  }
  if (profiled_pending_ != 0 && queue.is_done(profiled_pending_)) {
    profiled_pending_ = 0;
    if (const auto intervals = profiled_->intervals()) {
      std::vector<double> times_ms;
      for (const Recording::Interval& interval : *intervals) times_ms.push_back(interval.length_ms());
      profile_.add(plan_.frozen_steps, times_ms);
      tell_observer(*intervals, true);
      resegment();
    }
  }
}

void Program::tell_observer(std::span<const Recording::Interval> intervals, bool by_dispatch) const {
  if (context_.observer() == nullptr) return;
  std::vector<TimedSpan> spans;
  std::size_t step = plan_.frozen_steps;
  for (std::size_t i = 0; i < intervals.size() && step < plan_.steps.size(); ++i) {
    TimedSpan span{fmt::format("segment {}", i), plan_.steps[step].family, intervals[i].begin_ns, intervals[i].end_ns};
    if (by_dispatch) span.name = plan_.steps[step].call.shader;
    spans.push_back(std::move(span));
    step = by_dispatch ? step + 1 : plan_.frozen_steps + static_cast<std::size_t>(segment_ends_[i]);
  }
  context_.observer()->note_replay(*this, spans);
}

/// Once the steps have been measured, cuts anew if the segments turned out far from what was wanted. That takes the
/// host a while, so it is not done for little.
void Program::resegment() {
  if (resegmented_) return;
  resegmented_ = true;
  segment_costs_ms_ = costs_of(plan_.frozen_steps, segment_ends_);
  const std::vector<int> wanted = wanted_segments();
  const bool are_too_many = segment_ends_.size() > 2 * wanted.size() + 2;
  bool is_too_long = false;
  for (std::size_t s = 0; s < segment_ends_.size(); ++s) {
    const int steps = segment_ends_[s] - (s == 0 ? 0 : segment_ends_[s - 1]);
    is_too_long = is_too_long || (steps > 1 && segment_costs_ms_[s] > 2 * segment_ms());
  }
  if (!are_too_many && !is_too_long) return;
  wait();
  record();
}

void Program::start_replay() {
  prepare();
  if (take_changed_shaders()) {
    wait();
    make_commands();
    record();
  }
  harvest();
  const Observer* observer = context_.observer();
  const bool due = replays_ % 16 == 1 || (observer != nullptr && observer->wants_dispatches());
  replay_is_profiled_ = (profile_requested_ || due) && profiled_pending_ == 0;
  prologue_segments_ = prologue_ && prologue_version_ != frozen_version() ? prologue_costs_ms_.size() : 0;
  if (replay_is_profiled_) profile_requested_ = false;
}

/// With a margin for what was never measured.
double Program::segment_cost(std::size_t segment) const {
  constexpr double doubt = 2;
  if (segment < prologue_segments_) return doubt * prologue_costs_ms_[segment];
  return (profile_.is_measured() ? 1 : doubt) * segment_costs_ms_[segment - prologue_segments_];
}

std::uint64_t Program::frozen_version() const {
  std::uint64_t sum = 0;
  for (const tensor::Variable& variable : frozen_variables_) sum += context_.version(variable);
  return sum;
}

std::uint64_t Program::submit_segments(std::size_t count) {
  batch_.clear();
  if (next_segment_ == 0) {
    for (const auto& ring : rings_) {
      if (const VkCommandBuffer copy = ring->take()) batch_.push_back(copy);
    }
    prologue_version_ = frozen_version();
    for (const tensor::Variable& variable : changed_variables_) context_.note_change(variable);
  }
  const Recording& recording = replay_is_profiled_ ? *profiled_ : *plain_;
  double cost_ms = 0;
  for (std::size_t i = 0; i < count; ++i) {
    cost_ms += segment_cost(next_segment_);
    const bool is_prologue = next_segment_ < prologue_segments_;
    batch_.push_back(is_prologue ? prologue_->segment(next_segment_)
                                 : recording.segment(next_segment_ - prologue_segments_));
    ++next_segment_;
  }
  context_.device().driver_threads().share_processor(is_light_);
  last_value_ = context_.device().queue().submit(batch_);
  for (const auto& ring : rings_) ring->submitted(last_value_);
  context_.running_.push_back({last_value_, cost_ms, context_.share_});
  if (next_segment_ == segment_count()) {
    next_segment_ = 0;
    has_begun_ = false;
    ++replays_;
    (replay_is_profiled_ ? profiled_pending_ : plain_pending_) = last_value_;
  }
  return last_value_;
}

std::uint64_t Program::submit() {
  if (next_segment_ == 0) start_replay();
  running_ms();  // nobody asks for it, but finished entries must not pile up
  return submit_segments(segment_count() - next_segment_);
}

/// What is still running of the present share, if anything is.
std::optional<double> Program::running_ms() const {
  std::deque<Context::Batch>& running = context_.running_;
  const std::uint64_t completed = context_.device().queue().completed();
  while (!running.empty() && running.front().value <= completed) running.pop_front();
  std::optional<double> sum;
  for (const Context::Batch& batch : running) {
    if (batch.share == context_.share_) sum = sum.value_or(0) + batch.cost_ms;
  }
  return sum;
}

bool Program::advance(double budget_ms) {
  if (next_segment_ == 0) start_replay();
  has_begun_ = true;
  const std::optional<double> running = running_ms();
  double room_ms = budget_ms - running.value_or(0);
  std::size_t count = 0;
  while (next_segment_ + count < segment_count()) {
    const double cost_ms = segment_cost(next_segment_ + count);
    const bool must = count == 0 && !running;  // else a long segment would never start
    if (cost_ms > room_ms && !must) break;
    room_ms -= cost_ms;
    ++count;
  }
  if (count == 0) return false;
  submit_segments(count);
  return !has_begun_;
}

void Program::abandon() {
  if (next_segment_ != 0 && next_segment_ < prologue_segments_) prologue_version_.reset();
  next_segment_ = 0;
  has_begun_ = false;
}

bool Program::is_idle() const {
  return !has_begun_ && (last_value_ == 0 || context_.device().queue().is_done(last_value_));
}

void Program::wait() const {
  if (last_value_ != 0) context_.device().queue().wait(last_value_);
}

// ---- outputs

const std::pair<Slice, tensor::TensorType>& Program::find_output(Tensor output) const {
  const auto found = outputs_.find({output.node, output.output});
  core::require(output.graph == graph_ && found != outputs_.end(),
                "{} is asked for a tensor that is none of its outputs", options_.name);
  return found->second;
}

BufferSlice Program::memory(Tensor output) const { return locate(find_output(output).first); }

HostTensor Program::read(Tensor output) {
  const auto& [slice, type] = find_output(output);
  const BufferSlice memory = locate(slice);
  wait();
  if (memory.owner->mapped() != nullptr) return decode(type, memory.owner->mapped() + memory.offset);
  const auto [it, is_new] = readbacks_.try_emplace({output.node, output.output});
  Readback& readback = it->second;
  if (is_new) {
    readback.buffer = gpu::Buffer(context_.device(), memory.bytes, gpu::MemoryKind::readback);
    readback.commands = gpu::CommandBuffer(context_.device());
    readback.commands.begin();
    readback.commands.barrier(gpu::Access::all, gpu::Access::transfer);
    readback.commands.copy(*memory.owner, memory.offset, readback.buffer, 0, memory.bytes);
    readback.commands.barrier(gpu::Access::transfer, gpu::Access::host);
    readback.commands.end();
  }
  context_.device().queue().run(readback.commands.handle());
  return decode(type, readback.buffer.mapped());
}

float Program::read_scalar(Tensor output) {
  const HostTensor value = read(output);
  core::require(!value.floats.empty(), "{} is asked for a number that is not one", options_.name);
  return value.floats[0];
}

ProgramStatistics Program::statistics() const {
  ProgramStatistics result;
  for (const Step& step : plan_.steps) ++(step.kind == Step::Kind::dispatch ? result.dispatches : result.copies);
  result.frozen_steps = static_cast<int>(plan_.frozen_steps);
  result.barriers = plain_ ? plain_->barriers() : 0;
  result.segments = static_cast<int>(segment_ends_.size());
  result.arena_bytes = memory_plan_.arena_bytes;
  result.largest_live_bytes = memory_plan_.largest_live_bytes;
  result.scratch_bytes = plan_.scratch_bytes;
  result.input_bytes = static_cast<std::int64_t>(input_memory_.size());
  for (const auto& ring : rings_) result.staging_bytes += ring->staging_bytes();
  for (const auto& [key, readback] : readbacks_) {
    result.staging_bytes += static_cast<std::int64_t>(readback.buffer.size());
  }
  result.constant_bytes = static_cast<std::int64_t>(constant_memory_.size());
  result.flops = plan_.flops;
  for (const double cost : segment_costs_ms_) result.cost_ms += cost;
  result.replays = replays_;
  return result;
}

}  // namespace figment::runtime
