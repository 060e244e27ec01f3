#include "studio/family.h"
#include "studio/laboratory_activity.h"

namespace figment::studio {

Family laboratory_family() {
  Family family;
  family.name = "laboratory";
  family.title = "Sampler lab";
  family.sentence = "samplers side by side, from the same noise";
  family.make = make_activity<LaboratoryActivity>;
  family.has_landscapes = true;
  family.controls = laboratory_controls();
  return family;
}

}  // namespace figment::studio
