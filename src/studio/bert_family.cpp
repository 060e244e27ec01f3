#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/bert_activity.h"
#include "studio/evaluate_bert.h"
#include "studio/family.h"
#include "studio/report.h"
#include "training/bert_task.h"

namespace figment::studio {
namespace {

constexpr std::int64_t default_stories = 1000;
constexpr std::int64_t counted_stories = 40000;  // what the baseline learns from

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "bert is measured on stories that it has not seen; leave --data out");
  const data::MaskedStories stories;
  const auto network = load_mask_network(stories.tokenizer(), options.weights);
  const MaskScore score = score_masks(context, *network, stories, options.count > 0 ? options.count : default_stories,
                                      counted_stories, options.seed, progress);
  std::string text = fmt::format("bert: {} masked words and marks (15 %) of {} stories that it has not seen, in %\n",
                                 score.masked, score.stories);
  nlohmann::json numbers = {{"model", "bert"},          {"seed", options.seed},
                            {"stories", score.stories}, {"skipped", score.skipped},
                            {"masked", score.masked},   {"counted_stories", score.counted_stories}};
  const auto row = [&](std::string_view label, const char* key, double value) {
    fmt::format_to(std::back_inserter(text), "  {:<66} {:>6.2f}\n", label, percent(value));
    numbers[key] = value;
  };
  const double right = score.share(score.right);
  const double counts = score.share(score.counts_right);
  row("guessed right", "top1", right);
  row("among the five likeliest", "top5", score.share(score.right_of_five));
  row(fmt::format("baseline: counts of two words on each side in {} stories", score.counted_stories), "baseline",
      counts);
  row("the same where the neighbours may be masked, too, as for the network", "masked_baseline",
      score.share(score.masked_counts_right));
  row("above the baseline (wanted: 3)", "above_baseline", right - counts);
  const double nats = score.nats / static_cast<double>(std::max<std::int64_t>(score.masked, 1));
  fmt::format_to(std::back_inserter(text), "  {:<66} {:>6.3f}\n", "nats for each", nats);
  numbers["nats"] = nats;
  return {text, numbers.dump(2), {}};
}

std::vector<Control> make_controls() {
  using Kind = Control::Kind;
  std::vector<Control> all;
  all.push_back({.name = "show",
                 .label = "Fill in",
                 .help = "The blanks of your own text, or a story that it has not seen, word by word.",
                 .kind = Kind::choice,
                 .choices = {"your text", "a story"}});
  all.push_back({.name = "text",
                 .label = "Your text",
                 .help = "A blank is _ or [MASK]. It knows the words of the stories.",
                 .kind = Kind::text,
                 .initial_text = "Once upon a time, there was an honest girl named Ella. _ lived in a _ by a clear "
                                 "lake. \"I never had such good _!\" said _."});
  all.push_back({.name = "order",
                 .label = "Order",
                 .help = "Which blank is filled in next: a word that is there helps with the others.",
                 .kind = Kind::choice,
                 .choices = {"most certain first", "left to right", "random"}});
  all.push_back({.name = "masked",
                 .label = "Blanks",
                 .help = "Of a story: the share of its words that are masked. With all of them it makes one up.",
                 .initial = 0.6,
                 .minimum = 0.15,
                 .maximum = 1});
  all.push_back({.name = "temperature",
                 .label = "Temperature",
                 .help = "Of a story: 0 takes the likeliest word; higher, a less likely one now and then.",
                 .initial = 0.5,
                 .minimum = 0,
                 .maximum = 1.5});
  for (const auto& [name, label] : {std::pair{"layer", "Layer"}, std::pair{"head", "Head"}}) {
    all.push_back({.name = name,
                   .label = label,
                   .help = "Whose attention is shown.",
                   .kind = Kind::whole_number,
                   .initial = 1,
                   .minimum = 1,
                   .maximum = 8});
  }
  return all;
}

}  // namespace

Family bert_family() {
  Family family;
  family.name = "bert";
  family.title = "BERT";
  family.paints = false;
  family.sentence = "guesses masked words from both sides";
  family.make = make_activity<BertActivity>;
  family.make_task = training::make_task<training::BertTask>;
  family.evaluate = evaluate;
  family.controls = make_controls();
  return family;
}

}  // namespace figment::studio
