#include "gpu/pipeline.h"

#include "core/error.h"

namespace figment::gpu {

VkDescriptorType descriptor_type(BindingKind kind) {
  switch (kind) {
    case BindingKind::storage_buffer:
      return VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    case BindingKind::uniform_texel:
      return VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
    case BindingKind::storage_texel:
      return VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER;
    case BindingKind::uniform_buffer:
      return VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
    case BindingKind::sampled_image:
      return VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  }
  core::fail("Unknown kind of binding.");
}

VkDescriptorSetLayout make_set_layout(const Device& device, std::span<const BindingKind> kinds,
                                      VkShaderStageFlags stages) {
  std::vector<VkDescriptorSetLayoutBinding> bindings(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    bindings[i] = {static_cast<std::uint32_t>(i), descriptor_type(kinds[i]), 1, stages, nullptr};
  }
  VkDescriptorSetLayoutCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  info.bindingCount = static_cast<std::uint32_t>(bindings.size());
  info.pBindings = bindings.data();
  VkDescriptorSetLayout layout = VK_NULL_HANDLE;
  check(vkCreateDescriptorSetLayout(device.handle(), &info, nullptr, &layout), "vkCreateDescriptorSetLayout");
  return layout;
}

VkPipelineLayout make_pipeline_layout(const Device& device, VkDescriptorSetLayout set, std::uint32_t push_bytes,
                                      VkShaderStageFlags stages) {
  core::require(push_bytes <= device.info().max_push_bytes && push_bytes % 4 == 0,
                "A shader wants {} bytes of push constants; {} has {}.", push_bytes, device.info().name,
                device.info().max_push_bytes);
  const VkPushConstantRange push{stages, 0, push_bytes};
  VkPipelineLayoutCreateInfo info{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  info.setLayoutCount = 1;
  info.pSetLayouts = &set;
  info.pushConstantRangeCount = push_bytes > 0 ? 1 : 0;
  info.pPushConstantRanges = &push;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  check(vkCreatePipelineLayout(device.handle(), &info, nullptr, &layout), "vkCreatePipelineLayout");
  return layout;
}

VkShaderModule make_shader_module(const Device& device, const ShaderCode& code) {
  VkShaderModuleCreateInfo info{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  info.codeSize = code.words.size() * sizeof(std::uint32_t);
  info.pCode = code.words.data();
  VkShaderModule module = VK_NULL_HANDLE;
  check(vkCreateShaderModule(device.handle(), &info, nullptr, &module), "vkCreateShaderModule");
  return module;
}

SpecializationData::SpecializationData(std::span<const std::uint32_t> constants) : entries_(constants.size()) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto id = static_cast<std::uint32_t>(i);
    entries_[i] = {id, id * static_cast<std::uint32_t>(sizeof(std::uint32_t)), sizeof(std::uint32_t)};
  }
  info_ = {static_cast<std::uint32_t>(entries_.size()), entries_.data(), constants.size_bytes(), constants.data()};
}

ComputePipeline::ComputePipeline(const Device& device, const ShaderCode& code, PipelineSpec spec, VkPipelineCache cache)
    : device_(device), spec_(std::move(spec)) {
  try {
    set_layout_ = make_set_layout(device, spec_.bindings, VK_SHADER_STAGE_COMPUTE_BIT);
    layout_ = make_pipeline_layout(device, set_layout_, spec_.push_bytes, VK_SHADER_STAGE_COMPUTE_BIT);
    build(code, cache);
  } catch (...) {
    release();
    throw;
  }
  ++device.statistics().pipelines;
}

void ComputePipeline::build(const ShaderCode& code, VkPipelineCache cache) {
  const SpecializationData constants(spec_.constants);
  const DeviceInfo& info = device_.info();
  VkPipelineShaderStageRequiredSubgroupSizeCreateInfo size{
      VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO};
  size.requiredSubgroupSize = spec_.subgroup_size;
  const bool is_pinned = spec_.subgroup_size != 0 && info.subgroup_size_control &&
                         spec_.subgroup_size >= info.min_subgroup_size && spec_.subgroup_size <= info.max_subgroup_size;

  VkComputePipelineCreateInfo create{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
  create.stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO};
  create.stage.pNext = is_pinned ? &size : nullptr;
  create.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  create.stage.pName = "main";
  create.stage.pSpecializationInfo = constants.info();
  if (spec_.full_subgroups && info.full_subgroups) {
    create.stage.flags |= VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT;
  }
  create.layout = layout_;
  create.stage.module = make_shader_module(device_, code);
  const VkResult result = vkCreateComputePipelines(device_.handle(), cache, 1, &create, nullptr, &pipeline_);
  vkDestroyShaderModule(device_.handle(), create.stage.module, nullptr);
  check(result, fmt::format("vkCreateComputePipelines for {}", spec_.shader).c_str());
}

void ComputePipeline::release() {
  if (pipeline_ != VK_NULL_HANDLE) vkDestroyPipeline(device_.handle(), pipeline_, nullptr);
  if (layout_ != VK_NULL_HANDLE) vkDestroyPipelineLayout(device_.handle(), layout_, nullptr);
  if (set_layout_ != VK_NULL_HANDLE) vkDestroyDescriptorSetLayout(device_.handle(), set_layout_, nullptr);
}

ComputePipeline::~ComputePipeline() { release(); }

}  // namespace figment::gpu
