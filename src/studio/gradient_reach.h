#pragma once
#include <memory>
#include <span>
#include <vector>

#include "models/lstm/lstm.h"
#include "runtime/program.h"

namespace figment::studio {

/// How far gradients reach in a recurrent network: the norm of d h[T] / d h[T - k] for k = 0, 1, ..., relative to that
/// for k = 0, by the network's own backward pass on the device. Many factors below 1 make it vanish (Hochreiter, 1991;
/// Bengio et al., 1994).
class GradientReach {
 public:
  static constexpr std::int64_t warm_up = 24;  ///< characters that are read before the first measured one
  static constexpr std::int64_t steps = 40;    ///< the largest k
  static constexpr std::int64_t length = warm_up + steps + 1;

  GradientReach(runtime::Context& context, std::shared_ptr<const models::Lstm> owner,
                const models::CharacterNet& network);
  ~GradientReach();

  /// Measures on a text of at least `length` characters, as ids.
  void begin(std::span<const std::int32_t> text);
  /// Submits about `budget_ms` of it; true when the results are there.
  bool advance(double budget_ms);
  bool is_finished() const { return phase_ == Phase::finished; }

  const std::vector<float>& of_hidden() const { return of_hidden_; }  ///< [steps + 1], by k
  /// The same by the cell, d h[T] / d c[T - k] with the same divisor, from k = 1 on (the first entry repeats it); empty
  /// of others than an lstm.
  const std::vector<float>& of_cell() const { return of_cell_; }

  runtime::Program* program();

 private:
  enum class Phase { idle, submitting, running, finished };
  struct Measure;
  std::shared_ptr<const models::Lstm> owner_;
  std::unique_ptr<Measure> measure_;
  Phase phase_ = Phase::idle;
  std::vector<float> of_hidden_;
  std::vector<float> of_cell_;
};

}  // namespace figment::studio
