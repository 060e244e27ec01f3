#pragma once
#include <volk.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gpu/device.h"
#include "gpu/pipeline.h"

namespace figment::gpu {

/// All that makes a pipeline which draws triangles into one colour image by dynamic rendering.
struct GraphicsSpec {
  std::string vertex_shader;             ///< name in the ShaderLibrary
  std::string fragment_shader;           ///< name in the ShaderLibrary
  std::vector<BindingKind> bindings;     ///< set 0, seen by both stages
  std::vector<std::uint32_t> constants;  ///< specialization constants of both stages; the id is the position
  std::uint32_t push_bytes = 0;          ///< seen by both stages
  VkFormat color_format = VK_FORMAT_R8G8B8A8_UNORM;
  bool is_blended = true;  ///< source alpha over what is there; the target's alpha stays opaque
  VkPrimitiveTopology topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
  /// Of one vertex buffer at binding 0; none: the vertex shader makes the corners from gl_VertexIndex.
  std::vector<VkVertexInputAttributeDescription> attributes = {};
  std::uint32_t vertex_bytes = 0;  ///< from one vertex to the next
};

/// A graphics pipeline with dynamic viewport and scissor, no depth, no culling, one sample.
class GraphicsPipeline {
 public:
  GraphicsPipeline(const Device& device, ShaderLibrary& shaders, GraphicsSpec spec,
                   VkPipelineCache cache = VK_NULL_HANDLE);
  ~GraphicsPipeline();
  GraphicsPipeline(const GraphicsPipeline&) = delete;
  GraphicsPipeline& operator=(const GraphicsPipeline&) = delete;

  VkPipeline handle() const { return pipeline_; }
  VkPipelineLayout layout() const { return layout_; }
  /// For DescriptorAllocator::make(layout, bindings).
  VkDescriptorSetLayout set_layout() const { return set_layout_; }
  const GraphicsSpec& spec() const { return spec_; }

  void bind(VkCommandBuffer commands) const;
  void bind_set(VkCommandBuffer commands, VkDescriptorSet set) const;
  /// Throws Error if `value` is larger than the spec's push_bytes. Its size is a multiple of 4.
  template <typename T>
  void push(VkCommandBuffer commands, const T& value) const {
    push(commands, std::as_bytes(std::span(&value, 1)));
  }

 private:
  void push(VkCommandBuffer commands, std::span<const std::byte> bytes) const;
  void build(const ShaderCode& vertex, const ShaderCode& fragment, VkPipelineCache cache);
  void release();

  const Device& device_;
  GraphicsSpec spec_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
};

/// Starts drawing into a view of this size, cleared to `clear` if given (else what is there is lost); sets viewport and
/// scissor to the whole. vkCmdEndRendering ends it.
void begin_drawing(VkCommandBuffer commands, VkImageView view, VkExtent2D extent, const VkClearColorValue* clear);

/// Moves an image from one layout to another, ordered after all earlier and before all later work.
void change_layout(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to);

}  // namespace figment::gpu
