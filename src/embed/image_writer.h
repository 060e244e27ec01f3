#pragma once
#include "embed/generator.h"
#include "gpu/descriptors.h"
#include "runtime/context.h"

namespace figment::embed {

/// Writes pictures of f32 memory into images of a host program, on the device.
class ImageWriter {
 public:
  explicit ImageWriter(runtime::Context& context);

  /// Records it with barriers before and after. `memory` holds f32 [count, height, width, 3]. Memory of an earlier call
  /// that this one outgrows is kept until the end, as the host may still submit those commands.
  void record(VkCommandBuffer commands, const runtime::BufferSlice& memory, int width, int height,
              const ImageTarget& target);

 private:
  struct Stage {
    gpu::Buffer words;  ///< RGBA bytes, one word a pixel
    VkBuffer source = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    VkDeviceSize bytes = 0;  ///< of the source
    VkDescriptorSet set = VK_NULL_HANDLE;
  };
  const Stage& stage_for(const runtime::BufferSlice& memory, std::uint32_t pixels);

  runtime::Context& context_;
  gpu::PipelinePtr pipeline_;
  gpu::DescriptorAllocator sets_;
  std::vector<Stage> stages_;  ///< the last one is the present one
};

}  // namespace figment::embed
