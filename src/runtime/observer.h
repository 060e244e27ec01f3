#pragma once
#include <span>
#include <string>

#include "tensor/kernel.h"

namespace figment::runtime {

class Program;

/// A stretch of time on the device.
struct TimedSpan {
  std::string name;  ///< of the kernel's shader, or "segment 3"
  tensor::Family family = tensor::Family::data;
  double begin_ns = 0;  ///< of the device's own clock
  double end_ns = 0;
};

/// Who wants to know when programs ran; see Context::observe(). Called by the thread that replays.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Whether each replay shall be timed dispatch by dispatch; otherwise one in sixteen is, and the others by segments.
  virtual bool wants_dispatches() const = 0;
  /// A replay whose times were read: its dispatches and copies, or its segments, in the order of execution.
  virtual void note_replay(const Program& program, std::span<const TimedSpan> spans) = 0;
};

}  // namespace figment::runtime
