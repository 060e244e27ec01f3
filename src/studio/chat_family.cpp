#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "studio/chat_activity.h"
#include "studio/evaluate_chat.h"
#include "studio/family.h"
#include "studio/report.h"
#include "studio/story_control.h"
#include "training/chat_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

constexpr std::int64_t default_stories = 400;
constexpr std::int64_t stories_looked_at = 100;

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  core::require(options.data.empty(), "chat is asked about stories whose answers are known; leave --data out");
  const auto network = load_chat_network(options.weights);
  const ChatScore score =
      score_chat(context, *network, options.count > 0 ? options.count : default_stories, options.seed, progress);
  std::string text = fmt::format("chat: {} questions about {} stories that it has not seen, right answers in %\n",
                                 score.all.asked + score.kinds.back().asked, score.stories);
  json numbers = {{"model", "chat"}, {"seed", options.seed}, {"stories", score.stories}};
  const auto row = [&](std::string_view name, const AnswerCount& count) {
    fmt::format_to(std::back_inserter(text), "  {:<22} {:>6.2f}   of {}\n", name, percent(count.share()), count.asked);
    numbers[std::string(name)] = {{"asked", count.asked}, {"right", count.share()}};
  };
  for (std::size_t kind = 0; kind < score.kinds.size(); ++kind) row(data::question_kind_names[kind], score.kinds[kind]);
  row("all that it says", score.all);
  row("first of their talk", score.first);
  row("looks at the place", score_looks(context, network, std::min(score.stories, stories_looked_at), options.seed));
  for (const ChatScore::Mistake& mistake : score.mistakes)
    fmt::format_to(std::back_inserter(text), "  wrong: {} {}: not{}\n", mistake.question, mistake.right, mistake.given);
  return {text, numbers.dump(2), {}};
}

Control question_control() {
  Control control;
  control.name = "question";
  control.label = "Your question";
  control.help = "About the story, with the words of the stories: who, where, what, why";
  control.kind = Control::Kind::text;
  return control;
}

}  // namespace

Family chat_family() {
  Family family;
  family.name = "chat";
  family.title = "Chat";
  family.paints = false;
  family.sentence = "answers questions about a story";
  family.make = make_activity<ChatActivity>;
  family.make_task = training::make_task<training::ChatTask>;
  family.evaluate = evaluate;
  family.controls = {question_control(), story_control()};
  return family;
}

}  // namespace figment::studio
