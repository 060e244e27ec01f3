#pragma once
#include "app/frame_recorder.h"
#include "app/imgui_context.h"
#include "app/interface.h"
#include "core/clock.h"
#include "gpu/image.h"

namespace figment::app {

/// The window without a display. Time, mouse and work are given to it frame by frame, so that on one device the same
/// calls give the same pixels, however long they take.
class OffscreenWindow {
 public:
  struct Options {
    int width = 1280;
    int height = 720;
    int frames_per_second = 30;
    studio::Request request;
  };
  OffscreenWindow(runtime::Context& context, const std::vector<studio::Family>& families, const Options& options);
  ~OffscreenWindow();
  OffscreenWindow(const OffscreenWindow&) = delete;
  OffscreenWindow& operator=(const OffscreenWindow&) = delete;

  /// What happens in one frame.
  struct Frame {
    int painter_calls = 1;  ///< of Activity::advance, each with all the time it wants
    int writer_calls = 4;
    bool has_mouse = false;
    ImVec2 mouse{};
    bool is_pressed = false;
    float wheel = 0;                ///< turns
    std::function<void()> overlay;  ///< draws over everything; may be empty
  };
  /// Goes one frame on: what is to be loaded is loaded at once. Throws Error, with a model's own sentence.
  void advance(const Frame& frame);
  /// Draws the frame: its pixels, RGBA.
  formats::Picture draw();

  Interface& interface() { return interface_; }
  gpu::Device& device() { return device_; }
  float frame_seconds() const { return 1.0F / static_cast<float>(options_.frames_per_second); }

 private:
  void load();
  void run(const Player& player, int calls);
  void work(const Frame& frame);

  Options options_;
  core::ManualTime time_;
  gpu::Device& device_;
  OwnedImGuiContext imgui_;
  UiRenderer renderer_;
  Interface interface_;
  gpu::Image image_;
  FrameRecorder recorder_;
};

}  // namespace figment::app
