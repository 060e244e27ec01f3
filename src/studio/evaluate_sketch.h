#pragma once
#include "studio/family.h"

namespace figment::studio {

/// How well paintings keep to their lines, pass for landscapes, and show the light that was asked for: outlines of
/// landscapes that no training has seen are painted at their time of day, and the outlines of the paintings are held
/// against them. A pixel of an outline agrees if one of the other's lies at most one pixel away, along each axis.
/// Throws Error as its parts do, and if options ask for a folder of pictures.
Evaluation evaluate_sketch(runtime::Context& context, const EvaluationOptions& options,
                           const EvaluationProgress& progress);

}  // namespace figment::studio
