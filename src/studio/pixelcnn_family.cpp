#include <fmt/format.h>

#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/creatures.h"
#include "studio/evaluate_pixelcnn.h"
#include "studio/family.h"
#include "studio/pixelcnn_activity.h"
#include "studio/report.h"
#include "training/pixelcnn_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

json to_json(const CreatureAgreement& agreement) {
  return {{"both", agreement.both}, {"hue", agreement.hue}, {"body", agreement.body}};
}

std::string to_text(const PixelCnnEvaluation& result, const EvaluationOptions& options) {
  std::string out = fmt::format("pixelcnn: {} pictures that it has not seen, in nats per cell (seed {})\n",
                                result.scored, options.seed);
  const auto nats = [&out](std::string_view name, double value) {
    fmt::format_to(std::back_inserter(out), "  {:<44} {:>7.4f}\n", name, value);
  };
  nats("told hue and body", result.nats);
  nats("told nothing", result.nats_untold);
  nats("how often each colour occurs at each place", result.nats_by_place);
  nats("how often each colour occurs", result.nats_zero_order);
  fmt::format_to(std::back_inserter(out),
                 "\n  {} halves and {} pictures painted in {:.0f} s; what the judge sees is right, %\n",
                 result.completed_count, result.painted, result.seconds_painting);
  const auto row = [&out](std::string_view name, const CreatureAgreement& agreement) {
    fmt::format_to(std::back_inserter(out), "  {:<34} both {:>5.1f}  hue {:>5.1f}  body {:>5.1f}\n", name,
                   percent(agreement.both), percent(agreement.hue), percent(agreement.body));
  };
  row("lower halves completed", result.completions);
  row("painted from nothing", result.from_nothing);
  row("pictures that it has not seen", result.real);
  return out;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(),
                "pixelcnn is held against palette creatures, which no folder has; leave out --data");
  PixelCnnEvaluationOptions settings;
  settings.seed = options.seed;
  if (options.count > 0) settings.count = options.count;
  settings.temperature = static_cast<float>(number(options.request, family_named("pixelcnn"), "temperature"));
  settings.weights = options.weights;
  settings.judge_weights = options.judge_weights;
  const PixelCnnEvaluation result = evaluate_pixelcnn(context, settings, progress);
  const json numbers = {{"model", "pixelcnn"},
                        {"seed", options.seed},
                        {"pictures", result.scored},
                        {"nats_per_cell", result.nats},
                        {"nats_per_cell_untold", result.nats_untold},
                        {"nats_per_cell_by_place", result.nats_by_place},
                        {"nats_per_cell_zero_order", result.nats_zero_order},
                        {"completed", result.completed_count},
                        {"painted", result.painted},
                        {"completions", to_json(result.completions)},
                        {"from_nothing", to_json(result.from_nothing)},
                        {"real", to_json(result.real)},
                        {"seconds_painting", result.seconds_painting}};
  const std::array<std::span<const float>, 4> sets = {result.halves, result.completed, result.originals, result.made};
  return {to_text(result, options), numbers.dump(2), stacked_sheet(sets, CreatureSet::side, 16, 2)};
}

Control choice(std::string name, std::string label, std::string help, std::span<const std::string_view> values) {
  Control control;
  control.name = std::move(name);
  control.label = std::move(label);
  control.help = std::move(help);
  control.kind = Control::Kind::choice;
  control.choices = {"any"};
  control.choices.insert(control.choices.end(), values.begin(), values.end());
  return control;
}

}  // namespace

Family pixelcnn_family() {
  Family family;
  family.name = "pixelcnn";
  family.title = "PixelCNN";
  family.sentence = "paints creatures cell by cell";
  family.make = make_activity<PixelCnnActivity>;
  family.make_task = training::make_task<training::PixelCnnTask>;
  family.evaluate = evaluate;
  family.controls.push_back(choice("hue", "Hue", "The colour of the creatures", data::hue_names));
  family.controls.push_back(choice("body", "Body", "The shape of the creatures", data::body_names));
  Control temperature;
  temperature.name = "temperature";
  temperature.label = "Temperature";
  temperature.help = "Low: the likeliest colours only; high: bolder choices";
  temperature.initial = 1;
  temperature.maximum = 2;
  family.controls.push_back(temperature);
  Control given;
  given.name = "given";
  given.label = "Rows given";
  given.help = "So many rows come from a creature that it has not seen; it paints the rest";
  given.kind = Control::Kind::whole_number;
  given.maximum = data::creature_cells - 1;
  family.controls.push_back(given);
  return family;
}

}  // namespace figment::studio
