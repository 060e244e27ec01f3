#pragma once
#include "tensor/op.h"

namespace figment::ops {

const tensor::Op& filter_logits_op();

}  // namespace figment::ops
