#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_composed.h"
#include "studio/family.h"
#include "training/composed_judge_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 960;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the judge is held against labels, which --data has none of; leave it out");
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  const ComposedPictures pictures = held_out_composed(count, options.seed);
  if (progress) progress(0.3);
  ComposedJudging judging(context, options.weights);
  const ComposedScores scores = compare(judging.judge(pictures.pixels).readings, pictures.scenes);
  if (progress) progress(1);
  const json numbers = {{"model", "composed_judge"}, {"seed", options.seed}, {"accuracy", to_json(scores)}};
  return {fmt::format("composed_judge: right about {} composed pictures that it has not seen, in %\n  {}\n", count,
                      to_text(scores)),
          numbers.dump(2),
          {}};
}

}  // namespace

Family composed_judge_family() {
  Family family;
  family.name = "composed_judge";
  family.title = "Composed judge";
  family.sentence = "tells what is to be seen in composed pictures";
  family.make_task = [](const std::string& preset) -> std::unique_ptr<training::Task> {
    core::require(!training::is_large(preset, "composed_judge"),
                  "the composed judge has no large preset; it is small on every device");
    return std::make_unique<training::ComposedJudgeTask>();
  };
  family.evaluate = evaluate;
  return family;
}

}  // namespace figment::studio
