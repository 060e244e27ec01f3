#pragma once
#include <span>
#include <vector>

namespace figment::studio {

/// A mask that is drawn by hand over one of several square pictures, with a round pen.
class HandMask {
 public:
  HandMask() = default;
  HandMask(int count, int side) : count_(count), side_(side) { clear(); }

  void clear();
  /// Begins a stroke on a picture; x and y are shares of its side, radius too.
  void press(int picture, float x, float y, float radius);
  void drag(float x, float y, float radius);
  bool is_empty() const { return is_empty_; }
  /// [count, side, side]: 1 where it was drawn, with a soft edge.
  std::span<const float> values() const { return values_; }
  /// Pixels [count, side, side, 3] with grain where the mask is.
  std::vector<float> shown_on(std::span<const float> pixels) const;

 private:
  void stamp(float x, float y, float radius);

  int count_ = 0;
  int side_ = 0;
  int picture_ = -1;
  float x_ = 0;
  float y_ = 0;
  bool is_empty_ = true;
  std::vector<float> values_;
};

}  // namespace figment::studio
