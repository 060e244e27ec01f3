#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "studio/evaluate_text.h"
#include "studio/family.h"
#include "studio/gpt_activity.h"
#include "training/gpt_task.h"

namespace figment::studio {
namespace {

using nlohmann::json;

json to_json(const GptEvaluation& result, const EvaluationOptions& options) {
  json object = {{"model", "gpt"},
                 {"data", result.is_own_data ? options.data.string() : "held-out stories"},
                 {"texts", result.score.texts},
                 {"tokens", result.score.tokens},
                 {"unknown_tokens", result.score.unknown_tokens},
                 {"characters", result.score.characters},
                 {"words", result.score.words},
                 {"nats_per_token", result.score.nats_per_token()},
                 {"nats_per_character", result.score.nats_per_character()},
                 {"nats_per_word", result.score.nats_per_word()}};
  if (!result.is_own_data) {
    object["seed"] = options.seed;
    object["grammar_nats_per_token"] = result.grammar_nats_per_token;
    object["above_grammar"] = result.score.nats_per_token() - result.grammar_nats_per_token;
    object["grammar_entropy_nats_per_token"] = result.grammar.nats_per_token;
    object["tokens_per_story"] = result.grammar.tokens_per_story;
    object["skipped"] = result.skipped;
  }
  return object;
}

std::string to_text(const GptEvaluation& result, const EvaluationOptions& options) {
  std::string out;
  const auto row = [&out](std::string_view name, double value, std::string_view note = "") {
    fmt::format_to(std::back_inserter(out), "  {:<42} {:>8.4f}{}{}\n", name, value, note.empty() ? "" : "  ", note);
  };
  fmt::format_to(std::back_inserter(out), "gpt: {} {}, {} tokens\n", result.score.texts,
                 result.is_own_data ? "texts of " + options.data.string() : "stories that it has not seen",
                 result.score.tokens);
  row("nats per token", result.score.nats_per_token());
  if (!result.is_own_data) {
    row("the grammar itself, on these stories", result.grammar_nats_per_token);
    row("above the grammar", result.score.nats_per_token() - result.grammar_nats_per_token);
    row("the grammar's entropy, on other stories", result.grammar.nats_per_token);
  }
  row("nats per character", result.score.nats_per_character());
  row("nats per word", result.score.nats_per_word());
  if (result.score.unknown_tokens > 0) {
    fmt::format_to(std::back_inserter(out),
                   "  {:.1f} % of the tokens are single bytes of words that the vocabulary has not\n",
                   100.0 * static_cast<double>(result.score.unknown_tokens) / static_cast<double>(result.score.tokens));
  }
  if (result.skipped > 0)
    fmt::format_to(std::back_inserter(out), "  {} stories longer than the context were left out\n", result.skipped);
  return out;
}

Evaluation evaluate(runtime::Context& context, const EvaluationOptions& options, const EvaluationProgress& progress) {
  GptEvaluationOptions settings;
  settings.seed = options.seed;
  settings.count = options.count;
  settings.data = options.data;
  settings.weights = options.weights;
  const GptEvaluation result = evaluate_gpt(context, settings, progress);
  return {to_text(result, options), to_json(result, options).dump(2, ' ', false, json::error_handler_t::replace), {}};
}

}  // namespace

Family gpt_family() {
  Family family;
  family.name = "gpt";
  family.title = "GPT";
  family.paints = false;
  family.fills_stage = false;
  family.sentence = "writes stories, word by word";
  family.make = make_activity<GptActivity>;
  family.make_task = training::make_task<training::GptTask>;
  family.evaluate = evaluate;
  family.controls = {{.name = "stories",
                      .label = "Stories at once",
                      .help = "Written side by side, each from a seed of its own; only a single story can be led",
                      .kind = Control::Kind::whole_number,
                      .initial = 1,
                      .minimum = 1,
                      .maximum = 8}};
  return family;
}

}  // namespace figment::studio
