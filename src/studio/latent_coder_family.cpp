#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/picture_source.h"
#include "models/latent_coder/latent_coder.h"
#include "studio/digits.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/latent_coder_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 480;
constexpr std::int64_t batch = 16;
constexpr int side = PictureSet::side;
constexpr std::int64_t floats = std::int64_t{side} * side * 3;
constexpr std::int64_t sheet_pictures = 24;

struct Measured {
  std::vector<float> real;
  std::vector<float> repeated;
  double error = 0;     ///< mean squared, of pixels in [-1, 1]
  double mean = 0;      ///< of the code's numbers
  double variance = 0;  ///< likewise
};

Measured measure(runtime::Context& context, const std::filesystem::path& weights, std::int64_t count,
                 std::uint64_t seed, const EvaluationProgress& progress) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("latent_coder") : weights;
  const bool is_large = training::preset_of(path) == "large";
  models::LatentCoder network(is_large ? models::LatentCoderConfig::large() : models::LatentCoderConfig{}, 1);
  training::load_weights(path, network.parameters());
  RecordedProgram recorded;
  const tensor::Tensor pictures = recorded.graph.input("pictures", {{batch, side, side, 3}, tensor::DType::f32});
  const tensor::Tensor code = network.encode(pictures);
  const tensor::Tensor repeated = network.decode(code);
  recorded.compile(context, std::array{code, repeated}, "latent coder");

  const data::PictureSource source("composed");
  std::vector<float> pixels(static_cast<std::size_t>(batch * floats));
  std::vector<std::int32_t> classes(static_cast<std::size_t>(batch) * source.class_axes().size());
  Measured result;
  double squares = 0;
  std::int64_t numbers = 0;
  for (std::int64_t first = 0; first < count; first += batch) {
    source.draw_batch(static_cast<std::uint64_t>(first), data::held_out_seed ^ seed, pixels, classes);
    recorded.program->write("pictures", pixels);
    recorded.program->submit();
    const std::vector<float> again = recorded.program->read(repeated).floats;
    for (const float value : recorded.program->read(code).floats) {
      result.mean += value;
      squares += value * value;
      ++numbers;
    }
    result.real.insert(result.real.end(), pixels.begin(), pixels.end());
    result.repeated.insert(result.repeated.end(), again.begin(), again.end());
    if (progress) progress(static_cast<double>(first + batch) / static_cast<double>(count));
  }
  for (std::size_t i = 0; i < result.real.size(); ++i) {
    const double difference = std::clamp(result.repeated[i], -1.0F, 1.0F) - result.real[i];
    result.error += difference * difference / static_cast<double>(result.real.size());
  }
  result.mean /= static_cast<double>(numbers);
  result.variance = squares / static_cast<double>(numbers) - result.mean * result.mean;
  return result;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the coder is held against composed pictures; leave --data out");
  const std::int64_t count = ((options.count > 0 ? options.count : default_pictures) + batch - 1) / batch * batch;
  const Measured result = measure(context, options.weights, count, options.seed, progress);
  const double decibels = psnr_db(result.error);
  const json numbers = {{"model", "latent_coder"}, {"seed", options.seed},     {"pictures", count},
                        {"psnr_db", decibels},     {"code_mean", result.mean}, {"code_variance", result.variance}};
  const auto shown = static_cast<std::size_t>(std::min(count, sheet_pictures) * floats);
  const std::array<std::span<const float>, 2> sets = {std::span(result.repeated).first(shown),
                                                      std::span(result.real).first(shown)};
  return {fmt::format("latent_coder: {} composed pictures that it has not seen, coded and painted again\n"
                      "  PSNR {:.2f} dB; the code's numbers have mean {:.3f} and variance {:.3f}\n",
                      count, decibels, result.mean, result.variance),
          numbers.dump(2), stacked_sheet(sets, side, 12, 2)};
}

}  // namespace

Family latent_coder_family() {
  Family family;
  family.name = "latent_coder";
  family.title = "Latent coder";
  family.sentence = "makes a small code of pictures, for latent diffusion to paint in";
  family.make_task = training::make_task<training::LatentCoderTask>;
  family.evaluate = evaluate;
  return family;
}

}  // namespace figment::studio
