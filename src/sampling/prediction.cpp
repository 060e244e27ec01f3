#include "sampling/prediction.h"

#include "core/error.h"

namespace figment::sampling {

namespace {
constexpr PredictionInfo table[] = {
    {Prediction::epsilon, "epsilon", "Noise", "The network predicts the noise that was added to the picture."},
    {Prediction::v, "v", "v",
     "The network predicts a blend of noise and picture that is well behaved at every noise level."},
    {Prediction::x0, "x0", "Picture", "The network predicts the clean picture itself."},
    {Prediction::velocity, "velocity", "Velocity",
     "The network predicts the direction from the picture to the noise, as in rectified flow."},
};
}  // namespace

std::span<const PredictionInfo> predictions() { return table; }

Prediction prediction_named(std::string_view name) {
  for (const PredictionInfo& info : table) {
    if (info.name == name) return info.prediction;
  }
  core::fail("There is no prediction type \"{}\"; choose epsilon, v, x0 or velocity.", name);
}

LinearForm denoised_form(Prediction prediction, double alpha, double sigma) {
  const double norm = alpha * alpha + sigma * sigma;
  switch (prediction) {
    case Prediction::epsilon:
      return {1 / alpha, -sigma / alpha};
    case Prediction::v:
      return {alpha / norm, -sigma / norm};
    case Prediction::x0:
      return {0, 1};
    case Prediction::velocity:
      return {1 / (alpha + sigma), -sigma / (alpha + sigma)};
  }
  core::fail("This prediction type is unknown; choose epsilon, v, x0 or velocity.");
}

LinearForm noise_form(Prediction prediction, double alpha, double sigma) {
  const double norm = alpha * alpha + sigma * sigma;
  switch (prediction) {
    case Prediction::epsilon:
      return {0, 1};
    case Prediction::v:
      return {sigma / norm, alpha / norm};
    case Prediction::x0:
      return {1 / sigma, -alpha / sigma};
    case Prediction::velocity:
      return {1 / (alpha + sigma), alpha / (alpha + sigma)};
  }
  core::fail("This prediction type is unknown; choose epsilon, v, x0 or velocity.");
}

double exact_output(Prediction prediction, double x0, double noise, double alpha, double sigma) {
  switch (prediction) {
    case Prediction::epsilon:
      return noise;
    case Prediction::v:
      return alpha * noise - sigma * x0;
    case Prediction::x0:
      return x0;
    case Prediction::velocity:
      return noise - x0;
  }
  core::fail("This prediction type is unknown; choose epsilon, v, x0 or velocity.");
}

}  // namespace figment::sampling
