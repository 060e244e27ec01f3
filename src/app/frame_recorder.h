#pragma once
#include <volk.h>

#include <imgui.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/picture_sheet.h"
#include "app/ui_renderer.h"
#include "formats/png.h"
#include "gpu/buffer.h"
#include "gpu/commands.h"

namespace figment::app {

/// An image that the interface is drawn into: one of a display, or one of a film.
struct FrameTarget {
  VkImage image = VK_NULL_HANDLE;
  VkImageView view = VK_NULL_HANDLE;
  VkExtent2D extent{};
  VkFormat format = VK_FORMAT_UNDEFINED;
  VkImageLayout final_layout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL;  ///< in which it is left
};

/// The pixels of a frame as they were read, [height, width, 4]; alpha says nothing.
struct FramePixels {
  int width = 0;
  int height = 0;
  bool is_bgra = false;  ///< else RGBA
  std::vector<std::uint8_t> bytes;

  /// RGBA and opaque.
  formats::Picture picture() const;
};

/// The drawing of one frame in flight: its commands, how long they took, and its pixels if they are fetched.
class FrameRecorder {
 public:
  explicit FrameRecorder(gpu::Device& device);

  struct Times {
    double pictures_ms = 0;  ///< enlarging pictures
    double drawing_ms = 0;   ///< all of it
    double begin_ns = 0;     ///< of the device's clock
    double end_ns = 0;
  };

  /// Records what ImGui has rendered, the sheets first, after everything that was submitted before. `slot` is the
  /// number of the frame in flight; its last use must be done. With `reads_back` the pixels are fetched, too.
  VkCommandBuffer record(const FrameTarget& target, UiRenderer& renderer, const ImDrawData& data,
                         std::span<PictureSheet* const> sheets, std::size_t slot, bool reads_back);
  /// Of the last frame, once; it must be done.
  std::optional<Times> take_times();
  /// Pixels of the last frame, once; it must be done. Null if they were not fetched.
  std::shared_ptr<const FramePixels> take_pixels();

 private:
  void record_reading(const FrameTarget& target);
  std::shared_ptr<FramePixels> unused_pixels();

  gpu::Device& device_;
  gpu::CommandBuffer commands_;
  gpu::Timers timers_;
  gpu::Buffer pixels_;
  VkExtent2D pixels_size_{};
  bool is_bgra_ = false;
  bool has_pixels_ = false;
  std::vector<std::shared_ptr<FramePixels>> pool_;  ///< used again once nobody else has them
  int unread_frames_ = 0;                           ///< since pixels were fetched
  bool has_times_ = false;
};

}  // namespace figment::app
