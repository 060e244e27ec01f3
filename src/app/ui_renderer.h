#pragma once
#include <volk.h>

#include <imgui.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "gpu/buffer.h"
#include "gpu/graphics_pipeline.h"
#include "gpu/image.h"

namespace figment::app {

inline constexpr std::size_t frames_in_flight = 2;

/// Draws ImGui's triangles. ImGui's own Vulkan back end calls the loader's functions by name, which volk's
/// pointers of the same names would shadow; this one is small, and takes any image as a texture.
class UiRenderer {
 public:
  UiRenderer(gpu::Device& device, VkFormat format);
  ~UiRenderer();
  UiRenderer(const UiRenderer&) = delete;
  UiRenderer& operator=(const UiRenderer&) = delete;

  /// Rasterises the fonts of the current ImGui context and brings them to the device. Waits for the device.
  void load_fonts();

  gpu::ShaderLibrary& shaders() { return shaders_; }

  /// An image with these pixels, in the layout for shader reads. Waits for the device.
  gpu::Image upload(std::span<const std::uint8_t> rgba, int width, int height);
  /// A texture for ImGui that shows `view` (in the layout for shader reads). Valid until free_texture().
  ImTextureID make_texture(VkImageView view);
  /// The device must not be using it.
  void free_texture(ImTextureID texture);

  /// Records the drawing; the image is being drawn to (gpu::begin_drawing). `frame` is below frames_in_flight, and its
  /// last use must be done. `extent` is the image's size.
  void draw(VkCommandBuffer commands, const ImDrawData& data, std::size_t frame, VkExtent2D extent);

 private:
  struct Geometry {  // of a frame; grows
    gpu::Buffer vertices;
    gpu::Buffer indices;
  };
  void copy_geometry(const ImDrawData& data, Geometry& geometry);

  gpu::Device& device_;
  gpu::ShaderLibrary shaders_;
  gpu::GraphicsPipeline pipeline_;
  VkSampler sampler_ = VK_NULL_HANDLE;
  VkDescriptorPool pool_ = VK_NULL_HANDLE;
  gpu::Image fonts_;
  ImTextureID font_texture_{};
  std::array<Geometry, frames_in_flight> geometry_;
};

}  // namespace figment::app
