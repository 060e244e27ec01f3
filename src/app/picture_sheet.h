#pragma once
#include <imgui.h>

#include <array>
#include <vector>

#include "app/ui_renderer.h"
#include "gpu/buffer.h"
#include "gpu/descriptors.h"
#include "studio/view.h"

namespace figment::app {

/// How pictures lie on the screen: `columns` side by side, each of cell_width by cell_height pixels.
struct SheetLayout {
  int columns = 1;
  int cell_width = 0;
  int cell_height = 0;
  float radius = 0;  ///< of the corners, pixels
  bool operator==(const SheetLayout&) const = default;
};

/// What all sheets share: the pipelines that enlarge pictures.
struct SheetPainter {
  SheetPainter(gpu::Device& device_of, UiRenderer& renderer);
  ~SheetPainter();
  SheetPainter(const SheetPainter&) = delete;
  SheetPainter& operator=(const SheetPainter&) = delete;

  gpu::Device& device;
  gpu::GraphicsPipeline rows;
  gpu::GraphicsPipeline columns;
  VkSampler sampler = VK_NULL_HANDLE;
};

/// The pictures of a view as one texture, enlarged to the very pixels of the screen with a Catmull-Rom filter. It is
/// drawn anew when the view's version or the layout changes, so that a frame costs no more than copying pixels.
class PictureSheet {
 public:
  PictureSheet(const SheetPainter& painter, UiRenderer& renderer);
  ~PictureSheet();
  PictureSheet(const PictureSheet&) = delete;
  PictureSheet& operator=(const PictureSheet&) = delete;

  /// Says what the panel will show in this frame. Called while the interface is being built.
  void request(const studio::PictureView& pictures, const SheetLayout& layout);
  /// Drops everything that refers to the activity's memory; the next request() is drawn in any case.
  void forget() {
    is_drawn_ = false;
    pictures_ = {};
  }
  /// Brings the texture up to date if needed; before any drawing of `frame`, whose last use must be done.
  void record(VkCommandBuffer commands, std::size_t frame);

  /// Adds one picture to the list with its upper left corner at `at` (whole pixels). Call after request().
  void draw(ImDrawList& list, int picture, ImVec2 at, ImVec2 size) const;
  bool is_empty() const { return pictures_.count == 0; }
  std::uint64_t redraw_count() const { return redraws_; }

 private:
  struct Frame {
    gpu::DescriptorAllocator sets;
    gpu::BufferView pixels;
  };
  void ensure_images();

  const SheetPainter& painter_;
  UiRenderer& renderer_;
  gpu::Image half_;   ///< enlarged along x only
  gpu::Image sheet_;  ///< enlarged
  ImTextureID texture_{};
  std::array<Frame, frames_in_flight> frames_;
  studio::PictureView pictures_;
  SheetLayout layout_;
  bool is_drawn_ = false;
  std::uint64_t redraws_ = 0;
};

}  // namespace figment::app
