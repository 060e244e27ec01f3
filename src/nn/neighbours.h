#pragma once
#include "nn/layers.h"

namespace figment::nn {

/// What stands beside each place of a text, side by side, through one matrix: a convolution over places that leaves its
/// own out. With positions alone a small transformer is slow to find out who stands beside whom; added to its input,
/// this tells it at once (as the short convolutions of Primer, So et al., 2021).
class Neighbours {
 public:
  /// `reach`: places on each side.
  Neighbours(const Scope& scope, std::int64_t reach, std::int64_t channels);

  /// x [B, S, C] -> [B, S, C]; beyond the ends of the text there are zeros.
  Tensor operator()(Tensor x) const;

 private:
  std::int64_t reach_;
  Linear linear_;
};

}  // namespace figment::nn
