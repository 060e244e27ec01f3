#include "studio/shown_controls.h"

#include <algorithm>
#include <cctype>

namespace figment::studio {

bool is_shown(const Request& request, const Family& family, const Control& control) {
  if (control.name.empty() || std::isdigit(static_cast<unsigned char>(control.name.back())) == 0) return true;
  if (std::ranges::find(family.controls, "lanes", &Control::name) == family.controls.end()) return true;
  return control.name.back() - '0' <= number(request, family, "lanes");
}

bool has_own_count(const Family& family) {
  return std::ranges::find(family.controls, "pictures", &Control::name) != family.controls.end();
}

}  // namespace figment::studio
