#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_pictures.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/judge_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 960;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the judge is held against labels, which --data has none of; leave it out");
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  const Agreement result = evaluate_judge(context, count, options.seed, options.weights, progress);
  const json numbers = {{"model", "judge"}, {"seed", options.seed}, {"pictures", count}, {"accuracy", to_json(result)}};
  return {fmt::format("judge: right about {} landscapes that it has not seen, in %\n  both {:.1f}, time of day {:.1f}, "
                      "terrain {:.1f}\n",
                      count, percent(result.both), percent(result.time_of_day), percent(result.terrain)),
          numbers.dump(2),
          {}};
}

}  // namespace

Family judge_family() {
  Family family;
  family.name = "judge";
  family.title = "Judge";
  family.sentence = "tells the time of day and the terrain of landscapes";
  family.make_task = [](const std::string& preset) -> std::unique_ptr<training::Task> {
    core::require(!training::is_large(preset, "judge"), "the judge has no large preset; it is small on every device");
    return std::make_unique<training::JudgeTask>("judge", "landscapes");
  };
  family.evaluate = evaluate;
  return family;
}

}  // namespace figment::studio
