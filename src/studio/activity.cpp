#include "studio/activity.h"

#include "core/error.h"

namespace figment::studio {

void Activity::set_input(const formats::Picture& /*picture*/, const formats::Picture& /*mask*/) {
  core::fail("this model makes its pictures by itself and takes none; leave the input picture out");
}

}  // namespace figment::studio
