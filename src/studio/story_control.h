#pragma once
#include "studio/family.h"

namespace figment::studio {

/// "story": which of the stories that the network has not seen.
Control story_control();

}  // namespace figment::studio
