#pragma once
#include <span>
#include <string_view>

namespace figment::sampling {

/// What the network was trained to predict, for a noisy x = alpha * x0 + sigma * noise.
enum class Prediction {
  epsilon,   ///< the noise
  v,         ///< alpha * noise - sigma * x0 (Salimans and Ho, 2022)
  x0,        ///< the clean picture
  velocity,  ///< noise - x0, the derivative of a rectified flow
};

/// Name for files and the command line, and one sentence for a person.
struct PredictionInfo {
  Prediction prediction;
  std::string_view name;
  std::string_view title;
  std::string_view tooltip;
};

std::span<const PredictionInfo> predictions();

/// The prediction of this name. Throws Error with the known names.
Prediction prediction_named(std::string_view name);

/// x-coefficient and network-output-coefficient of a quantity that is linear in both.
struct LinearForm {
  double x;
  double f;
};

/// The clean picture as form.x * x + form.f * F, for F of the given kind. Needs (alpha, sigma) != (0, 0), and
/// alpha > 0 for epsilon. v and velocity hold for every alpha and sigma, not only for alpha^2 + sigma^2 = 1.
LinearForm denoised_form(Prediction prediction, double alpha, double sigma);

/// The noise as form.x * x + form.f * F. Needs sigma > 0 for x0.
LinearForm noise_form(Prediction prediction, double alpha, double sigma);

/// The network output that a network which knows `x0` exactly would give: for tests and training targets.
double exact_output(Prediction prediction, double x0, double noise, double alpha, double sigma);

}  // namespace figment::sampling
