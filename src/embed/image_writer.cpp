#include "embed/image_writer.h"

#include <array>

namespace figment::embed {
namespace {

constexpr std::uint32_t workgroup_size = 64;

/// As in shaders/picture_rgba8.comp.
struct Push {
  std::uint32_t first;
  std::uint32_t count;
  std::uint32_t swaps;
};
static_assert(sizeof(Push) == 12);

gpu::PipelineSpec writer_spec() {
  gpu::PipelineSpec spec;
  spec.shader = "picture_rgba8.comp";
  spec.bindings = {gpu::BindingKind::storage_buffer, gpu::BindingKind::storage_buffer};
  spec.push_bytes = sizeof(Push);
  return spec;
}

/// Whether blue comes first.
bool is_swapped(VkFormat format) {
  switch (format) {
    case VK_FORMAT_R8G8B8A8_UNORM:
    case VK_FORMAT_R8G8B8A8_SRGB:
      return false;
    case VK_FORMAT_B8G8R8A8_UNORM:
    case VK_FORMAT_B8G8R8A8_SRGB:
      return true;
    default:
      core::fail("figment cannot write into an image of VkFormat {}; make it R8G8B8A8 or B8G8R8A8, UNORM or SRGB.",
                 static_cast<int>(format));
  }
}

void barrier(VkCommandBuffer commands, VkPipelineStageFlags2 from, VkAccessFlags2 written, VkPipelineStageFlags2 to,
             VkAccessFlags2 read) {
  VkMemoryBarrier2 memory{VK_STRUCTURE_TYPE_MEMORY_BARRIER_2};
  memory.srcStageMask = from;
  memory.srcAccessMask = written;
  memory.dstStageMask = to;
  memory.dstAccessMask = read;
  VkDependencyInfo info{VK_STRUCTURE_TYPE_DEPENDENCY_INFO};
  info.memoryBarrierCount = 1;
  info.pMemoryBarriers = &memory;
  vkCmdPipelineBarrier2(commands, &info);
}

}  // namespace

ImageWriter::ImageWriter(runtime::Context& context)
    : context_(context), pipeline_(context.pipelines().get(writer_spec())), sets_(context.device()) {}

const ImageWriter::Stage& ImageWriter::stage_for(const runtime::BufferSlice& memory, std::uint32_t pixels) {
  const VkDeviceSize bytes = VkDeviceSize{4} * pixels;
  if (!stages_.empty()) {
    const Stage& last = stages_.back();
    if (last.source == memory.buffer && last.offset == memory.offset && last.bytes == memory.bytes &&
        last.words.size() >= bytes) {
      return last;
    }
  }
  Stage& stage = stages_.emplace_back();
  stage.words = gpu::Buffer(context_.device(), bytes);
  stage.source = memory.buffer;
  stage.offset = memory.offset;
  stage.bytes = memory.bytes;
  const std::array bindings = {gpu::Binding::storage(*memory.owner, memory.offset, memory.bytes),
                               gpu::Binding::storage(stage.words)};
  stage.set = sets_.make(*pipeline_, bindings);
  return stage;
}

void ImageWriter::record(VkCommandBuffer commands, const runtime::BufferSlice& memory, int width, int height,
                         const ImageTarget& target) {
  const auto pixels = static_cast<std::uint32_t>(width * height);
  const Push push{static_cast<std::uint32_t>(target.picture) * pixels, pixels, is_swapped(target.format) ? 1U : 0U};
  const Stage& stage = stage_for(memory, pixels);
  constexpr VkAccessFlags2 any = VK_ACCESS_2_MEMORY_READ_BIT | VK_ACCESS_2_MEMORY_WRITE_BIT;
  constexpr VkAccessFlags2 shader = VK_ACCESS_2_SHADER_READ_BIT | VK_ACCESS_2_SHADER_WRITE_BIT;

  barrier(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, any, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, shader);
  vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline_->handle());
  vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline_->layout(), 0, 1, &stage.set, 0, nullptr);
  vkCmdPushConstants(commands, pipeline_->layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof(push), &push);
  vkCmdDispatch(commands, (pixels + workgroup_size - 1) / workgroup_size, 1, 1);
  barrier(commands, VK_PIPELINE_STAGE_2_COMPUTE_SHADER_BIT, VK_ACCESS_2_SHADER_WRITE_BIT, VK_PIPELINE_STAGE_2_COPY_BIT,
          VK_ACCESS_2_TRANSFER_READ_BIT | VK_ACCESS_2_TRANSFER_WRITE_BIT);

  VkBufferImageCopy region{};
  region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
  region.imageOffset = {target.offset.x, target.offset.y, 0};
  region.imageExtent = {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), 1};
  vkCmdCopyBufferToImage(commands, stage.words.handle(), target.image, target.layout, 1, &region);
  barrier(commands, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, any, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT, any);
}

}  // namespace figment::embed
