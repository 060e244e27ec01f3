#pragma once
#include <volk.h>

#include <string>
#include <vector>

#include "gpu/device.h"

namespace figment::app {

/// All that makes a graphics pipeline of the window: triangles into one colour image, no depth.
struct GraphicsSpec {
  std::string vertex;    ///< a shader of shaders/
  std::string fragment;  ///< a shader of shaders/
  VkFormat format = VK_FORMAT_UNDEFINED;
  /// What binding 0 of set 0 is, seen by the fragment shader.
  VkDescriptorType binding = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  std::vector<VkVertexInputAttributeDescription> attributes;
  std::uint32_t vertex_bytes = 0;  ///< 0: no vertex buffer
  std::uint32_t push_bytes = 0;
  VkShaderStageFlags push_stages = VK_SHADER_STAGE_VERTEX_BIT;
  bool blend = false;
};

/// A graphics pipeline for dynamic rendering, with viewport and scissor set at drawing time.
class GraphicsPipeline {
 public:
  /// Errors: a shader that is not there, the driver refuses.
  GraphicsPipeline(const gpu::Device& device, const GraphicsSpec& spec);
  ~GraphicsPipeline();
  GraphicsPipeline(const GraphicsPipeline&) = delete;
  GraphicsPipeline& operator=(const GraphicsPipeline&) = delete;

  void bind(VkCommandBuffer commands) const;
  void bind_set(VkCommandBuffer commands, VkDescriptorSet set) const;
  template <typename T>
  void push(VkCommandBuffer commands, const T& value) const {
    vkCmdPushConstants(commands, layout_, push_stages_, 0, sizeof(T), &value);
  }
  VkDescriptorSetLayout set_layout() const { return set_layout_; }

 private:
  void build(const GraphicsSpec& spec);
  void release();

  const gpu::Device& device_;
  VkShaderStageFlags push_stages_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
};

/// Starts drawing into the whole of a view of this size, cleared to `clear` if given; sets viewport and scissor.
void begin_drawing(VkCommandBuffer commands, VkImageView view, VkExtent2D extent, const VkClearColorValue* clear);

/// Moves an image from one layout to another, ordered after all earlier and before all later work.
void change_layout(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to);

}  // namespace figment::app
