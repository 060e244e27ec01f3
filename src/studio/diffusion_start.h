#pragma once
#include "core/clock.h"
#include "formats/png.h"
#include "studio/hand_mask.h"
#include "studio/picture_generator.h"
#include "studio/view.h"

namespace figment::studio {

/// What diffusion begins from, besides noise: a picture from outside, an unseen landscape, or its own pictures with a
/// mask drawn over them, where they are to be painted anew.
class DiffusionStart {
 public:
  /// A picture from outside with a mask (white: anew) if it has pixels. Throws Error with one sentence if one is too
  /// small.
  void give(const formats::Picture& picture, const formats::Picture& mask, int side);
  /// Forgets a mask drawn by hand, and what was given as well if `all`.
  void forget(bool all);

  /// Tells the generator what its next run begins from.
  void apply(PictureGenerator& generator, const Request& request, std::uint64_t round);
  /// To be added to the run's seed: each painting over brings something else.
  std::uint64_t seed_offset() const;

  /// The pen on finished pictures. Returns whether that part is to be made anew now.
  bool draw(PictureGenerator& generator, const PointerEvent& event, float pen);
  bool is_drawing() const { return is_drawing_; }
  /// Whether a person is at work here or was just now, so that the pictures have to stay.
  bool is_held() const;
  bool is_given() const { return !picture_.empty(); }
  bool is_painted_over() const { return !mask_by_hand_.is_empty(); }

 private:
  std::vector<float> picture_;  ///< [side, side, 3]; empty: none was given
  std::vector<float> mask_;     ///< [side, side]; empty: all anew
  HandMask mask_by_hand_;
  std::vector<float> finished_;  ///< [count, side, side, 3]: what is painted over
  bool is_drawing_ = false;
  std::uint64_t attempts_ = 0;
  core::Clock::time_point touched_;
};

}  // namespace figment::studio
