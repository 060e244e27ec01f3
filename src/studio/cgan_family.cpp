#include "studio/family.h"
#include "training/cgan_task.h"

namespace figment::studio {

Family cgan_family() {
  Family family;
  family.name = "cgan";
  family.title = "Cgan";
  family.sentence = "";
  family.make_task = training::make_task<training::CganTask>;
  return family;
}

}  // namespace figment::studio
