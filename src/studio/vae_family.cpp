#include "studio/evaluate_vae.h"
#include "studio/family.h"
#include "studio/vae_activity.h"
#include "training/vae_task.h"

namespace figment::studio {

Family vae_family() {
  Family family;
  family.name = "vae";
  family.title = "VAE";
  family.sentence = "learns the space in which digits lie, and draws any point of it";
  family.make = make_activity<VaeActivity>;
  family.make_task = training::make_task<training::VaeTask>;
  family.evaluate = evaluate_vae;
  family.controls = {{.name = "beta",
                      .label = "Beta",
                      .help = "What a nat in the code costs: low for true copies, high for simple codes.",
                      .initial = 1,
                      .minimum = 0.25,
                      .maximum = 8},
                     {.name = "temperature",
                      .label = "Variety",
                      .help = "How far from the middle samples are drawn; 1 is what was learned.",
                      .initial = 1,
                      .minimum = 0,
                      .maximum = 1.5},
                     {.name = "attribute",
                      .label = "Attribute",
                      .help = "What is added to a digit's code.",
                      .kind = Control::Kind::choice,
                      .choices = {"slant", "width", "weight", "next digit"}}};
  return family;
}

}  // namespace figment::studio
