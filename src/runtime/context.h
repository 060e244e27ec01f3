#pragma once
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "gpu/device.h"
#include "gpu/pipeline.h"
#include "gpu/shader.h"
#include "runtime/observer.h"
#include "runtime/variable_store.h"
#include "tensor/host_tensor.h"
#include "tensor/kernel.h"

namespace figment::runtime {

struct ContextOptions {
  gpu::DeviceOptions device;
  std::shared_ptr<gpu::Device> shared_device;  ///< used instead of making one
  /// Which form of the kernels to take: true for texel fetches and shuffles, false for shared memory. Unset: what suits
  /// the device, unless the environment variable FIGMENT_KERNELS is "cpu" or "gpu".
  std::optional<bool> cpu_kernels;
  std::filesystem::path shader_directory;  ///< see gpu::ShaderLibrary
};

/// A device with what programs on it share: shaders, pipelines and the memory of variables. Programs must be destroyed
/// before their context. Variables and programs belong to one thread at a time.
class Context {
 public:
  /// Errors: those of gpu::Device::create, FIGMENT_KERNELS neither "cpu" nor "gpu".
  explicit Context(const ContextOptions& options = {});
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  gpu::Device& device() { return *device_; }
  std::shared_ptr<gpu::Device> shared_device() const { return device_; }
  gpu::ShaderLibrary& shaders() { return shaders_; }
  gpu::PipelineCache& pipelines() { return pipelines_; }
  const tensor::DeviceTraits& traits() const { return traits_; }

  /// Where the variable lies. The first call makes the memory and fills it from `initial`.
  BufferSlice memory(const tensor::Variable& variable);

  /// Writes the variable (integers as exact floats). Waits for all submitted work. Throws Error if the count is wrong.
  void upload(const tensor::Variable& variable, std::span<const float> values);
  void upload(const tensor::Variable& variable, const tensor::HostTensor& value);

  /// The variable's value after all submitted work.
  tensor::HostTensor download(const tensor::Variable& variable);

  /// target = source on the device, after all submitted work; waits for it. The types must be equal.
  void copy(const tensor::Variable& source, const tensor::Variable& target);

  /// Frees the memory of variables that only the context holds. Waits for the device.
  void collect_variables();
  /// The same without waiting: where nothing that is submitted uses what nobody holds any more.
  void collect_variables_at_once() { variables_.collect(); }
  std::int64_t variable_bytes() const { return variables_.bytes(); }
  /// See VariableStore::contents().
  std::vector<std::pair<tensor::Variable, std::int64_t>> variables() const { return variables_.contents(); }

  /// Who is told when programs ran, from now on; null: nobody. It must outlive the context or be taken away before.
  void observe(Observer* observer) { observer_ = observer; }
  Observer* observer() const { return observer_; }
  /// The programs that live, in the order in which they were made.
  const std::vector<const Program*>& programs() const { return programs_; }

  /// A number that grows whenever the variable (or what it is packed in) is changed by an upload, a copy or the
  /// submission of a program that mutates it, so that others know when what they derived from it is stale.
  std::uint64_t version(const tensor::Variable& variable) const;
  void note_change(const tensor::Variable& variable);

  /// Looks for edited shaders (at most twice a second). Programs take up the new code at their next replay.
  std::vector<gpu::ShaderChange> poll_shader_changes();
  std::uint64_t shader_generation() const { return shader_generation_; }

  /// The pipeline description of a kernel call whose operands have these views.
  gpu::PipelineSpec pipeline_spec(const tensor::KernelCall& call);

  /// Whether the driver has compiled the kernel that `key` tells from others, and still holds it.
  bool is_warm(const std::string& key) const {
    const auto found = warm_.find(key);
    return found != warm_.end() && !found->second.expired();
  }
  /// Notes that; it holds for as long as the pipeline lives.
  void mark_warm(const std::string& key, const gpu::PipelinePtr& pipeline) { warm_[key] = pipeline; }

  /// Whose work is submitted from now on, 0 at first. In Program::advance() programs of one share count what is still
  /// running of each other, so that several of one activity together keep to its budget.
  void set_share(int share) { share_ = share; }
  int share() const { return share_; }

 private:
  friend class Program;  // says when it lives, and what it submits
  /// Of one program, submitted.
  struct Batch {
    std::uint64_t value = 0;  ///< of the queue, when it is done
    double cost_ms = 0;
    int share = 0;
  };
  bool uses_subgroups(const std::string& shader);

  std::shared_ptr<gpu::Device> device_;
  gpu::ShaderLibrary shaders_;
  gpu::PipelineCache pipelines_;
  VariableStore variables_;
  tensor::DeviceTraits traits_;
  std::mutex mutex_;
  std::map<std::string, bool> uses_subgroups_;
  std::set<std::string> generated_;
  std::unordered_map<std::string, std::weak_ptr<const gpu::ComputePipeline>> warm_;
  std::unordered_map<const tensor::VariableData*, std::uint64_t> versions_;
  std::uint64_t shader_generation_ = 0;
  Observer* observer_ = nullptr;
  std::vector<const Program*> programs_;
  std::deque<Batch> running_;
  int share_ = 0;
};

}  // namespace figment::runtime
