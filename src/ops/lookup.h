#pragma once
#include "tensor/op.h"

/// The ops of the lookup group that have files of their own.
namespace figment::ops {

const tensor::Op& embedding_op();
const tensor::Op& embedding_grad_op();      ///< (grad_y [.., C], indices [..]) with rows = V -> [V, C]
const tensor::Op& cross_entropy_op();       ///< -> {loss [N], log of the sum of exponentials [N]}
const tensor::Op& cross_entropy_grad_op();  ///< (logits, targets, log sum, grad_loss [N]) -> [N, V]

}  // namespace figment::ops
