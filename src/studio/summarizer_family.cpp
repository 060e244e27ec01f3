#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/evaluate_summarizer.h"
#include "studio/family.h"
#include "studio/report.h"
#include "studio/story_control.h"
#include "studio/summarizer_activity.h"
#include "training/summarizer_task.h"

namespace figment::studio {
namespace {

constexpr std::int64_t default_stories = 400;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "the summarizer is measured on stories whose line is known; leave --data out");
  const SummaryScore score =
      score_summaries(context, load_summarizer(options.weights), options.count > 0 ? options.count : default_stories,
                      options.seed, progress);
  std::string text = fmt::format(
      "summarizer: {} stories that it has not seen\n  exactly as wanted, %  {:>7.2f}\n  ROUGE-L               "
      "{:>7.4f}\n",
      score.stories, percent(score.exact_share()), score.rouge());
  for (const SummaryScore::Mistake& mistake : score.mistakes)
    fmt::format_to(std::back_inserter(text), "  wanted: {}\n  wrote:  {}\n", mistake.wanted, mistake.written);
  const nlohmann::json numbers = {{"model", "summarizer"},
                                  {"seed", options.seed},
                                  {"stories", score.stories},
                                  {"exact", score.exact_share()},
                                  {"rouge_l", score.rouge()}};
  return {text, numbers.dump(2), {}};
}

Control text_control() {
  Control control;
  control.name = "text";
  control.label = "A story of your own";
  control.help = "With the words of the stories, up to 192 of them; empty: figment tells one";
  control.kind = Control::Kind::text;
  return control;
}

}  // namespace

Family summarizer_family() {
  Family family;
  family.name = "summarizer";
  family.title = "Summarizer";
  family.paints = false;
  family.sentence = "reads a story and writes one line";
  family.make = make_activity<SummarizerActivity>;
  family.make_task = training::make_task<training::SummarizerTask>;
  family.evaluate = evaluate;
  family.controls = {story_control(), text_control()};
  return family;
}

}  // namespace figment::studio
