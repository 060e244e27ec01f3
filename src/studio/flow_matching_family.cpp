#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_flow_matching.h"
#include "studio/family.h"
#include "studio/flow_matching_activity.h"
#include "studio/report.h"
#include "training/flow_matching_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

std::string to_text(const FlowMatchingEvaluation& result, const EvaluationOptions& options) {
  std::string out = fmt::format("flow_matching: {} landscapes of 24 classes each way (seed {})\n\n  {:<26}",
                                result.made, options.seed, "");
  const auto to = std::back_inserter(out);
  fmt::format_to(to, " {:>11} {:>11} {:>10} {:>8} {:>9} {:>8}\n", "evaluations", "as asked, %", "precision", "recall",
                 "Fr\u00e9chet", "seconds");
  for (const PaintedRow& row : result.rows) {
    fmt::format_to(to, "  {:<26} {:>11.0f} {:>11.1f} {:>10.3f} {:>8.3f} {:>9.3f} {:>8.0f}\n", row.name, row.evaluations,
                   percent(row.as_asked.both), row.distance.neighbours.precision, row.distance.neighbours.recall,
                   row.distance.frechet, row.seconds);
  }
  fmt::format_to(to, "  {:<26} {:>11} {:>11.1f} {:>10.3f} {:>8.3f} {:>9.3f}\n", "other unseen landscapes", "",
                 percent(result.judge.both), result.real_distance.neighbours.precision,
                 result.real_distance.neighbours.recall, result.real_distance.frechet);
  fmt::format_to(to, "\n  how bent the ways are (0 is straight): flow {:.4f}", result.curvature);
  if (result.diffusion_curvature > 0) fmt::format_to(to, ", diffusion {:.4f}", result.diffusion_curvature);
  return out + "\n";
}

json to_json(const FlowMatchingEvaluation& result, const EvaluationOptions& options) {
  json rows = json::array();
  for (const PaintedRow& row : result.rows) {
    rows.push_back({{"name", row.name},
                    {"steps", row.steps},
                    {"evaluations", row.evaluations},
                    {"as_asked", to_json(row.as_asked)},
                    {"made_to_real", to_json(row.distance)},
                    {"seconds", row.seconds}});
  }
  return {{"model", "flow_matching"},
          {"seed", options.seed},
          {"pictures", result.made},
          {"rows", rows},
          {"judge_accuracy", to_json(result.judge)},
          {"real_to_real", to_json(result.real_distance)},
          {"curvature", result.curvature},
          {"diffusion_curvature", result.diffusion_curvature}};
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the flow is held against landscapes that it has not seen; leave out --data");
  FlowMatchingEvaluationOptions settings;
  settings.request = options.request.picture;
  settings.request.seed = options.seed;
  settings.solver = flow_solver(options.request);
  if (options.count > 0) settings.count = options.count;
  settings.weights = options.weights;
  settings.judge_weights = options.judge_weights;
  const FlowMatchingEvaluation result = evaluate_flow_matching(context, settings, progress);
  std::vector<std::span<const float>> sets;
  for (const PictureSet& set : result.shown) sets.emplace_back(set.pixels);
  return {to_text(result, options), to_json(result, options).dump(2), stacked_sheet(sets, PictureSet::side, 12, 2)};
}

std::vector<Control> controls() {
  Control steps;
  steps.name = "steps";
  steps.label = "Steps";
  steps.help = "Of the last column, whose pictures are saved; the others take 1, 2 and 4";
  steps.kind = Control::Kind::whole_number;
  steps.initial = 8;
  steps.minimum = 1;
  steps.maximum = FlowMatchingPainter::steps_max;
  Control solver;
  solver.name = "solver";
  solver.label = "Solver";
  solver.help = "Euler goes straight on for a whole step; midpoint and Heun look twice in each";
  solver.kind = Control::Kind::choice;
  solver.choices = {"euler", "midpoint", "heun"};
  Control time;
  time.name = "time";
  time.label = "Time";
  time.help = "A place on the way: 1 is the noise, 0 the picture";
  time.initial = 0.6;
  Control ways;
  ways.name = "diffusion";
  ways.label = "Compare";
  ways.help = "Draws the ways of diffusion from the same noise as well";
  ways.kind = Control::Kind::toggle;
  ways.initial = 1;
  return {steps, solver, time, ways};
}

}  // namespace

FlowSolver flow_solver(const Request& request) {
  return static_cast<FlowSolver>(static_cast<int>(number(request, family_named("flow_matching"), "solver")));
}

Family flow_matching_family() {
  Family family;
  family.name = "flow_matching";
  family.title = "Rectified flow";
  family.sentence = "paints landscapes along straight ways, in few steps";
  family.make = make_activity<FlowMatchingActivity>;
  family.make_task = training::make_task<training::FlowMatchingTask>;
  family.evaluate = evaluate;
  family.has_landscapes = true;
  family.controls = controls();
  return family;
}

}  // namespace figment::studio
