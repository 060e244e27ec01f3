#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "runtime/plan.h"

namespace figment::runtime {

/// One row of a profile: all calls of a shader in one family, of one replay. What runs only now and then (see
/// CompileOptions::frozen) does not count.
struct KernelRow {
  std::string shader;
  std::string variant;  ///< its specialization constants, "8 16 1"; empty if variants were not asked for
  tensor::Family family = tensor::Family::data;
  double time_ms = 0;
  double flops = 0;
  double bytes = 0;  ///< that must at least be moved: see Step::moved_bytes()
  int calls = 0;
};

/// Whether the dispatches of a replay are so short that a CPU device had better not share them among processors (see
/// gpu::DriverThreads).
bool is_light(std::span<const Step> steps);

/// What each step costs: estimated at first, then measured.
class Profile {
 public:
  Profile() = default;
  Profile(std::span<const Step> steps, bool is_cpu);

  /// Takes in the measured times of the steps from `first` on.
  void add(std::size_t first, std::span<const double> step_times_ms);

  bool is_measured() const { return measured_; }
  double cost_ms(std::size_t step) const { return costs_ms_[step]; }

  /// Ends of segments of about `segment_ms` each, of the steps from `first` to before `last`.
  std::vector<int> segments(std::size_t first, std::size_t last, double segment_ms) const;

  /// The costliest first; with `by_variant` a row for each set of specialization constants.
  std::vector<KernelRow> rows(std::span<const Step> steps, bool by_variant = false) const;
  std::array<double, tensor::family_count> family_times_ms(std::span<const Step> steps) const;

 private:
  std::vector<double> costs_ms_;
  bool measured_ = false;
};

}  // namespace figment::runtime
