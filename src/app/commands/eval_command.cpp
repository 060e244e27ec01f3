#include <fmt/format.h>

#include "app/commands/commands.h"
#include "core/error.h"
#include "studio/family.h"

namespace figment::app {
namespace {

struct EvalOptions : studio::EvaluationOptions {
  std::string model;
  std::string sheet;
  std::vector<std::string> settings;  ///< "truncation=0.8"
  bool as_json = false;
};

int evaluate(const CommonOptions& common, EvalOptions options) {
  const studio::Family& family = studio::family_named(options.model);
  for (const std::string& setting : options.settings) studio::take_setting(options.request, family, setting);
  core::require(family.evaluate != nullptr, "{} cannot be measured", family.name);
  studio::check(options.request.picture);
  const std::unique_ptr<runtime::Context> context = make_context(common);
  ProgressBar bar("measuring " + family.name);
  const studio::Evaluation result = family.evaluate(*context, options, [&](double fraction) { bar.update(fraction); });
  bar.finish();
  if (!options.sheet.empty()) {
    core::require(!result.sheet.pixels.empty(), "{} makes no pictures; leave --sheet out", family.name);
    formats::write_png(options.sheet, result.sheet);
  }
  fmt::print("{}{}", options.as_json ? result.json : result.text, options.as_json ? "\n" : "");
  return 0;
}

}  // namespace

void add_eval(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<EvalOptions>();
  studio::PictureRequest& picture = options->request.picture;
  CLI::App* command = app.add_subcommand("eval", "Measures how good what a model makes is");
  command->add_option("model", options->model, "Model, or a judge (see figment list)")->required();
  command->add_option("--seed", options->seed, "Of the pictures or stories that it is measured on")
      ->capture_default_str();
  command->add_option("--count", options->count, "Samples to measure with (default: the model's own number)")
      ->check(CLI::Range(1, 1000000));
  command->add_option("--data", options->data, "A folder of PNG pictures or a text file to measure against");
  command->add_flag("--json", options->as_json, "Print JSON instead of a table");
  command->add_option("--weights", options->weights, "Weight file (default: the shipped one)");
  command->add_option("--judge-weights", options->judge_weights, "Weight file of the judge");
  command->add_option("--sheet", options->sheet, "PNG of some painted pictures above some real ones");
  command->add_option("--set", options->settings, "NAME=VALUE, a setting of this model; may be repeated");
  command->add_option("--sampler", picture.sampler, "Sampler (see figment list)")->capture_default_str();
  command->add_option("--schedule", picture.schedule, "Schedule (see figment list)")->capture_default_str();
  command->add_option("--steps", picture.steps, "Steps, 1 to 200")->capture_default_str();
  command->add_option("--guidance", picture.guidance, "Classifier-free guidance, 1 is off")->capture_default_str();
  command->add_option("--eta", picture.eta, "Fresh noise of samplers that take it, 0 to 1");
  add_common(*command, common);
  command->callback([options, &common, &run] { run = [options, &common] { return evaluate(common, *options); }; });
}

}  // namespace figment::app
