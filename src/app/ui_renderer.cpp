#include "app/ui_renderer.h"

#include <algorithm>
#include <cstring>

#include "gpu/commands.h"
#include "gpu/error.h"

namespace figment::app {

namespace {

constexpr std::uint32_t textures_max = 256;

gpu::GraphicsSpec ui_spec(VkFormat format) {
  gpu::GraphicsSpec spec;
  spec.vertex_shader = "ui.vert";
  spec.fragment_shader = "ui.frag";
  spec.bindings = {gpu::BindingKind::sampled_image};
  spec.color_format = format;
  spec.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
  spec.attributes = {{0, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(ImDrawVert, pos)},
                     {1, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(ImDrawVert, uv)},
                     {2, 0, VK_FORMAT_R8G8B8A8_UNORM, offsetof(ImDrawVert, col)}};
  spec.vertex_bytes = sizeof(ImDrawVert);
  spec.push_bytes = 4 * sizeof(float);
  return spec;
}

// ImTextureID is a pointer in some versions of ImGui and an integer in others.
VkDescriptorSet set_of(ImTextureID texture) { return (VkDescriptorSet)(texture); }

/// Host-visible room for `count` elements; what was in it is lost if it grows. The device must not be using it.
template <typename T>
T* reserve(const gpu::Device& device, gpu::Buffer& buffer, int count) {
  const VkDeviceSize bytes = static_cast<VkDeviceSize>(count) * sizeof(T);
  if (buffer.size() < bytes) {
    buffer = gpu::Buffer(device, std::max<VkDeviceSize>(bytes * 3 / 2, 65536), gpu::MemoryKind::upload);
  }
  return buffer.mapped_as<T>();
}

}  // namespace

UiRenderer::UiRenderer(gpu::Device& device, VkFormat format)
    : device_(device), pipeline_(device, shaders_, ui_spec(format)) {
  VkSamplerCreateInfo sampler{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
  sampler.magFilter = VK_FILTER_LINEAR;
  sampler.minFilter = VK_FILTER_LINEAR;
  sampler.addressModeU = sampler.addressModeV = sampler.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
  gpu::check(vkCreateSampler(device_.handle(), &sampler, nullptr, &sampler_), "vkCreateSampler");
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, textures_max};
  VkDescriptorPoolCreateInfo pool{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  pool.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
  pool.maxSets = textures_max;
  pool.poolSizeCount = 1;
  pool.pPoolSizes = &size;
  gpu::check(vkCreateDescriptorPool(device_.handle(), &pool, nullptr, &pool_), "vkCreateDescriptorPool");
}

UiRenderer::~UiRenderer() {
  vkDestroyDescriptorPool(device_.handle(), pool_, nullptr);
  vkDestroySampler(device_.handle(), sampler_, nullptr);
}

ImTextureID UiRenderer::make_texture(VkImageView view) {
  const VkDescriptorSetLayout layout = pipeline_.set_layout();
  VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
  info.descriptorPool = pool_;
  info.descriptorSetCount = 1;
  info.pSetLayouts = &layout;
  VkDescriptorSet set = VK_NULL_HANDLE;
  gpu::check(vkAllocateDescriptorSets(device_.handle(), &info, &set), "vkAllocateDescriptorSets");
  const VkDescriptorImageInfo image{sampler_, view, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
  VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
  write.dstSet = set;
  write.descriptorCount = 1;
  write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  write.pImageInfo = &image;
  vkUpdateDescriptorSets(device_.handle(), 1, &write, 0, nullptr);
  return (ImTextureID)(set);
}

void UiRenderer::free_texture(ImTextureID texture) {
  const VkDescriptorSet set = set_of(texture);
  if (set != VK_NULL_HANDLE) vkFreeDescriptorSets(device_.handle(), pool_, 1, &set);
}

gpu::Image UiRenderer::upload(std::span<const std::uint8_t> rgba, int width, int height) {
  gpu::Buffer staging(device_, rgba.size(), gpu::MemoryKind::upload);
  std::memcpy(staging.mapped(), rgba.data(), rgba.size());
  gpu::Image image(device_, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
  gpu::CommandBuffer commands(device_);
  commands.begin();
  gpu::change_layout(commands.handle(), image.handle(), VK_IMAGE_LAYOUT_UNDEFINED,
                     VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageExtent = {image.width(), image.height(), 1};
  vkCmdCopyBufferToImage(commands.handle(), staging.handle(), image.handle(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1,
                         &region);
  gpu::change_layout(commands.handle(), image.handle(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                     VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  commands.end();
  device_.queue().run(commands.handle());
  return image;
}

void UiRenderer::load_fonts() {
  device_.wait_idle();
  unsigned char* pixels = nullptr;
  int width = 0;
  int height = 0;
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // heat maps and clouds of points are large
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
  fonts_ = upload({pixels, static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4}, width, height);
  free_texture(font_texture_);
  font_texture_ = make_texture(fonts_.view());
  atlas.SetTexID(font_texture_);
  atlas.ClearTexData();
}

void UiRenderer::copy_geometry(const ImDrawData& data, Geometry& geometry) {
  auto* vertices = reserve<ImDrawVert>(device_, geometry.vertices, data.TotalVtxCount);
  auto* indices = reserve<ImDrawIdx>(device_, geometry.indices, data.TotalIdxCount);
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    vertices = std::copy_n(list.VtxBuffer.Data, list.VtxBuffer.Size, vertices);
    indices = std::copy_n(list.IdxBuffer.Data, list.IdxBuffer.Size, indices);
  }
}

void UiRenderer::draw(VkCommandBuffer commands, const ImDrawData& data, std::size_t frame, VkExtent2D extent) {
  if (data.TotalVtxCount == 0) return;
  Geometry& geometry = geometry_[frame];
  copy_geometry(data, geometry);
  const VkDeviceSize zero = 0;
  const VkBuffer vertices = geometry.vertices.handle();
  pipeline_.bind(commands);
  vkCmdBindVertexBuffers(commands, 0, 1, &vertices, &zero);
  vkCmdBindIndexBuffer(commands, geometry.indices.handle(), 0,
                       sizeof(ImDrawIdx) == 2 ? VK_INDEX_TYPE_UINT16 : VK_INDEX_TYPE_UINT32);
  const std::array push{2.0F / data.DisplaySize.x, 2.0F / data.DisplaySize.y,
                        -1.0F - data.DisplayPos.x * 2.0F / data.DisplaySize.x,
                        -1.0F - data.DisplayPos.y * 2.0F / data.DisplaySize.y};
  pipeline_.push(commands, push);
  const ImVec2 scale = data.FramebufferScale;
  const ImVec2 most{static_cast<float>(extent.width), static_cast<float>(extent.height)};
  int first_vertex = 0;
  std::uint32_t first_index = 0;
  VkDescriptorSet bound = VK_NULL_HANDLE;
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;  // none are used
      const ImVec4& clip = command.ClipRect;
      const float x0 = std::clamp((clip.x - data.DisplayPos.x) * scale.x, 0.0F, most.x);
      const float y0 = std::clamp((clip.y - data.DisplayPos.y) * scale.y, 0.0F, most.y);
      const float x1 = std::clamp((clip.z - data.DisplayPos.x) * scale.x, 0.0F, most.x);
      const float y1 = std::clamp((clip.w - data.DisplayPos.y) * scale.y, 0.0F, most.y);
      if (x1 <= x0 || y1 <= y0) continue;
      const VkRect2D scissor{{static_cast<std::int32_t>(x0), static_cast<std::int32_t>(y0)},
                             {static_cast<std::uint32_t>(x1 - x0), static_cast<std::uint32_t>(y1 - y0)}};
      vkCmdSetScissor(commands, 0, 1, &scissor);
      const VkDescriptorSet set = set_of(command.GetTexID());
      if (set != bound) pipeline_.bind_set(commands, set);
      bound = set;
      vkCmdDrawIndexed(commands, command.ElemCount, 1, first_index + command.IdxOffset,
                       first_vertex + static_cast<int>(command.VtxOffset), 0);
    }
    first_vertex += list.VtxBuffer.Size;
    first_index += static_cast<std::uint32_t>(list.IdxBuffer.Size);
  }
}

}  // namespace figment::app
