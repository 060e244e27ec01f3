#pragma once
#include "nn/layers.h"

namespace figment::nn {

/// What stands beside each place of a text, side by side, through one matrix: a convolution over places that leaves its
/// own out. With positions alone a small transformer is slow to find out who stands beside whom; added to its input,
/// this tells it at once (as the short convolutions of Primer, So et al., 2021).
class Neighbours {
 public:
  /// So many places before and behind.
  Neighbours(const Scope& scope, std::int64_t before, std::int64_t behind, std::int64_t channels);

  /// x [B, S, C] -> [B, S, C]; beyond the ends of the text there are zeros.
  Tensor operator()(Tensor x) const;

  /// The same for texts that grow: puts x [B, S, C] into `cache` [B, context, C] at `places` i32 [S], which follow each
  /// other, and reads what is before them there. Nothing is behind.
  Tensor next(Tensor x, Tensor places, Tensor cache) const;

  std::int64_t before() const { return before_; }

 private:
  std::int64_t before_;
  std::int64_t behind_;
  Linear linear_;
};

}  // namespace figment::nn
