#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace figment::studio {

/// Curves over steps that go on for as long as they like in bounded memory: once there are too many points, neighbours
/// are joined to their mean.
class CurveHistory {
 public:
  explicit CurveHistory(std::vector<std::string> names = {}, std::size_t points_most = 600);

  /// `values`: one for each name; a value that is not finite is left out of means.
  void add(double step, std::span<const float> values);
  void clear();

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<float>& steps() const { return steps_; }
  const std::vector<float>& values(std::size_t name) const { return values_[name]; }
  /// An exponential moving average over the points: `smoothing` 0 is none, 0.99 is much.
  std::vector<float> smoothed(std::size_t name, float smoothing) const;

 private:
  void join_neighbours();

  std::vector<std::string> names_;
  std::size_t points_most_;
  std::vector<float> steps_;
  std::vector<std::vector<float>> values_;  ///< [names, points]
  std::size_t stride_ = 1;                  ///< rows a point
  std::size_t last_rows_ = 0;               ///< rows in the last point so far
};

}  // namespace figment::studio
