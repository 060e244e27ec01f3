#pragma once
#include <imgui.h>

#include <array>
#include <functional>
#include <memory>
#include <span>

#include "app/frame_recorder.h"
#include "app/swapchain.h"

namespace figment::app {

/// Brings a built interface to the display, two frames in flight, and pixels back from it when asked.
class Presenter {
 public:
  Presenter(gpu::Device& device, VkSurfaceKHR surface);
  ~Presenter();
  Presenter(const Presenter&) = delete;
  Presenter& operator=(const Presenter&) = delete;

  using PixelsReceiver = std::function<void(std::shared_ptr<const FramePixels>)>;

  UiRenderer& renderer() { return renderer_; }
  const Swapchain& swapchain() const { return swapchain_; }

  /// Waits until the frame before the last is done, so that its memory may be used anew. Pixels that it read back go
  /// to the function given to read_back().
  void wait_for_slot();
  /// Draws what ImGui has rendered; the sheets first. False if there was nothing to draw to (minimised, being resized).
  /// With `reads_back` the frame's pixels are fetched, too.
  bool draw(const ImDrawData& data, VkExtent2D window, std::span<PictureSheet* const> sheets, bool reads_back);
  /// Waits for everything, and hands out pixels that are still on their way.
  void flush();

  /// Who gets the pixels of frames that were drawn with `reads_back`.
  void on_pixels(PixelsReceiver receiver) { receiver_ = std::move(receiver); }
  /// Who is told when a frame was drawn, some frames later.
  void on_times(std::function<void(const FrameRecorder::Times&)> receiver) { times_receiver_ = std::move(receiver); }
  /// Device time of drawing a frame, milliseconds, a running mean.
  double drawing_ms() const { return drawing_ms_; }
  /// The part of it that enlarges pictures.
  double pictures_ms() const { return pictures_ms_; }

 private:
  struct Frame {
    explicit Frame(gpu::Device& device) : recorder(device) {}
    FrameRecorder recorder;
    VkSemaphore acquired = VK_NULL_HANDLE;
    std::uint64_t done = 0;  ///< the queue's value
  };
  void finish(Frame& frame);

  gpu::Device& device_;
  Swapchain swapchain_;
  UiRenderer renderer_;
  std::array<Frame, frames_in_flight> frames_;
  std::size_t slot_ = 0;
  bool is_stale_ = true;
  double drawing_ms_ = 0;
  double pictures_ms_ = 0;
  PixelsReceiver receiver_;
  std::function<void(const FrameRecorder::Times&)> times_receiver_;
};

}  // namespace figment::app
