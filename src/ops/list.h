#pragma once
#include <span>
#include <string_view>

#include "tensor/op.h"

namespace figment::ops {

/// Every op that has a node of its own, in the order of list.cpp. The contract tests run over it.
std::span<const tensor::Op* const> all_ops();

/// The op of that name. Throws core::Error if there is none.
const tensor::Op& find_op(std::string_view name);

}  // namespace figment::ops
