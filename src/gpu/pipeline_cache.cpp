#include <algorithm>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "gpu/pipeline.h"

namespace figment::gpu {

namespace {

namespace fs = std::filesystem;

VkPhysicalDeviceProperties properties_of(const Device& device) {
  VkPhysicalDeviceProperties properties{};
  vkGetPhysicalDeviceProperties(device.physical(), &properties);
  return properties;
}

/// One file for each device and driver, so that two devices do not overwrite each other's.
fs::path file_of(const Device& device) {
  const auto properties = properties_of(device);
  const std::uint64_t key = core::hash_bytes(properties.pipelineCacheUUID, properties.deviceID);
  return core::cache_directory() / "pipelines" / (core::to_hex(key) + ".bin");
}

/// Drivers should refuse foreign data, but not all do: compare the head before it gets there. A hash of the rest
/// stands before it, since a head alone does not show damage.
bool suits(const Device& device, std::span<const std::uint8_t> data) {
  const auto properties = properties_of(device);
  VkPipelineCacheHeaderVersionOne head{};
  if (data.size() < sizeof(head)) return false;
  std::memcpy(&head, data.data(), sizeof(head));
  return head.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && head.vendorID == properties.vendorID &&
         head.deviceID == properties.deviceID &&
         std::memcmp(head.pipelineCacheUUID, properties.pipelineCacheUUID, VK_UUID_SIZE) == 0;
}

}  // namespace

PipelineCache::PipelineCache(const Device& device, ShaderLibrary& shaders, std::size_t unused_kept)
    : device_(device), shaders_(shaders), unused_kept_(unused_kept) {
  load();
}

PipelineCache::~PipelineCache() {
  try {
    save();
  } catch (const core::Error& error) {
    spdlog::warn("The pipeline cache could not be kept: {}", error.what());
  }
  pipelines_.clear();
  vkDestroyPipelineCache(device_.handle(), cache_, nullptr);
}

void PipelineCache::load() {
  std::vector<std::uint8_t> bytes;
  try {
    const fs::path file = file_of(device_);
    if (std::error_code ignored; fs::is_regular_file(file, ignored)) bytes = core::read_bytes(file);
  } catch (const core::Error& error) {
    spdlog::debug("No pipeline cache: {}", error.what());
  }
  VkPipelineCacheCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
  std::uint64_t sum = 0;
  if (bytes.size() > sizeof(sum)) {
    std::memcpy(&sum, bytes.data(), sizeof(sum));
    const auto data = std::span<const std::uint8_t>(bytes).subspan(sizeof(sum));
    if (core::hash_bytes(data) == sum && suits(device_, data)) {
      info.initialDataSize = data.size();
      info.pInitialData = data.data();
    }
  }
  check(vkCreatePipelineCache(device_.handle(), &info, nullptr, &cache_), "vkCreatePipelineCache");
}

void PipelineCache::save() {
  {
    const std::scoped_lock lock(mutex_);
    if (!changed_) return;
    changed_ = false;
  }
  std::size_t size = 0;
  check(vkGetPipelineCacheData(device_.handle(), cache_, &size, nullptr), "vkGetPipelineCacheData");
  std::vector<std::uint8_t> bytes(sizeof(std::uint64_t) + size);
  check(vkGetPipelineCacheData(device_.handle(), cache_, &size, bytes.data() + sizeof(std::uint64_t)),
        "vkGetPipelineCacheData");
  bytes.resize(sizeof(std::uint64_t) + size);
  const std::uint64_t sum = core::hash_bytes(std::span<const std::uint8_t>(bytes).subspan(sizeof(std::uint64_t)));
  std::memcpy(bytes.data(), &sum, sizeof(sum));
  core::write_atomically(file_of(device_), std::span<const std::uint8_t>(bytes));
}

PipelinePtr PipelineCache::get(const PipelineSpec& spec) {
  const ShaderCodePtr code = shaders_.code(spec.shader);
  const Key key{code->hash, spec};
  {
    std::unique_lock lock(mutex_);
    built_.wait(lock, [&] { return !building_.contains(key); });
    if (const auto found = pipelines_.find(key); found != pipelines_.end()) {
      found->second.asked = ++requests_;
      return found->second.pipeline;
    }
    building_.insert(key);
  }
  PipelinePtr pipeline;
  try {
    pipeline = std::make_shared<ComputePipeline>(device_, *code, spec, cache_);
  } catch (...) {
    const std::scoped_lock lock(mutex_);
    building_.erase(key);
    built_.notify_all();
    throw;
  }
  std::vector<PipelinePtr> unused;  // are destroyed when the lock is gone
  const std::scoped_lock lock(mutex_);
  pipelines_[key] = {pipeline, ++requests_};
  unused = take_unused();
  building_.erase(key);
  changed_ = true;
  built_.notify_all();
  return pipeline;
}

std::vector<PipelinePtr> PipelineCache::take_unused() {
  std::vector<std::map<Key, Entry>::iterator> unused;
  for (auto entry = pipelines_.begin(); entry != pipelines_.end(); ++entry) {
    if (entry->second.pipeline.use_count() == 1) unused.push_back(entry);
  }
  std::vector<PipelinePtr> taken;
  if (unused.size() <= unused_kept_) return taken;
  std::ranges::sort(unused, {}, [](const auto& entry) { return entry->second.asked; });
  unused.resize(unused.size() - unused_kept_);
  for (const auto& entry : unused) {
    taken.push_back(std::move(entry->second.pipeline));
    pipelines_.erase(entry);
  }
  return taken;
}

void PipelineCache::prepare(std::span<const PipelineSpec> specs,
                            const std::function<bool(std::size_t, std::size_t)>& progress) {
  for (std::size_t i = 0; i < specs.size(); ++i) {
    get(specs[i]);
    if (progress && !progress(i + 1, specs.size())) break;
  }
  save();
}

std::size_t PipelineCache::size() const {
  const std::scoped_lock lock(mutex_);
  return pipelines_.size();
}

}  // namespace figment::gpu
