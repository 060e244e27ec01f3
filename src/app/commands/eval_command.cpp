#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands/commands.h"
#include "core/error.h"
#include "data/landscape.h"
#include "studio/evaluate_pictures.h"
#include "studio/evaluate_text.h"

namespace figment::app {
namespace {

using nlohmann::json;

struct EvalOptions {
  std::string model;
  studio::PictureRequest request;
  std::uint64_t seed = 1;
  std::int64_t count = 0;
  std::string data;
  std::string weights;
  std::string judge_weights;
  std::string sheet;
  bool as_json = false;
};

constexpr std::int64_t default_pictures = 480;

double percent(double share) { return 100.0 * share; }

json to_json(const studio::Agreement& agreement) {
  return {{"both", agreement.both}, {"time_of_day", agreement.time_of_day}, {"terrain", agreement.terrain}};
}

json to_json(const studio::PictureDistance& distance) {
  return {{"precision", distance.neighbours.precision},
          {"recall", distance.neighbours.recall},
          {"frechet", distance.frechet}};
}

json to_json(const studio::DiffusionEvaluation& result, const EvalOptions& options) {
  json classes = json::array();
  for (std::size_t i = 0; i < result.by_class.size(); ++i) {
    json row = to_json(result.by_class[i]);
    row["class"] = fmt::format("{} {}", data::time_of_day_names[i / data::terrain_names.size()],
                               data::terrain_names[i % data::terrain_names.size()]);
    classes.push_back(row);
  }
  return {{"model", "diffusion"},
          {"seed", options.seed},
          {"sampler", options.request.sampler},
          {"schedule", options.request.schedule},
          {"steps", options.request.steps},
          {"guidance", options.request.guidance},
          {"pictures", result.made},
          {"compared_with", result.real},
          {"data", options.data.empty() ? "held-out landscapes" : options.data},
          {"as_asked", to_json(result.as_asked)},
          {"judge_accuracy", to_json(result.judge)},
          {"made_to_real", to_json(result.distance)},
          {"real_to_real", to_json(result.real_distance)},
          {"by_class", classes},
          {"seconds_painting", result.seconds_painting}};
}

void print_classes(const studio::DiffusionEvaluation& result) {
  fmt::print("\n  as asked, %    ");
  for (const std::string_view terrain : data::terrain_names) fmt::print(" {:>9}", terrain);
  for (std::size_t time = 0; time < data::time_of_day_names.size(); ++time) {
    fmt::print("\n    {:<13}", data::time_of_day_names[time]);
    for (std::size_t terrain = 0; terrain < data::terrain_names.size(); ++terrain) {
      fmt::print(" {:>9.0f}", percent(result.by_class[time * data::terrain_names.size() + terrain].both));
    }
  }
  fmt::print("\n");
}

void print(const studio::DiffusionEvaluation& result, const EvalOptions& options) {
  const auto agreement_row = [](std::string_view name, const studio::Agreement& agreement) {
    fmt::print("  {:<34} {:>8.1f} {:>8.1f} {:>8.1f}\n", name, percent(agreement.both), percent(agreement.time_of_day),
               percent(agreement.terrain));
  };
  const auto distance_row = [](std::string_view name, const studio::PictureDistance& distance) {
    fmt::print("  {:<34} {:>9.3f} {:>8.3f} {:>10.3f}\n", name, distance.neighbours.precision,
               distance.neighbours.recall, distance.frechet);
  };
  const bool own_data = !options.data.empty();
  fmt::print("diffusion: {} pictures of 24 classes ({}, {}, {} steps, guidance {}, seed {}), painted in {:.0f} s\n\n",
             result.made, options.request.sampler, options.request.schedule, options.request.steps,
             options.request.guidance, options.seed, result.seconds_painting);
  fmt::print("  {:<34} {:>8} {:>8} {:>8}\n", "what the judge sees is right, %", "both", "time", "terrain");
  agreement_row("painted pictures", result.as_asked);
  agreement_row("landscapes that it has not seen", result.judge);
  print_classes(result);
  fmt::print("\n  {:<34} {:>9} {:>8} {:>10}\n",
             fmt::format("beside {} {}", result.real, own_data ? "pictures of your own" : "unseen landscapes"),
             "precision", "recall", "Fréchet");
  distance_row("painted pictures", result.distance);
  distance_row(own_data ? "figment's landscapes" : "other unseen landscapes", result.real_distance);
}

/// Painted pictures above, real ones below.
void write_sheet(const studio::DiffusionEvaluation& result, const std::string& path) {
  constexpr int columns = 12;
  constexpr int side = studio::PictureSet::side;
  std::vector<float> pixels = result.made_pictures.pixels;
  const auto row_floats = static_cast<std::size_t>(columns * side * side * 3);
  pixels.resize((pixels.size() + row_floats - 1) / row_floats * row_floats, -1.0F);
  pixels.insert(pixels.end(), result.real_pictures.pixels.begin(), result.real_pictures.pixels.end());
  const int count = static_cast<int>(pixels.size() / static_cast<std::size_t>(side * side * 3));
  formats::write_png(path, studio::contact_sheet(pixels, count, side, columns, 2, 4));
}

int eval_diffusion(runtime::Context& context, EvalOptions options) {
  studio::DiffusionEvaluationOptions settings;
  options.request.seed = options.seed;
  settings.request = options.request;
  settings.count = options.count > 0 ? options.count : default_pictures;
  settings.data = options.data;
  settings.weights = options.weights;
  settings.judge_weights = options.judge_weights;
  ProgressBar bar("painting");
  const auto result = studio::evaluate_diffusion(context, settings, [&](double fraction) { bar.update(fraction); });
  bar.finish();
  if (!options.sheet.empty()) write_sheet(result, options.sheet);
  if (options.as_json) {
    fmt::print("{}\n", to_json(result, options).dump(2));
  } else {
    print(result, options);
  }
  return 0;
}

int eval_judge(runtime::Context& context, const EvalOptions& options) {
  core::require(options.data.empty(), "the judge is held against labels, which --data has none of; leave it out");
  const std::int64_t count = options.count > 0 ? options.count : 960;
  ProgressBar bar("judging");
  const studio::Agreement result = studio::evaluate_judge(context, count, options.seed, options.weights,
                                                          [&](double fraction) { bar.update(fraction); });
  bar.finish();
  if (options.as_json) {
    fmt::print(
        "{}\n",
        json{{"model", "judge"}, {"seed", options.seed}, {"pictures", count}, {"accuracy", to_json(result)}}.dump(2));
  } else {
    fmt::print(
        "judge: right about {} landscapes that it has not seen, in %\n  both {:.1f}, time of day {:.1f}, terrain "
        "{:.1f}\n",
        count, percent(result.both), percent(result.time_of_day), percent(result.terrain));
  }
  return 0;
}

json to_json(const studio::GptEvaluation& result, const EvalOptions& options) {
  json object = {{"model", "gpt"},
                 {"data", result.is_own_data ? options.data : "held-out stories"},
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

void print(const studio::GptEvaluation& result, const EvalOptions& options) {
  const auto row = [](std::string_view name, double value, std::string_view note = "") {
    fmt::print("  {:<42} {:>8.4f}{}{}\n", name, value, note.empty() ? "" : "  ", note);
  };
  fmt::print("gpt: {} {}, {} tokens\n", result.score.texts,
             result.is_own_data ? "texts of " + options.data : "stories that it has not seen", result.score.tokens);
  row("nats per token", result.score.nats_per_token());
  if (!result.is_own_data) {
    row("the grammar itself, on these stories", result.grammar_nats_per_token);
    row("above the grammar", result.score.nats_per_token() - result.grammar_nats_per_token);
    row("the grammar's entropy, on other stories", result.grammar.nats_per_token);
  }
  row("nats per character", result.score.nats_per_character());
  row("nats per word", result.score.nats_per_word());
  if (result.score.unknown_tokens > 0) {
    fmt::print("  {:.1f} % of the tokens are single bytes of words that the vocabulary has not\n",
               100.0 * static_cast<double>(result.score.unknown_tokens) / static_cast<double>(result.score.tokens));
  }
  if (result.skipped > 0) fmt::print("  {} stories longer than the context were left out\n", result.skipped);
}

int eval_gpt(runtime::Context& context, const EvalOptions& options) {
  studio::GptEvaluationOptions settings;
  settings.seed = options.seed;
  settings.count = options.count;
  settings.data = options.data;
  settings.weights = options.weights;
  ProgressBar bar("reading");
  const auto result = studio::evaluate_gpt(context, settings, [&](double fraction) { bar.update(fraction); });
  bar.finish();
  if (options.as_json) {
    fmt::print("{}\n", to_json(result, options).dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print(result, options);
  }
  return 0;
}

int evaluate(const CommonOptions& common, const EvalOptions& options) {
  const auto command = options.model == "diffusion" ? eval_diffusion
                       : options.model == "judge"
                           ? [](runtime::Context& context, EvalOptions given) { return eval_judge(context, given); }
                           : [](runtime::Context& context, EvalOptions given) { return eval_gpt(context, given); };
  core::require(options.model == "diffusion" || options.model == "judge" || options.model == "gpt",
                "there is no model named {} to evaluate; choose diffusion, gpt or judge", options.model);
  studio::PictureRequest request = options.request;
  request.count = 1;
  studio::check(request);
  const std::unique_ptr<runtime::Context> context = make_context(common);
  return command(*context, options);
}

}  // namespace

void add_eval(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<EvalOptions>();
  studio::PictureRequest& picture = options->request;
  CLI::App* command = app.add_subcommand("eval", "Measures how good what a model makes is");
  command->add_option("model", options->model, "diffusion, gpt or judge")->required();
  command->add_option("--seed", options->seed, "Of the pictures or stories that it is measured on")
      ->capture_default_str();
  command->add_option("--count", options->count, "Pictures (default 480) or stories (default 1000)")
      ->check(CLI::Range(1, 1000000));
  command->add_option("--data", options->data, "A folder of PNG pictures or a text file to measure against");
  command->add_flag("--json", options->as_json, "Print JSON instead of a table");
  command->add_option("--weights", options->weights, "Weight file (default: the shipped one)");
  command->add_option("--judge-weights", options->judge_weights, "Weight file of the judge");
  command->add_option("--sheet", options->sheet, "PNG of some painted pictures above some real ones");
  command->add_option("--sampler", picture.sampler, "Sampler (see figment list)")->capture_default_str();
  command->add_option("--schedule", picture.schedule, "Schedule (see figment list)")->capture_default_str();
  command->add_option("--steps", picture.steps, "Steps, 1 to 200")->capture_default_str();
  command->add_option("--guidance", picture.guidance, "Classifier-free guidance, 1 is off")->capture_default_str();
  command->add_option("--eta", picture.eta, "Fresh noise of samplers that take it, 0 to 1");
  add_common(*command, common);
  command->callback([options, &common, &run] { run = [options, &common] { return evaluate(common, *options); }; });
}

}  // namespace figment::app
