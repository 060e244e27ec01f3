#pragma once
#include <volk.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "gpu/device.h"
#include "gpu/shader.h"

namespace figment::gpu {

/// What a shader sees at a binding; the binding's number is its position in the list.
enum class BindingKind : std::uint8_t {
  storage_buffer,  ///< buffer {}
  uniform_texel,   ///< samplerBuffer
  storage_texel,   ///< imageBuffer
  uniform_buffer,  ///< uniform {}
  sampled_image,   ///< sampler2D
};
VkDescriptorType descriptor_type(BindingKind kind);

/// Vulkan objects that compute and graphics pipelines are made of; the caller destroys them.
VkDescriptorSetLayout make_set_layout(const Device& device, std::span<const BindingKind> kinds,
                                      VkShaderStageFlags stages);
VkPipelineLayout make_pipeline_layout(const Device& device, VkDescriptorSetLayout set, std::uint32_t push_bytes,
                                      VkShaderStageFlags stages);
VkShaderModule make_shader_module(const Device& device, const ShaderCode& code);

/// 32-bit specialization constants whose id is their position. `constants` must outlive it.
class SpecializationData {
 public:
  explicit SpecializationData(std::span<const std::uint32_t> constants);
  SpecializationData(const SpecializationData&) = delete;
  SpecializationData& operator=(const SpecializationData&) = delete;
  const VkSpecializationInfo* info() const { return entries_.empty() ? nullptr : &info_; }

 private:
  std::vector<VkSpecializationMapEntry> entries_;
  VkSpecializationInfo info_{};
};

/// All that makes a compute pipeline.
struct PipelineSpec {
  std::string shader;                    ///< name in the ShaderLibrary
  std::vector<BindingKind> bindings;     ///< set 0
  std::vector<std::uint32_t> constants;  ///< specialization constants; the id is the position; floats as bits
  std::uint32_t push_bytes = 0;          ///< multiple of 4
  /// Pinned subgroup size, where the device can; 0 leaves it to the driver.
  std::uint32_t subgroup_size = 0;
  /// Local size is a multiple of the subgroup size and every subgroup shall be full, where the device can ask for it.
  bool full_subgroups = false;
  auto operator<=>(const PipelineSpec&) const = default;
};

/// A compute pipeline with its layouts.
class ComputePipeline {
 public:
  /// Errors: push constants or bindings over the device's limits, the driver refuses.
  ComputePipeline(const Device& device, const ShaderCode& code, PipelineSpec spec, VkPipelineCache cache);
  ~ComputePipeline();
  ComputePipeline(const ComputePipeline&) = delete;
  ComputePipeline& operator=(const ComputePipeline&) = delete;

  VkPipeline handle() const { return pipeline_; }
  VkPipelineLayout layout() const { return layout_; }
  VkDescriptorSetLayout set_layout() const { return set_layout_; }
  const PipelineSpec& spec() const { return spec_; }

 private:
  void build(const ShaderCode& code, VkPipelineCache cache);
  void release();

  const Device& device_;
  PipelineSpec spec_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
};
using PipelinePtr = std::shared_ptr<const ComputePipeline>;

/// The pipelines made so far, by their spec and the code's hash; the driver's own cache is kept on disk. Thread-safe:
/// one thread builds a spec, others that want the same wait for it. Of those that nobody holds any more it keeps so
/// many, which were asked for last: a driver may hold a megabyte for each.
class PipelineCache {
 public:
  PipelineCache(const Device& device, ShaderLibrary& shaders, std::size_t unused_kept = 512);
  ~PipelineCache();  ///< saves; failures are only logged
  PipelineCache(const PipelineCache&) = delete;
  PipelineCache& operator=(const PipelineCache&) = delete;

  PipelinePtr get(const PipelineSpec& spec);

  /// get() for each; `progress(done, total)` is called on this thread after each and stops the rest by returning false.
  void prepare(std::span<const PipelineSpec> specs, const std::function<bool(std::size_t, std::size_t)>& progress = {});

  /// Writes the driver's cache to the disk if pipelines were built since.
  void save();
  std::size_t size() const;
  ShaderLibrary& shaders() { return shaders_; }
  const Device& device() const { return device_; }
  VkPipelineCache handle() const { return cache_; }

 private:
  using Key = std::pair<std::uint64_t, PipelineSpec>;
  struct Entry {
    PipelinePtr pipeline;
    std::uint64_t asked = 0;  ///< when it was asked for last, in requests
  };
  void load();
  std::vector<PipelinePtr> take_unused();  ///< what is too many of them; under the lock

  const Device& device_;
  ShaderLibrary& shaders_;
  const std::size_t unused_kept_;
  VkPipelineCache cache_ = VK_NULL_HANDLE;
  mutable std::mutex mutex_;
  std::condition_variable built_;
  std::map<Key, Entry> pipelines_;
  std::uint64_t requests_ = 0;
  std::set<Key> building_;
  bool changed_ = false;
};

}  // namespace figment::gpu
