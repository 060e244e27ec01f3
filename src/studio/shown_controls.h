#pragma once
#include "studio/family.h"

namespace figment::studio {

/// Whether a control has something to set at present: one that ends in a number, such as "sampler3", belongs to a lane,
/// and there are as many lanes as the family's control "lanes" says.
bool is_shown(const Request& request, const Family& family, const Control& control);

/// Whether the family sets the number of pictures by a control of its own.
bool has_own_count(const Family& family);

}  // namespace figment::studio
