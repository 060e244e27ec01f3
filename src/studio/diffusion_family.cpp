#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "data/landscape.h"
#include "studio/diffusion_activity.h"
#include "studio/evaluate_pictures.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/diffusion_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 480;

json to_json(const DiffusionEvaluation& result, const EvaluationOptions& options) {
  json classes = json::array();
  for (std::size_t i = 0; i < result.by_class.size(); ++i) {
    json row = to_json(result.by_class[i]);
    row["class"] = fmt::format("{} {}", data::time_of_day_names[i / data::terrain_names.size()],
                               data::terrain_names[i % data::terrain_names.size()]);
    classes.push_back(row);
  }
  return {{"model", "diffusion"},
          {"seed", options.seed},
          {"sampler", options.request.picture.sampler},
          {"schedule", options.request.picture.schedule},
          {"steps", options.request.picture.steps},
          {"guidance", options.request.picture.guidance},
          {"pictures", result.made},
          {"compared_with", result.real},
          {"data", options.data.empty() ? "held-out landscapes" : options.data.string()},
          {"as_asked", to_json(result.as_asked)},
          {"judge_accuracy", to_json(result.judge)},
          {"made_to_real", to_json(result.distance)},
          {"real_to_real", to_json(result.real_distance)},
          {"by_class", classes},
          {"seconds_painting", result.seconds_painting}};
}

void print_classes(std::string& out, const DiffusionEvaluation& result) {
  fmt::format_to(std::back_inserter(out), "\n  as asked, %    ");
  for (const std::string_view terrain : data::terrain_names) fmt::format_to(std::back_inserter(out), " {:>9}", terrain);
  for (std::size_t time = 0; time < data::time_of_day_names.size(); ++time) {
    fmt::format_to(std::back_inserter(out), "\n    {:<13}", data::time_of_day_names[time]);
    for (std::size_t terrain = 0; terrain < data::terrain_names.size(); ++terrain) {
      fmt::format_to(std::back_inserter(out), " {:>9.0f}",
                     percent(result.by_class[time * data::terrain_names.size() + terrain].both));
    }
  }
  fmt::format_to(std::back_inserter(out), "\n");
}

std::string to_text(const DiffusionEvaluation& result, const EvaluationOptions& options) {
  std::string out;
  const auto agreement_row = [&out](std::string_view name, const Agreement& agreement) {
    fmt::format_to(std::back_inserter(out), "  {:<34} {:>8.1f} {:>8.1f} {:>8.1f}\n", name, percent(agreement.both),
                   percent(agreement.time_of_day), percent(agreement.terrain));
  };
  const auto distance_row = [&out](std::string_view name, const PictureDistance& distance) {
    fmt::format_to(std::back_inserter(out), "  {:<34} {:>9.3f} {:>8.3f} {:>10.3f}\n", name,
                   distance.neighbours.precision, distance.neighbours.recall, distance.frechet);
  };
  const bool own_data = !options.data.empty();
  fmt::format_to(
      std::back_inserter(out),
      "diffusion: {} pictures of 24 classes ({}, {}, {} steps, guidance {}, seed {}), painted in {:.0f} s\n\n",
      result.made, options.request.picture.sampler, options.request.picture.schedule, options.request.picture.steps,
      options.request.picture.guidance, options.seed, result.seconds_painting);
  fmt::format_to(std::back_inserter(out), "  {:<34} {:>8} {:>8} {:>8}\n", "what the judge sees is right, %", "both",
                 "time", "terrain");
  agreement_row("painted pictures", result.as_asked);
  agreement_row("landscapes that it has not seen", result.judge);
  print_classes(out, result);
  fmt::format_to(std::back_inserter(out), "\n  {:<34} {:>9} {:>8} {:>10}\n",
                 fmt::format("beside {} {}", result.real, own_data ? "pictures of your own" : "unseen landscapes"),
                 "precision", "recall", "Fréchet");
  distance_row("painted pictures", result.distance);
  distance_row(own_data ? "figment's landscapes" : "other unseen landscapes", result.real_distance);
  return out;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  DiffusionEvaluationOptions settings;
  settings.request = options.request.picture;
  settings.request.seed = options.seed;
  settings.count = options.count > 0 ? options.count : default_pictures;
  settings.data = options.data;
  settings.weights = options.weights;
  settings.judge_weights = options.judge_weights;
  const DiffusionEvaluation result = evaluate_diffusion(context, settings, progress);
  const std::array<std::span<const float>, 2> sets = {result.made_pictures.pixels, result.real_pictures.pixels};
  return {to_text(result, options), to_json(result, options).dump(2), stacked_sheet(sets, PictureSet::side, 12, 2)};
}

std::vector<Control> controls() {
  Control start;
  start.name = "start";
  start.label = "Begin from";
  start.help = "Noise alone, or a landscape that it has not seen, under noise";
  start.kind = Control::Kind::choice;
  start.choices = {"noise", "landscape"};
  Control strength;
  strength.name = "strength";
  strength.label = "Strength";
  strength.help = "How much of a picture that it begins from is made anew: 0 leaves it, 1 begins from noise";
  strength.initial = 0.6;
  Control pen;
  pen.name = "pen";
  pen.label = "Pen";
  pen.help = "Paint over a finished picture: what is under the pen is made anew";
  pen.initial = 0.22;
  pen.minimum = 0.04;
  pen.maximum = 0.6;
  Control forward;
  forward.name = "forward";
  forward.label = "Forward";
  forward.help = "The forward process: real pictures under noise, and what the network takes them for";
  forward.kind = Control::Kind::toggle;
  Control level;
  level.name = "level";
  level.label = "Level";
  level.help = "Noise of the forward process: 0 is the picture, 1 noise";
  level.initial = 0.5;
  return {start, strength, pen, forward, level};
}

}  // namespace

Family diffusion_family() {
  Family family;
  family.name = "diffusion";
  family.title = "Diffusion";
  family.sentence = "paints landscapes out of noise, step by step";
  family.make = make_activity<DiffusionActivity>;
  family.make_task = training::make_task<training::DiffusionTask>;
  family.evaluate = evaluate;
  family.has_sampler = true;
  family.has_landscapes = true;
  family.controls = controls();
  return family;
}

}  // namespace figment::studio
