#include "gpu/descriptors.h"

#include <array>

namespace figment::gpu {

namespace {
constexpr std::uint32_t sets_per_pool = 256;
}

DescriptorAllocator::DescriptorAllocator(const Device& device) : device_(device) {}

DescriptorAllocator::~DescriptorAllocator() {
  for (const VkDescriptorPool pool : pools_) vkDestroyDescriptorPool(device_.handle(), pool, nullptr);
}

void DescriptorAllocator::reset() {
  const std::scoped_lock lock(mutex_);
  if (pools_.empty()) return;
  for (std::size_t i = 1; i < pools_.size(); ++i) vkDestroyDescriptorPool(device_.handle(), pools_[i], nullptr);
  pools_.resize(1);
  check(vkResetDescriptorPool(device_.handle(), pools_[0], 0), "vkResetDescriptorPool");
}

void DescriptorAllocator::add_pool() {
  const std::array<VkDescriptorPoolSize, 5> sizes{{{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, sets_per_pool * 6},
                                                   {VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, sets_per_pool * 4},
                                                   {VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER, sets_per_pool * 2},
                                                   {VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, sets_per_pool * 2},
                                                   {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, sets_per_pool}}};
  VkDescriptorPoolCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  info.maxSets = sets_per_pool;
  info.poolSizeCount = static_cast<std::uint32_t>(sizes.size());
  info.pPoolSizes = sizes.data();
  VkDescriptorPool pool = VK_NULL_HANDLE;
  check(vkCreateDescriptorPool(device_.handle(), &info, nullptr, &pool), "vkCreateDescriptorPool");
  pools_.push_back(pool);
}

VkDescriptorSet DescriptorAllocator::make(const ComputePipeline& pipeline, std::span<const Binding> bindings) {
  const auto& kinds = pipeline.spec().bindings;
  core::require(kinds.size() == bindings.size(), "The shader {} has {} bindings, but {} were given.",
                pipeline.spec().shader, kinds.size(), bindings.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    core::require(kinds[i] == bindings[i].kind, "Binding {} of the shader {} is of another kind than the one given.", i,
                  pipeline.spec().shader);
  }
  return make(pipeline.set_layout(), bindings);
}

VkDescriptorSet DescriptorAllocator::make(VkDescriptorSetLayout layout, std::span<const Binding> bindings) {
  VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
  info.descriptorSetCount = 1;
  info.pSetLayouts = &layout;
  VkDescriptorSet set = VK_NULL_HANDLE;
  {
    const std::scoped_lock lock(mutex_);
    VkResult result = VK_ERROR_OUT_OF_POOL_MEMORY;
    if (!pools_.empty()) {
      info.descriptorPool = pools_.back();
      result = vkAllocateDescriptorSets(device_.handle(), &info, &set);
    }
    if (result == VK_ERROR_OUT_OF_POOL_MEMORY || result == VK_ERROR_FRAGMENTED_POOL) {
      add_pool();
      info.descriptorPool = pools_.back();
      result = vkAllocateDescriptorSets(device_.handle(), &info, &set);
    }
    check(result, "vkAllocateDescriptorSets");
  }
  ++device_.statistics().descriptor_sets;

  std::vector<VkDescriptorBufferInfo> buffers(bindings.size());
  std::vector<VkDescriptorImageInfo> images(bindings.size());
  std::vector<VkWriteDescriptorSet> writes(bindings.size());
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Binding& binding = bindings[i];
    buffers[i] = {binding.buffer, binding.offset, binding.bytes};
    images[i] = {binding.sampler, binding.image, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    writes[i] = {VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
    writes[i].dstSet = set;
    writes[i].dstBinding = static_cast<std::uint32_t>(i);
    writes[i].descriptorCount = 1;
    writes[i].descriptorType = descriptor_type(binding.kind);
    if (binding.view != VK_NULL_HANDLE) {
      writes[i].pTexelBufferView = &binding.view;
    } else if (binding.image != VK_NULL_HANDLE) {
      writes[i].pImageInfo = &images[i];
    } else {
      writes[i].pBufferInfo = &buffers[i];
    }
  }
  vkUpdateDescriptorSets(device_.handle(), static_cast<std::uint32_t>(writes.size()), writes.data(), 0, nullptr);
  return set;
}

}  // namespace figment::gpu
