#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "studio/autoencoder_activity.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/autoencoder_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 1024;
constexpr std::int64_t batch = 32;
constexpr std::array<float, 4> sigmas = {0.1F, 0.25F, 0.5F, 0.75F};
constexpr float judged_sigma = 0.5F;
constexpr std::int64_t sheet_columns = 12;

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Both networks as functions from pictures to pictures.
class Repeater {
 public:
  Repeater(runtime::Context& context, const std::filesystem::path& weights)
      : network_(training::load_network<models::Autoencoder>("autoencoder", weights)) {
    const tensor::Tensor pictures =
        recorded_.graph.input("pictures", {{batch, digit_side, digit_side, 1}, tensor::DType::f32});
    plain_ = network_->plain(pictures);
    denoised_ = network_->denoising(pictures);
    recorded_.compile(context, std::array{plain_, denoised_}, "autoencoder");
  }

  struct Result {
    std::vector<float> plain;
    std::vector<float> denoised;
  };
  Result operator()(std::span<const float> pixels) {
    Result result;
    constexpr std::size_t floats = batch * digit_pixels;
    for (std::size_t first = 0; first < pixels.size(); first += floats) {
      recorded_.program->write("pictures", pixels.subspan(first, floats));
      recorded_.program->submit();
      const std::vector<float> plain = recorded_.program->read(plain_).floats;
      const std::vector<float> denoised = recorded_.program->read(denoised_).floats;
      result.plain.insert(result.plain.end(), plain.begin(), plain.end());
      result.denoised.insert(result.denoised.end(), denoised.begin(), denoised.end());
    }
    return result;
  }

 private:
  std::shared_ptr<models::Autoencoder> network_;
  RecordedProgram recorded_;
  tensor::Tensor plain_, denoised_;
};

std::vector<float> with_noise(std::span<const float> pixels, float sigma, std::uint64_t seed) {
  core::Random random(seed, 5);
  std::vector<float> noisy(pixels.begin(), pixels.end());
  for (float& value : noisy) value += sigma * random.normal();
  return noisy;
}

/// Of unbounded values, as the noise is: nothing is won by clamping the noisy picture before.
double noisy_psnr_db(float sigma) { return psnr_db(static_cast<double>(sigma) * static_cast<double>(sigma)); }

std::vector<float> first_of(const std::vector<float>& pixels) {
  return grey_to_rgb(std::span(pixels).first(sheet_columns * digit_pixels));
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the autoencoder is measured on held-out digits and letters; leave --data out");
  const auto report = [&](double fraction) {
    if (progress) progress(fraction);
  };
  const std::int64_t count = ((options.count > 0 ? options.count : default_pictures) + batch - 1) / batch * batch;
  Repeater repeat(context, options.weights);
  const SignSet digits = held_out_signs("digits", count, options.seed);
  const SignSet letters = held_out_signs("letters", count, options.seed);
  const Repeater::Result clean = repeat(digits.pixels);
  report(0.2);
  const std::vector<double> digit_errors = squared_errors(clean.plain, digits.pixels);
  const std::vector<double> letter_errors = squared_errors(repeat(letters.pixels).plain, letters.pixels);
  report(0.4);
  const double psnr = psnr_db(mean(digit_errors));
  const double area = area_under_curve(digit_errors, letter_errors);

  std::string text = fmt::format(
      "autoencoder: {} digits and as many letters that it has not seen (seed {})\n\n"
      "  reconstruction, PSNR in dB                 {:>7.2f}   (letters {:.2f})\n"
      "  letters told from digits by the error, AUC {:>7.3f}\n\n"
      "  denoising, PSNR in dB   noisy   plain   denoising    gain\n",
      count, options.seed, psnr, psnr_db(mean(letter_errors)), area);
  json levels = json::array();
  std::vector<float> shown_noisy;
  Repeater::Result shown;
  for (const float sigma : sigmas) {
    const std::vector<float> noisy = with_noise(digits.pixels, sigma, options.seed);
    Repeater::Result result = repeat(noisy);
    const double before = noisy_psnr_db(sigma);
    const double plain = psnr_db(mean(squared_errors(result.plain, digits.pixels)));
    const double after = psnr_db(mean(squared_errors(result.denoised, digits.pixels)));
    fmt::format_to(std::back_inserter(text), "    sigma {:<14.2f} {:>7.2f} {:>7.2f} {:>11.2f} {:>7.2f}\n", sigma,
                   before, plain, after, after - before);
    levels.push_back({{"sigma", sigma}, {"noisy_db", before}, {"plain_db", plain}, {"denoising_db", after}});
    report(0.4 + 0.15 * static_cast<double>(levels.size()));
    if (sigma != judged_sigma) continue;
    shown_noisy = noisy;
    shown = std::move(result);
  }
  const json numbers = {{"model", "autoencoder"}, {"seed", options.seed}, {"pictures", count},
                        {"psnr_db", psnr},        {"letters_auc", area},  {"noise", levels}};
  const std::array rows = {first_of(digits.pixels), first_of(clean.plain), first_of(shown_noisy), first_of(shown.plain),
                           first_of(shown.denoised)};
  const std::array<std::span<const float>, 5> sets = {rows[0], rows[1], rows[2], rows[3], rows[4]};
  return {text, numbers.dump(2), stacked_sheet(sets, digit_side, sheet_columns, 2)};
}

}  // namespace

Family autoencoder_family() {
  Family family;
  family.name = "autoencoder";
  family.title = "Autoencoder";
  family.sentence = "squeezes a digit into 32 numbers and draws it again from those";
  family.make = make_activity<AutoencoderActivity>;
  family.make_task = training::make_task<training::AutoencoderTask>;
  family.evaluate = evaluate;
  family.controls = {{.name = "noise",
                      .label = "Noise",
                      .help = "How much noise lies on the picture before the networks see it.",
                      .initial = 0.3,
                      .minimum = 0,
                      .maximum = 1}};
  return family;
}

}  // namespace figment::studio
