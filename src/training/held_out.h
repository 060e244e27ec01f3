#pragma once
#include <cstdint>

#include "core/random.h"
#include "runtime/program.h"

namespace figment::training {

class Task;

/// A task that keeps data apart which its training never sees. Of tasks without it the data are drawn afresh from
/// random numbers, so that those of another stream are unseen.
class HoldsOut {
 public:
  virtual ~HoldsOut() = default;
  /// As Task::write_batch, from what is held out; leaves what training draws next as it is.
  virtual void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) = 0;
  /// As Task::prepare_batch.
  virtual bool prepare_held_out(runtime::Program& /*program*/, double /*budget_ms*/) { return true; }
};

/// Fills the inputs of a program of the task's objective with a batch that training never sees, the same each time.
void write_held_out(Task& task, runtime::Program& program, std::int64_t batch);
/// What that needs of the device, as Task::prepare_batch.
bool prepare_held_out(Task& task, runtime::Program& program, double budget_ms);

}  // namespace figment::training
