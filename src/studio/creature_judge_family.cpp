#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_creatures.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/creature_judge_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_pictures = 960;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the judge is held against labels, which --data has none of; leave it out");
  const std::int64_t count = options.count > 0 ? options.count : default_pictures;
  CreatureJudging judge(context, options.weights);
  json numbers = {{"model", "creature_judge"}, {"seed", options.seed}, {"pictures", count}};
  std::string text = fmt::format("creature_judge: right about {} creatures that it has not seen, in %\n", count);
  double done = 0;
  for (const char* set : {"creatures", "creatures_palette"}) {
    const CreatureSet creatures = held_out_creatures(set, count, options.seed);
    const CreatureAgreement right = agreement(judge.judge(creatures), creatures);
    numbers[set] = {{"both", right.both}, {"hue", right.hue}, {"body", right.body}};
    fmt::format_to(std::back_inserter(text), "  {:<18} both {:.1f}, hue {:.1f}, body {:.1f}\n", set,
                   percent(right.both), percent(right.hue), percent(right.body));
    done += 0.5;
    if (progress) progress(done);
  }
  return {text, numbers.dump(2), {}};
}

}  // namespace

Family creature_judge_family() {
  Family family;
  family.name = "creature_judge";
  family.title = "Creature judge";
  family.sentence = "tells the hue and the body of creatures";
  family.make_task = [](const std::string& preset) -> std::unique_ptr<training::Task> {
    core::require(!training::is_large(preset, "creature_judge"),
                  "the judge of creatures has no large preset; it is small on every device");
    return std::make_unique<training::CreatureJudgeTask>();
  };
  family.evaluate = evaluate;
  return family;
}

}  // namespace figment::studio
