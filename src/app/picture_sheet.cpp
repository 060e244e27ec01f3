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

gpu::GraphicsSpec picture_spec(const char* fragment, gpu::BindingKind binding) {
  gpu::GraphicsSpec spec;
  spec.vertex_shader = "picture.vert";
  spec.fragment_shader = fragment;
  spec.color_format = sheet_format;
  spec.bindings = {binding};
  spec.push_bytes = sizeof(Push);
  spec.is_blended = false;
  return spec;
}

int rows_of(int count, int columns) { return (count + columns - 1) / columns; }

}  // namespace

SheetPainter::SheetPainter(gpu::Device& device_of, UiRenderer& renderer)
    : device(device_of),
      rows(device, renderer.shaders(), picture_spec("picture_rows.frag", gpu::BindingKind::uniform_texel)),
      columns(device, renderer.shaders(), picture_spec("picture_columns.frag", gpu::BindingKind::sampled_image)) {
  VkSamplerCreateInfo info{VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO};
  gpu::check(vkCreateSampler(device.handle(), &info, nullptr, &sampler), "vkCreateSampler");
}

SheetPainter::~SheetPainter() { vkDestroySampler(device.handle(), sampler, nullptr); }

PictureSheet::PictureSheet(const SheetPainter& painter, UiRenderer& renderer)
    : painter_(painter),
      renderer_(renderer),
      frames_{{{gpu::DescriptorAllocator(painter.device), {}}, {gpu::DescriptorAllocator(painter.device), {}}}} {}

PictureSheet::~PictureSheet() { renderer_.free_texture(texture_); }

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
  painter_.device.wait_idle();
  is_drawn_ = false;
  const auto roomy = [](std::uint32_t side) { return (side + 255) / 256 * 256; };
  half_ = gpu::Image(painter_.device, roomy(width), roomy(half_height), sheet_format);
  sheet_ = gpu::Image(painter_.device, roomy(width), roomy(height), sheet_format);
  renderer_.free_texture(texture_);
  texture_ = renderer_.make_texture(sheet_.view());
}

void PictureSheet::record(VkCommandBuffer commands, std::size_t frame_index) {
  if (is_drawn_ || is_empty()) return;
  Frame& frame = frames_[frame_index];
  frame.sets.reset();
  const VkDeviceSize bytes = VkDeviceSize{4} * 3 * static_cast<VkDeviceSize>(pictures_.count) *
                             static_cast<VkDeviceSize>(pictures_.width) * static_cast<VkDeviceSize>(pictures_.height);
  frame.pixels = pictures_.memory.owner->texel_view(pictures_.memory.offset, bytes, VK_FORMAT_R32_SFLOAT);

  const int rows = rows_of(pictures_.count, layout_.columns);
  const Push push{pictures_.width, pictures_.height, layout_.cell_width, layout_.cell_height,
                  layout_.columns, pictures_.count,  layout_.radius};
  const auto width = static_cast<std::uint32_t>(layout_.columns * layout_.cell_width);
  const auto pass = [&](const gpu::GraphicsPipeline& pipeline, const gpu::Binding& source, const gpu::Image& image,
                        int height) {
    gpu::change_layout(commands, image.handle(), VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL);
    gpu::begin_drawing(commands, image.view(), {width, static_cast<std::uint32_t>(height)}, nullptr);
    pipeline.bind(commands);
    pipeline.bind_set(commands, frame.sets.make(pipeline.set_layout(), std::span(&source, 1)));
    pipeline.push(commands, push);
    vkCmdDraw(commands, 3, 1, 0, 0);
    vkCmdEndRendering(commands);
    gpu::change_layout(commands, image.handle(), VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
                       VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
  };
  pass(painter_.rows, gpu::Binding::texel(frame.pixels), half_, rows * pictures_.height);
  pass(painter_.columns, gpu::Binding::sampled(half_.view(), painter_.sampler), sheet_, rows * layout_.cell_height);
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
