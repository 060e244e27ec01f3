#pragma once
#include <cstdint>
#include <vector>

#include "gpu/commands.h"
#include "runtime/context.h"

namespace figment::studio {

/// Copies of some variables on the device, one for each row of a run (or each second, third ... if there are more rows
/// than fit), to go back to. Slots are made when first used and serve later runs as well.
class Snapshots {
 public:
  /// Keeps at most `bytes_max` bytes.
  Snapshots(runtime::Context& context, std::vector<tensor::Variable> variables, std::int64_t bytes_max);
  ~Snapshots();

  /// Forgets all; a run of `rows` rows begins.
  void begin(int rows);
  /// Copies the variables as they are after all submitted work, if this row is among those that are kept.
  void keep(int row);
  /// The last kept row up to `row`; -1: none.
  int nearest(int row) const;
  /// Puts a kept row back, after all submitted work.
  void restore(int row);
  /// From this row on the run is another one; it is to have `rows` rows in all.
  void branch(int row, int rows);

 private:
  struct Slot {
    int row = -1;
    gpu::Buffer memory;
    gpu::CommandBuffer save;
    gpu::CommandBuffer load;
  };
  Slot& slot_for(int row) { return slots_[static_cast<std::size_t>(row / stride_)]; }
  void make(Slot& slot);
  void forget_after(int row);
  std::size_t slots_for(int rows) const;  ///< at most as many as fit

  runtime::Context& context_;
  std::vector<tensor::Variable> variables_;
  std::int64_t bytes_ = 0;  ///< of one row
  std::int64_t slots_max_ = 0;
  int stride_ = 1;
  std::vector<Slot> slots_;
};

}  // namespace figment::studio
