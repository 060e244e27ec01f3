#pragma once
#include <string>
#include <vector>

#include "studio/evaluate_composed.h"
#include "studio/family.h"
#include "studio/latent_painter.h"

namespace figment::studio {

/// Paints a picture for each scene from its caption, as they would be saved: [count, 64, 64, 3] through 8 bits. The
/// count of the request is ignored.
std::vector<float> paint_scenes(runtime::Context& context, const LatentNetworks& networks, PictureRequest request,
                                std::span<const data::ComposedScene> scenes, const EvaluationProgress& progress = {});

/// What `figment eval latent_diffusion` does: paints held-out scenes and has the judge of composed pictures look for
/// what was asked.
Evaluation evaluate_latent_diffusion(runtime::Context& context, const EvaluationOptions& options,
                                     const EvaluationProgress& progress);

}  // namespace figment::studio
