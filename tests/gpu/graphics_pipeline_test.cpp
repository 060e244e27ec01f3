#include "gpu/graphics_pipeline.h"

#include <array>

#include "gpu/gpu_fixture.h"
#include "gpu/image.h"

namespace figment::gpu {
namespace {

constexpr std::uint32_t side = 8;

constexpr const char* vertex_source = R"(#version 460
layout(push_constant) uniform Push { vec4 color; };
void main() {
  vec2 corner = vec2(gl_VertexIndex & 1, gl_VertexIndex >> 1);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
})";
constexpr const char* fragment_source = R"(#version 460
layout(binding = 0) uniform samplerBuffer scale;
layout(push_constant) uniform Push { vec4 color; };
layout(location = 0) out vec4 result;
void main() { result = color * vec4(texelFetch(scale, 0).rgb, 1.0); })";

class GraphicsPipelineTest : public GpuTest {};

TEST_F(GraphicsPipelineTest, DrawsAQuadThatReadsABuffer) {
  if (!device->info().graphics) GTEST_SKIP() << "this device does not draw";
  shaders->add("test_quad.vert", vertex_source);
  shaders->add("test_quad.frag", fragment_source);
  const GraphicsPipeline pipeline(*device, *shaders,
                                  {.vertex_shader = "test_quad.vert",
                                   .fragment_shader = "test_quad.frag",
                                   .bindings = {BindingKind::uniform_texel},
                                   .push_bytes = 16},
                                  pipelines->handle());
  const float scale[4] = {1.0F, 0.5F, 0.0F, 1.0F};
  const Buffer source(*device, sizeof(scale));
  upload(*device, source, std::as_bytes(std::span(scale)));
  const BufferView view = source.texel_view(0, sizeof(scale), VK_FORMAT_R32G32B32A32_SFLOAT);
  DescriptorAllocator sets(*device);
  const Binding bindings[] = {Binding::texel(view)};
  const Image image(*device, side, side);
  const Buffer pixels(*device, side * side * 4, MemoryKind::readback);

  CommandBuffer commands(*device);
  commands.begin();
  commands.barrier(Access::all, Access::all);
  change_layout(commands.handle(), image.handle(), VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
  const VkClearColorValue black{{0, 0, 0, 0}};
  begin_drawing(commands.handle(), image.view(), {side, side}, &black);
  const VkRect2D left_half{{0, 0}, {side / 2, side}};
  vkCmdSetScissor(commands.handle(), 0, 1, &left_half);
  const std::array<float, 4> color{1.0F, 1.0F, 1.0F, 1.0F};
  pipeline.bind(commands.handle());
  pipeline.bind_set(commands.handle(), sets.make(pipeline.set_layout(), bindings));
  pipeline.push(commands.handle(), color);
  vkCmdDraw(commands.handle(), 4, 1, 0, 0);
  vkCmdEndRendering(commands.handle());
  change_layout(commands.handle(), image.handle(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {side, side, 1};
  vkCmdCopyImageToBuffer(commands.handle(), image.handle(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, pixels.handle(), 1,
                         &region);
  commands.barrier(Access::transfer, Access::host);
  commands.end();
  device->queue().run(commands.handle());
  const auto* bytes = pixels.mapped_as<std::uint8_t>();
  EXPECT_EQ(bytes[0], 255);
  EXPECT_NEAR(bytes[1], 128, 1);
  EXPECT_EQ(bytes[2], 0);
  EXPECT_EQ(bytes[3], 255);
  EXPECT_EQ(bytes[(side - 1) * 4], 0);
}

}  // namespace
}  // namespace figment::gpu
