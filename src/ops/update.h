#pragma once
#include "tensor/op.h"

namespace figment::ops {

/// Lays its inputs flat one behind the other (see ops::pack). It has no kernel: the runtime places or copies.
const tensor::Op& pack_op();

}  // namespace figment::ops
