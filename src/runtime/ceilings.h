#pragma once
#include <cstdint>
#include <memory>

#include "runtime/context.h"

namespace figment::runtime {

/// What a device can do at most, as small kernels of figment's own measured it; 0 while it is not known.
struct Ceilings {
  double flops = 0;         ///< f32 operations a second; a multiply-add counts for two
  double memory_bytes = 0;  ///< read and written a second, by a copy that is larger than the caches
  double cache_bytes = 0;   ///< the same by a copy that stays in them
  bool are_known() const { return flops > 0 && memory_bytes > 0; }

  /// Operations a second that a kernel of so many operations a byte can reach: the roof of the roofline model
  /// (Williams, Waterman, Patterson 2009).
  double roof(double flops_per_byte) const;
};

/// Measures the ceilings in slices of some milliseconds, well below a second in all.
class CeilingMeasurement {
 public:
  explicit CeilingMeasurement(Context& context);
  ~CeilingMeasurement();
  CeilingMeasurement(const CeilingMeasurement&) = delete;
  CeilingMeasurement& operator=(const CeilingMeasurement&) = delete;

  /// Takes in what is done and submits the next slice, for which it waits some milliseconds at most. True when all is
  /// measured, or the device has no timestamps to measure with.
  bool advance();
  const Ceilings& result() const { return result_; }
  double fraction() const;  ///< 0..1 of the work

 private:
  struct Probe;
  void next_probe();

  Context& context_;
  Ceilings result_;
  std::unique_ptr<Probe> probe_;
  int stage_ = 0;
};

}  // namespace figment::runtime
