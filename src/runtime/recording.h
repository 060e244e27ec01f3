#pragma once
#include <optional>
#include <span>
#include <vector>

#include "gpu/commands.h"
#include "gpu/pipeline.h"
#include "gpu/timers.h"

namespace figment::runtime {

/// Bytes of a buffer that a command reads or writes.
struct Range {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceSize begin = 0;
  VkDeviceSize end = 0;
  bool reads = false;
  bool writes = false;
};

/// A dispatch or copy that is ready to be recorded.
struct Command {
  gpu::PipelinePtr pipeline;  ///< null: a copy of ranges[0] to ranges[1]
  VkDescriptorSet set = VK_NULL_HANDLE;
  std::span<const std::uint32_t> push;
  std::array<std::uint32_t, 3> groups{1, 1, 1};
  std::vector<Range> ranges;
};

/// Keeps what was read and written since the last barrier, and says when the next one is due.
class HazardTracker {
 public:
  /// Whether the command must wait for an earlier one; if so, everything before counts as done.
  bool needs_barrier(std::span<const Range> ranges);

 private:
  std::vector<Range> open_;
};

/// Command buffers for a run of commands, one a segment, with timestamps around each segment or each command.
class Recording {
 public:
  /// `segment_ends[s]` is the first command after segment s.
  Recording(gpu::Device& device, std::span<const Command> commands, std::span<const int> segment_ends, bool profiled);

  std::size_t segment_count() const { return segments_.size(); }
  VkCommandBuffer segment(std::size_t index) const { return segments_[index].handle(); }
  int barriers() const { return barriers_; }

  /// Start and end of each segment (not profiled) or command (profiled) of the last replay, in nanoseconds of the
  /// device's clock, or nothing yet.
  struct Interval {
    double begin_ns = 0;
    double end_ns = 0;
    double length_ms() const { return (end_ns - begin_ns) * 1e-6; }
  };
  std::optional<std::vector<Interval>> intervals() const;

 private:
  void record_segment(gpu::CommandBuffer& buffer, std::span<const Command> commands, bool last);

  bool profiled_;
  gpu::Timers timers_;
  std::vector<gpu::CommandBuffer> segments_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spans_;  ///< slots of the start and end of what is timed
  std::uint32_t next_slot_ = 0;
  int barriers_ = 0;
};

}  // namespace figment::runtime
