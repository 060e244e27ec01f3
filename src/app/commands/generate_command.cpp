#include <fmt/format.h>

#include <cstdio>

#include "app/commands/commands.h"
#include "core/error.h"
#include "core/files.h"
#include "data/landscape.h"
#include "studio/activity.h"
#include "studio/picture_generator.h"
#include "studio/text_generator.h"

namespace figment::app {
namespace {

struct GenerateOptions {
  std::string model;
  studio::Request request;
  std::vector<std::string> classes;
  std::string out;
  std::string weights;
  std::uint64_t seed = 7319;
  int count = 0;
};

void take_class(const std::string& text, studio::PictureRequest& request) {
  const auto equals = text.find('=');
  core::require(equals != std::string::npos,
                "--class {} has no value; write --class time=sunset or --class terrain=lake", text);
  const std::string key = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  if (key == "time") {
    request.time_of_day = value == "any" ? -1 : static_cast<int>(data::parse_time_of_day(value));
  } else if (key == "terrain") {
    request.terrain = value == "any" ? -1 : static_cast<int>(data::parse_terrain(value));
  } else {
    core::fail("there is no attribute {}; choose time or terrain", key);
  }
}

int generate_pictures(runtime::Context& context, GenerateOptions options) {
  studio::PictureRequest& request = options.request.picture;
  for (const std::string& text : options.classes) take_class(text, request);
  request.seed = options.seed;
  request.count = options.count > 0 ? options.count : 8;
  studio::check(request);
  studio::PictureGenerator generator(context, studio::load_landscape_network(options.weights), request.count);
  generator.begin(request);
  ProgressBar bar("painting");
  generator.run_all([&](int row, int rows) { bar.update(static_cast<double>(row) / rows); });
  bar.finish();
  const std::vector<float> pixels = generator.read_pixels();
  const int columns = request.count <= 4 ? request.count : request.count <= 8 ? 4 : 8;
  const formats::Picture sheet = studio::contact_sheet(pixels, request.count, generator.side(), columns, 4, 8);
  const std::filesystem::path path = options.out.empty() ? options.model + ".png" : options.out;
  const formats::PngText text = {{"Software", "figment"}, {"figment", studio::to_json(options.request)}};
  formats::write_png(path, sheet, text);
  fmt::print("{} pictures are in {}\n", request.count, path.string());
  return 0;
}

int generate_text(runtime::Context& context, GenerateOptions options) {
  studio::TextRequest& request = options.request.text;
  request.options.seed = options.seed;
  studio::check(request);
  const auto tokenizer = std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories());
  studio::TextGenerator generator(context, studio::load_story_network(*tokenizer, options.weights), tokenizer);
  std::string all;
  const int count = options.count > 0 ? options.count : 1;
  for (int i = 0; i < count; ++i) {
    studio::TextRequest one = request;
    one.options.seed += static_cast<std::uint64_t>(i);
    generator.begin(one);
    std::size_t shown = 0;
    while (!generator.is_finished()) {
      const std::string text = generator.text();
      if (options.out.empty()) {
        fmt::print("{}", text.substr(shown));
        std::fflush(stdout);
      }
      shown = text.size();
      generator.run_token();
    }
    const std::string text = generator.text();
    if (options.out.empty()) fmt::print("{}\n{}", text.substr(shown), i + 1 < count ? "\n" : "");
    if (!generator.note().empty()) fmt::print(stderr, "note: {}\n", generator.note());
    all += text + "\n";
  }
  if (!options.out.empty()) {
    core::write_atomically(options.out, std::string_view(all));
    fmt::print("{} stories are in {}\n", count, options.out);
  }
  return 0;
}

void add_text_options(CLI::App& command, GenerateOptions& options) {
  for (const sampling::TextOptionInfo& info : sampling::text_options()) {
    std::string flag = "--" + std::string(info.name);
    for (char& character : flag) character = character == '_' ? '-' : character;
    command.add_option_function<double>(
        flag, [&options, &info](double value) { info.set(options.request.text.options, value); },
        std::string(info.tooltip));
  }
}

}  // namespace

void add_generate(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<GenerateOptions>();
  studio::PictureRequest& picture = options->request.picture;
  CLI::App* command = app.add_subcommand("generate", "Paints pictures (PNG) or writes text (stdout)");
  command->add_option("model", options->model, "Model (see figment list)")->required();
  command->add_option("--prompt", options->request.text.prompt, "Beginning of the text");
  command->add_option("--class", options->classes, "Attribute, such as time=sunset or terrain=lake (repeatable)");
  command->add_option("--sampler", picture.sampler, "Sampler (see figment list)")->capture_default_str();
  command->add_option("--schedule", picture.schedule, "Schedule (see figment list)")->capture_default_str();
  command->add_option("--steps", picture.steps, "Steps, 1 to 200")->capture_default_str();
  command->add_option("--guidance", picture.guidance, "Classifier-free guidance, 1 is off")->capture_default_str();
  command->add_option("--eta", picture.eta, "Fresh noise of samplers that take it, 0 to 1");
  command->add_option("--seed", options->seed, "Same seed, settings and device: same result")->capture_default_str();
  command->add_option("--count", options->count, "Pictures or stories");
  command->add_option("--tokens", options->request.text.tokens_max, "Longest story")->capture_default_str();
  command->add_option("--weights", options->weights, "Weight file (default: the shipped one)");
  command->add_option("--out", options->out, "File to write");
  add_text_options(*command, *options);
  add_common(*command, common);
  command->callback([options, &common, &run] {
    run = [options, &common] {
      const studio::Family& family = studio::family_named(options->model);
      const std::unique_ptr<runtime::Context> context = make_context(common);
      return family.paints ? generate_pictures(*context, *options) : generate_text(*context, *options);
    };
  });
}

}  // namespace figment::app
