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

/// All that makes a pipeline which draws quads without vertex buffers: the vertex shader makes the corners from
/// gl_VertexIndex and the push constants.
struct GraphicsSpec {
  std::string vertex_shader;             ///< name in the ShaderLibrary
  std::string fragment_shader;           ///< name in the ShaderLibrary
  std::vector<BindingKind> bindings;     ///< set 0, seen by both stages
  std::vector<std::uint32_t> constants;  ///< specialization constants of both stages; the id is the position
  std::uint32_t push_bytes = 0;          ///< seen by both stages
  /// The render pass to draw in (subpass 0), or null for dynamic rendering into `color_format`.
  VkRenderPass render_pass = VK_NULL_HANDLE;
  VkFormat color_format = VK_FORMAT_R8G8B8A8_UNORM;
  bool is_blended = true;  ///< source alpha over what is there; the target's alpha stays opaque
  VkPrimitiveTopology topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_STRIP;
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

  /// Binds, sets the viewport and scissor (pixels), pushes and draws `vertices` vertices (4 make one quad as a strip).
  void draw(VkCommandBuffer commands, VkDescriptorSet set, std::span<const std::byte> push, const VkViewport& viewport,
            const VkRect2D& scissor, std::uint32_t vertices = 4, std::uint32_t instances = 1) const;

 private:
  void build(const ShaderCode& vertex, const ShaderCode& fragment, VkPipelineCache cache);
  void release();

  const Device& device_;
  GraphicsSpec spec_;
  VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  VkPipeline pipeline_ = VK_NULL_HANDLE;
};

}  // namespace figment::gpu
