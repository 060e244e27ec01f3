#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "studio/evaluate_translator.h"
#include "studio/family.h"
#include "studio/translator_activity.h"
#include "training/translator_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

double share(std::int64_t part, std::int64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

std::string name_of(data::Language language) { return language == data::Language::french ? "French" : "Spanish"; }

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  const auto scores = evaluate_translator(context, options, progress);
  std::string text = fmt::format(
      "translator: exact translations of {} sentences of each kind that it has not seen, %\n", scores[0].count);
  const auto to = std::back_inserter(text);
  fmt::format_to(to, "  {:<48} {:>7} {:>13}\n", "", "greedy", "beam of four");
  json kinds = json::array();
  for (const TranslationScore& score : scores) {
    fmt::format_to(
        to, "  {:<48} {:>7.1f} {:>13.1f}\n",
        name_of(score.language) + (score.has_held_out_pairs ? ", adjectives on nouns never seen with them" : ""),
        100 * share(score.greedy, score.count), 100 * share(score.beam, score.count));
    json wrong = json::array();
    for (const TranslationScore::Wrong& each : score.wrong)
      wrong.push_back({{"english", each.english}, {"wanted", each.wanted}, {"written", each.written}});
    kinds.push_back({{"language", name_of(score.language)},
                     {"held_out_pairs", score.has_held_out_pairs},
                     {"count", score.count},
                     {"exact_greedy", share(score.greedy, score.count)},
                     {"exact_beam", share(score.beam, score.count)},
                     {"wrong", wrong}});
  }
  for (const TranslationScore& score : scores) {
    for (const TranslationScore::Wrong& each : score.wrong) {
      fmt::format_to(to, "  wrong: {}\n     is: {}\n wanted: {}\n", data::written(each.english, true),
                     data::written(each.written, false), data::written(each.wanted, false));
    }
  }
  const json object = {{"model", "translator"}, {"seed", options.seed}, {"kinds", kinds}};
  return {text, object.dump(2), {}};
}

Control make_control(std::string name, std::string label, std::string help, Control::Kind kind) {
  Control control;
  control.name = std::move(name);
  control.label = std::move(label);
  control.help = std::move(help);
  control.kind = kind;
  return control;
}

Control make_choice(std::string name, std::string label, std::string help, std::vector<std::string> choices) {
  Control control = make_control(std::move(name), std::move(label), std::move(help), Control::Kind::choice);
  control.choices = std::move(choices);
  return control;
}

}  // namespace

Family translator_family() {
  Family family;
  family.name = "translator";
  family.title = "Translator";
  family.paints = false;
  family.fills_stage = true;
  family.sentence = "says English in French or Spanish, word by word";
  family.make = make_activity<TranslatorActivity>;
  family.make_task = training::make_task<training::TranslatorTask>;
  family.evaluate = evaluate;

  Control sentence = make_control("sentence", "English",
                                  "What is translated: people, animals, things, what they do, where and when. Empty: "
                                  "sentences of its own.",
                                  Control::Kind::text);
  sentence.initial_text = "The old king does not want to sell his white horse.";
  family.controls.push_back(sentence);
  family.controls.push_back(make_choice("language", "Language", "What it is said in.", {"french", "spanish"}));
  family.controls.push_back(make_choice(
      "search", "Search",
      "A beam goes on with the four best beginnings after every word; greedy takes the likeliest next word only.",
      {"beam of four", "greedy"}));
  family.controls.push_back(make_choice("attention", "Attention",
                                        "Whose looks are shown: all of the writing network, or one layer of it.",
                                        {"all layers", "first layer", "second layer"}));
  Control speed = make_control("speed", "Words per second", "How fast it is written; 0: as fast as it goes.",
                               Control::Kind::slider);
  speed.initial = 4;
  speed.minimum = 0;
  speed.maximum = 30;
  family.controls.push_back(speed);
  Control examples = make_control("examples", "Other sentences", "Goes on with sentences of its own after yours.",
                                  Control::Kind::toggle);
  examples.initial = 1;
  family.controls.push_back(examples);
  return family;
}

}  // namespace figment::studio
