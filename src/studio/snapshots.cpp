#include "studio/snapshots.h"

#include <algorithm>

#include "core/error.h"

namespace figment::studio {

Snapshots::Snapshots(runtime::Context& context, std::vector<tensor::Variable> variables, std::int64_t bytes_max)
    : context_(context), variables_(std::move(variables)) {
  for (const tensor::Variable& variable : variables_) {
    bytes_ += static_cast<std::int64_t>(context_.memory(variable).bytes);
  }
  slots_max_ = std::max<std::int64_t>(bytes_max / std::max<std::int64_t>(bytes_, 1), 1);
}

Snapshots::~Snapshots() {
  try {
    context_.device().wait_idle();
  } catch (const core::Error&) {
    // A lost device runs nothing any more.
  }
}

std::size_t Snapshots::slots_for(int rows) const {
  return static_cast<std::size_t>(std::min<std::int64_t>(rows / stride_ + 1, slots_max_));
}

void Snapshots::begin(int rows) {
  stride_ = static_cast<int>(rows / slots_max_) + 1;
  slots_.resize(std::max(slots_.size(), slots_for(rows)));
  forget_after(-1);
}

void Snapshots::branch(int row, int rows) {
  slots_.resize(std::max(slots_.size(), slots_for(rows)));
  forget_after(row);
}

void Snapshots::forget_after(int row) {
  for (Slot& slot : slots_) {
    if (slot.row > row) slot.row = -1;
  }
}

void Snapshots::make(Slot& slot) {
  slot.memory = gpu::Buffer(context_.device(), static_cast<VkDeviceSize>(bytes_));
  for (const bool saves : {true, false}) {
    gpu::CommandBuffer& commands = saves ? slot.save : slot.load;
    commands = gpu::CommandBuffer(context_.device());
    commands.begin();
    commands.barrier(gpu::Access::all, gpu::Access::all);
    VkDeviceSize at = 0;
    for (const tensor::Variable& variable : variables_) {
      const runtime::BufferSlice memory = context_.memory(variable);
      if (saves) {
        commands.copy(*memory.owner, memory.offset, slot.memory, at, memory.bytes);
      } else {
        commands.copy(slot.memory, at, *memory.owner, memory.offset, memory.bytes);
      }
      at += memory.bytes;
    }
    commands.barrier(gpu::Access::all, gpu::Access::all);
    commands.end();
  }
}

void Snapshots::keep(int row) {
  if (row % stride_ != 0 || static_cast<std::size_t>(row / stride_) >= slots_.size()) return;
  Slot& slot = slot_for(row);
  if (!slot.memory) make(slot);
  context_.device().queue().submit(slot.save.handle());
  slot.row = row;
}

int Snapshots::nearest(int row) const {
  int best = -1;
  for (const Slot& slot : slots_) {
    if (slot.row <= row) best = std::max(best, slot.row);
  }
  return best;
}

void Snapshots::restore(int row) {
  core::require(row >= 0 && row % stride_ == 0 && slot_for(row).row == row, "Row {} of this run was not kept.", row);
  context_.device().queue().submit(slot_for(row).load.handle());
  for (const tensor::Variable& variable : variables_) context_.note_change(variable);
}

}  // namespace figment::studio
