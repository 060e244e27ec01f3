#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_flow.h"
#include "studio/family.h"
#include "studio/flow_activity.h"
#include "studio/report.h"
#include "training/flow_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::size_t shown = 48;  // pictures of each kind on the sheet

std::string to_text(const FlowEvaluation& result, const EvaluationOptions& options) {
  std::string out = fmt::format("flow: {} creatures that it has not seen (seed {})\n", result.scored, options.seed);
  const auto row = [&out](std::string_view name, double value) {
    fmt::format_to(std::back_inserter(out), "  {:<52} {:>8.3f}\n", name, value);
  };
  row("bits per dimension", result.bits);
  row("how often each byte occurs at each place", result.bits_by_place);
  row("all bytes alike", result.bits_uniform);
  fmt::format_to(std::back_inserter(out), "  {:<52} {:>8.1e}\n  {:<52} {:>8.1e}\n",
                 "largest difference of a picture that came back", result.picture_error,
                 "largest difference of noise that came back", result.noise_error);
  fmt::format_to(std::back_inserter(out), "\n  {} creatures made, in the judge's features\n", result.made);
  row("precision", result.neighbours.precision);
  row("recall", result.neighbours.recall);
  row("Fr\u00e9chet distance", result.frechet);
  row("Fr\u00e9chet distance of other unseen creatures", result.real_frechet);
  return out;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the flow is held against creatures, which no folder has; leave out --data");
  FlowEvaluationOptions settings;
  settings.seed = options.seed;
  if (options.count > 0) settings.count = options.count;
  settings.temperature = static_cast<float>(number(options.request, family_named("flow"), "temperature"));
  settings.weights = options.weights;
  settings.judge_weights = options.judge_weights;
  FlowEvaluation result = evaluate_flow(context, settings, progress);
  const json numbers = {{"model", "flow"},
                        {"seed", options.seed},
                        {"pictures", result.scored},
                        {"bits_per_dimension", result.bits},
                        {"bits_per_dimension_by_place", result.bits_by_place},
                        {"bits_per_dimension_uniform", result.bits_uniform},
                        {"picture_error", result.picture_error},
                        {"noise_error", result.noise_error},
                        {"made", to_json(PictureDistance{result.neighbours, result.frechet})},
                        {"real", to_json(PictureDistance{result.real_neighbours, result.real_frechet})}};
  for (CreatureSet* set : {&result.made_pictures, &result.real_pictures}) {
    set->pixels.resize(std::min(set->pixels.size(), shown * CreatureSet::floats));
  }
  const std::array<std::span<const float>, 2> sets = {result.made_pictures.pixels, result.real_pictures.pixels};
  return {to_text(result, options), numbers.dump(2), stacked_sheet(sets, CreatureSet::side, 16, 2)};
}

}  // namespace

Family flow_family() {
  Family family;
  family.name = "flow";
  family.title = "Normalising flow";
  family.sentence = "turns noise into creatures and back, exactly";
  family.make = make_activity<FlowActivity>;
  family.make_task = training::make_task<training::FlowTask>;
  family.evaluate = evaluate;
  Control direction;
  direction.name = "direction";
  direction.label = "Way";
  direction.help = "Noise to creatures, or creatures that it has not seen to noise and back";
  direction.kind = Control::Kind::choice;
  direction.choices = {"noise to creatures", "creatures to noise"};
  family.controls.push_back(direction);
  Control temperature;
  temperature.name = "temperature";
  temperature.label = "Temperature";
  temperature.help = "How far from the middle the noise is drawn; low: plainer creatures";
  temperature.initial = 0.8;
  temperature.maximum = 1.2;
  family.controls.push_back(temperature);
  return family;
}

}  // namespace figment::studio
