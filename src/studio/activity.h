#pragma once
#include <vector>

#include "formats/png.h"
#include "runtime/program.h"
#include "studio/request.h"
#include "studio/view.h"

namespace figment::studio {

/// Something that goes on: a model that generates, or is trained. It advances by a bounded amount of
/// work, so that the window stays fluid, and publishes a view.
class Activity {
 public:
  virtual ~Activity() = default;

  /// Takes the request up from the next step on. Never throws: a request that makes no sense becomes view().error.
  virtual void set_request(const Request& request) = 0;

  /// Submits work worth about `budget_ms` of device time, without waiting for it.
  /// Throws gpu::DeviceLost only.
  virtual void advance(double budget_ms) = 0;

  /// Called instead of advance() before it is closed, until it returns true: what its end would wait for comes to pass
  /// within about `budget_ms` a call. Throws gpu::DeviceLost only.
  virtual bool leave(double /*budget_ms*/) { return true; }

  virtual void restart() = 0;      ///< begins anew from the request
  virtual void single_step() = 0;  ///< one sampler step or token; finishes one that has begun
  /// single_step(), which may come to pass in the next calls of advance() so that no frame waits for it.
  virtual void begin_step() { single_step(); }
  virtual bool is_stepping() const { return false; }  ///< a step that was begun so is on its way
  virtual const View& view() const = 0;

  /// The mouse, on a part of the view that takes it. Never throws.
  virtual void point(const PointerEvent& /*event*/) {}
  /// Whether all that the request asked for is made (it may begin anew by itself).
  virtual bool is_finished() const = 0;
  /// Works on a picture from outside, as drawn by hand or read from a file, with a mask (white: to be made anew)
  /// if it has pixels. Throws Error if this model takes none.
  virtual void set_input(const formats::Picture& picture, const formats::Picture& mask);

  /// The programs behind it, for the HUD's kernel times.
  virtual std::vector<const runtime::Program*> programs() const = 0;
};

}  // namespace figment::studio
