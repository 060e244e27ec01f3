#include "studio/story_control.h"

namespace figment::studio {

Control story_control() {
  Control control;
  control.name = "story";
  control.label = "Story";
  control.help = "Each number is another story, which the network has not seen in training";
  control.kind = Control::Kind::whole_number;
  control.initial = 1;
  control.minimum = 1;
  control.maximum = 200;
  return control;
}

}  // namespace figment::studio
