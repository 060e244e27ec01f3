#include "app/picture_sheet.h"

#include <algorithm>

#include "gpu/error.h"

namespace figment::app {

namespace {

/// As in shaders/picture_rows.frag and picture_columns.frag.
struct Push {
  std::int32_t width, height;
  std::int32_t cell_width, cell_height;
  std::int32_t columns;
  std::int32_t count;
  float radius;
};
static_assert(sizeof(Push) == 28);

constexpr VkFormat sheet_format = VK_FORMAT_R8G8B8A8_UNORM;

GraphicsSpec picture_spec(const char* fragment, VkDescriptorType binding) {
  GraphicsSpec spec;
  spec.vertex = "picture.vert";
  spec.fragment = fragment;
  spec.format = sheet_format;
  spec.binding = binding;
  spec.push_bytes = sizeof(Push);
  spec.push_stages = VK_SHADER_STAGE_FRAGMENT_BIT;
  return spec;
}

int rows_of(int count, int columns) { return (count + columns - 1) / columns; }

}  // namespace

PictureSheet::PictureSheet(gpu::Device& device, UiRenderer& renderer)
    : device_(device),
      renderer_(renderer),
      rows_(device, picture_spec("picture_rows.frag", VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER)),
      columns_(device, picture_spec("picture_columns.frag", VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER)) {
  VkSamplerCreateInfo sampler{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
  gpu::check(vkCreateSampler(device_.handle(), &sampler, nullptr, &sampler_), "vkCreateSampler");
  const std::array sizes{VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER, 1},
                         VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1}};
  VkDescriptorPoolCreateInfo pool{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  pool.maxSets = 2;
  pool.poolSizeCount = static_cast<std::uint32_t>(sizes.size());
  pool.pPoolSizes = sizes.data();
  for (Frame& frame : frames_) {
    gpu::check(vkCreateDescriptorPool(device_.handle(), &pool, nullptr, &frame.pool), "vkCreateDescriptorPool");
  }
}

PictureSheet::~PictureSheet() {
  renderer_.free_texture(texture_);
  for (const Frame& frame : frames_) vkDestroyDescriptorPool(device_.handle(), frame.pool, nullptr);
  vkDestroySampler(device_.handle(), sampler_, nullptr);
}

void PictureSheet::request(const studio::PictureView& pictures, const SheetLayout& layout) {
  const bool is_same = pictures.version == pictures_.version && pictures.count == pictures_.count &&
                       pictures.memory.buffer == pictures_.memory.buffer &&
                       pictures.memory.offset == pictures_.memory.offset && layout == layout_;
  if (!is_same) is_drawn_ = false;
  pictures_ = pictures;
  layout_ = layout;
  if (pictures_.memory.owner == nullptr || layout_.cell_width <= 0 || layout_.cell_height <= 0) pictures_.count = 0;
  if (!is_empty()) ensure_images();
}

void PictureSheet::ensure_images() {
  const int rows = rows_of(pictures_.count, layout_.columns);
  const auto width = static_cast<std::uint32_t>(layout_.columns * layout_.cell_width);
  const auto height = static_cast<std::uint32_t>(rows * layout_.cell_height);
  const auto half_height = static_cast<std::uint32_t>(rows * pictures_.height);
  const bool fits = sheet_.handle() != VK_NULL_HANDLE && sheet_.width() >= width && sheet_.height() >= height &&
                    half_.height() >= half_height;
  if (fits) return;
  device_.wait_idle();
  is_drawn_ = false;
  const auto roomy = [](std::uint32_t side) { return (side + 255) / 256 * 256; };
  half_ = gpu::Image(device_, roomy(width), roomy(half_height), sheet_format);
  sheet_ = gpu::Image(device_, roomy(width), roomy(height), sheet_format);
  renderer_.free_texture(texture_);
  texture_ = renderer_.make_texture(sheet_.view());
}

VkDescriptorSet PictureSheet::make_set(Frame& frame, const GraphicsPipeline& pipeline) const {
  const VkDescriptorSetLayout layout = pipeline.set_layout();
  VkDescriptorSetAllocateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
  info.descriptorPool = frame.pool;
  info.descriptorSetCount = 1;
  info.pSetLayouts = &layout;
  VkDescriptorSet set = VK_NULL_HANDLE;
  gpu::check(vkAllocateDescriptorSets(device_.handle(), &info, &set), "vkAllocateDescriptorSets");
  const VkDescriptorImageInfo image{sampler_, half_.view(), VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
  const VkBufferView view = frame.pixels.handle();
  const bool is_rows = &pipeline == &rows_;
  VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
  write.dstSet = set;
  write.descriptorCount = 1;
  write.descriptorType = is_rows ? VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER : VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
  write.pImageInfo = is_rows ? nullptr : &image;
  write.pTexelBufferView = is_rows ? &view : nullptr;
  vkUpdateDescriptorSets(device_.handle(), 1, &write, 0, nullptr);
  return set;
}

void PictureSheet::record(VkCommandBuffer commands, std::size_t frame_index) {
  if (is_drawn_ || is_empty()) return;
  Frame& frame = frames_[frame_index];
  gpu::check(vkResetDescriptorPool(device_.handle(), frame.pool, 0), "vkResetDescriptorPool");
  const VkDeviceSize bytes = VkDeviceSize{4} * 3 * static_cast<VkDeviceSize>(pictures_.count) *
                             static_cast<VkDeviceSize>(pictures_.width) * static_cast<VkDeviceSize>(pictures_.height);
  frame.pixels = pictures_.memory.owner->texel_view(pictures_.memory.offset, bytes, VK_FORMAT_R32_SFLOAT);

  const int rows = rows_of(pictures_.count, layout_.columns);
  const Push push{pictures_.width, pictures_.height, layout_.cell_width, layout_.cell_height,
                  layout_.columns, pictures_.count,  layout_.radius};
  const auto width = static_cast<std::uint32_t>(layout_.columns * layout_.cell_width);
  const auto pass = [&](const GraphicsPipeline& pipeline, const gpu::Image& image, int height) {
    change_layout(commands, image.handle(), VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    begin_drawing(commands, image.view(), {width, static_cast<std::uint32_t>(height)}, nullptr);
    pipeline.bind(commands);
    pipeline.bind_set(commands, make_set(frame, pipeline));
    pipeline.push(commands, push);
    vkCmdDraw(commands, 3, 1, 0, 0);
    vkCmdEndRendering(commands);
    change_layout(commands, image.handle(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                  VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  };
  pass(rows_, half_, rows * pictures_.height);
  pass(columns_, sheet_, rows * layout_.cell_height);
  is_drawn_ = true;
  ++redraws_;
}

void PictureSheet::draw(ImDrawList& list, int picture, ImVec2 at, ImVec2 size) const {
  if (is_empty()) return;
  const auto x = static_cast<float>(picture % layout_.columns * layout_.cell_width);
  const auto y = static_cast<float>(picture / layout_.columns * layout_.cell_height);
  const auto width = static_cast<float>(sheet_.width());
  const auto height = static_cast<float>(sheet_.height());
  list.AddImage(texture_, at, ImVec2(at.x + size.x, at.y + size.y), ImVec2(x / width, y / height),
                ImVec2((x + static_cast<float>(layout_.cell_width)) / width,
                       (y + static_cast<float>(layout_.cell_height)) / height));
}

}  // namespace figment::app
