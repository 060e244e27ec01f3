#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/picture_sheet.h"

namespace figment::app {

/// The sheets of all pictures in the window, by name. Those that nobody asks for any more are given to whoever comes
/// next, so that no picture part makes images frame by frame.
class SheetPool {
 public:
  SheetPool(gpu::Device& device, UiRenderer& renderer) : renderer_(renderer), painter_(device, renderer) {}
  SheetPool(const SheetPool&) = delete;
  SheetPool& operator=(const SheetPool&) = delete;

  /// Before the interface of a frame is built.
  void begin_frame();
  /// The sheet for these pictures in this frame; a name stands for one place on the screen. Never to be kept.
  PictureSheet& request(const std::string& name, const studio::PictureView& pictures, const SheetLayout& layout);
  /// What this frame shows; to be recorded before it is drawn.
  std::vector<PictureSheet*> requested() const;
  /// Drops everything that refers to memory of activities.
  void forget();

 private:
  struct Entry {
    std::unique_ptr<PictureSheet> sheet;
    int idle_frames = 0;  ///< since it was asked for
  };
  std::unique_ptr<PictureSheet> take_idle();

  UiRenderer& renderer_;
  SheetPainter painter_;
  std::map<std::string, Entry> entries_;
};

}  // namespace figment::app
