#include "studio/evaluate_latent_diffusion.h"
#include "studio/family.h"
#include "studio/latent_diffusion_activity.h"
#include "training/latent_diffusion_task.h"

namespace figment::studio {

Family latent_diffusion_family() {
  Family family;
  family.name = "latent_diffusion";
  family.title = "Latent diffusion";
  family.sentence = "paints what you type";
  family.make = make_activity<LatentDiffusionActivity>;
  family.make_task = training::make_task<training::LatentDiffusionTask>;
  family.evaluate = evaluate_latent_diffusion;
  family.has_sampler = true;
  family.controls = {
      {.name = "prompt",
       .label = "Prompt",
       .help = "What to paint, such as: two blue doves by the lake at sunset. Empty: one suggestion after "
               "the other.",
       .kind = Control::Kind::text},
      {.name = "pull",
       .label = "Pull of words",
       .help = "How much of the guidance there is for words: 3 makes a guidance of 1.6 one of 2.8",
       .kind = Control::Kind::slider,
       .initial = 3,
       .minimum = 0,
       .maximum = 6}};
  return family;
}

}  // namespace figment::studio
