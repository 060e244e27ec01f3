#include "runtime/recording.h"

#include <algorithm>

namespace figment::runtime {

namespace {

std::uint32_t slots_needed(std::size_t commands, std::size_t segments, bool profiled) {
  return static_cast<std::uint32_t>(profiled ? commands + segments : 2 * segments);
}

bool conflict(const Range& a, const Range& b) {
  return (a.writes || b.writes) && a.buffer == b.buffer && a.begin < b.end && b.begin < a.end;
}

}  // namespace

bool HazardTracker::needs_barrier(std::span<const Range> ranges) {
  const bool needed = std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return std::any_of(open_.begin(), open_.end(), [&](const Range& other) { return conflict(range, other); });
  });
  if (needed) open_.clear();
  open_.insert(open_.end(), ranges.begin(), ranges.end());
  return needed;
}

Recording::Recording(gpu::Device& device, std::span<const Command> commands, std::span<const int> segment_ends,
                     bool profiled)
    : profiled_(profiled), timers_(device, std::max(1U, slots_needed(commands.size(), segment_ends.size(), profiled))) {
  std::size_t first = 0;
  for (std::size_t s = 0; s < segment_ends.size(); ++s) {
    const auto end = static_cast<std::size_t>(segment_ends[s]);
    gpu::CommandBuffer buffer(device);
    record_segment(buffer, commands.subspan(first, end - first), s + 1 == segment_ends.size());
    segments_.push_back(std::move(buffer));
    first = end;
  }
}

void Recording::record_segment(gpu::CommandBuffer& buffer, std::span<const Command> commands, bool last) {
  HazardTracker hazards;
  buffer.begin();
  buffer.reset_timers(timers_, next_slot_, slots_needed(commands.size(), 1, profiled_));
  buffer.barrier(gpu::Access::all, gpu::Access::all);
  buffer.timestamp(timers_, next_slot_++);
  const std::uint32_t start = next_slot_ - 1;
  for (const Command& command : commands) {
    if (hazards.needs_barrier(command.ranges)) {
      buffer.barrier(gpu::Access::all, gpu::Access::all);
      ++barriers_;
    }
    if (command.pipeline) {
      buffer.bind(*command.pipeline, command.set);
      buffer.push(std::as_bytes(command.push));
      buffer.dispatch(command.groups[0], command.groups[1], command.groups[2]);
    } else {
      const VkBufferCopy region{command.ranges[0].begin, command.ranges[1].begin,
                                command.ranges[0].end - command.ranges[0].begin};
      vkCmdCopyBuffer(buffer.handle(), command.ranges[0].buffer, command.ranges[1].buffer, 1, &region);
    }
    if (profiled_) {
      spans_.emplace_back(next_slot_ - 1, next_slot_);
      buffer.timestamp(timers_, next_slot_++);
    }
  }
  if (!profiled_) {
    spans_.emplace_back(start, next_slot_);
    buffer.timestamp(timers_, next_slot_++);
  }
  // Outputs may be read through mapped memory.
  if (last) {
    buffer.barrier(gpu::Access::all, gpu::Access::host);
  }
  buffer.end();
}

std::optional<std::vector<Recording::Interval>> Recording::intervals() const {
  const auto stamps = timers_.read_ns(0, next_slot_);
  if (!stamps) return std::nullopt;
  std::vector<Interval> intervals;
  intervals.reserve(spans_.size());
  for (const auto& [from, to] : spans_) {
    intervals.push_back({(*stamps)[from], std::max((*stamps)[from], (*stamps)[to])});
  }
  return intervals;
}

}  // namespace figment::runtime
