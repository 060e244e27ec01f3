#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "app/commands/commands.h"
#include "app/commands/generate_by_activity.h"
#include "app/commands/request_options.h"
#include "core/error.h"
#include "core/files.h"
#include "studio/family.h"
#include "studio/picture_generator.h"
#include "studio/text_generator.h"
#include "training/weights.h"

namespace figment::app {
namespace {

struct GenerateOptions {
  std::string model;
  RequestOptions request;
  std::string out;
  std::string weights;
  int count = 0;
  std::vector<std::string> settings;  ///< "beta=2", of families with controls of their own
  std::string input;
  std::string mask;
  std::optional<double> strength;
};

bool is_simple(const GenerateOptions& options) {
  return options.settings.empty() && options.input.empty() && options.mask.empty() && !options.strength;
}

int generate_otherwise(runtime::Context& context, const studio::Family& family, const GenerateOptions& options) {
  training::choose_weights(family.name, options.weights);
  studio::Request request = options.request.request();
  if (options.count > 0) request.picture.count = options.count;
  for (const std::string& setting : options.settings) studio::take_setting(request, family, setting);
  if (options.strength) studio::take_setting(request, family, fmt::format("strength={}", *options.strength));
  const ActivityGeneration generation{request, options.input, options.mask, options.out};
  return generate_by_activity(context, family, generation);
}

int generate_pictures(runtime::Context& context, const GenerateOptions& options) {
  studio::Request whole = options.request.request();
  studio::PictureRequest& request = whole.picture;
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
  const formats::PngText text = {{"Software", "figment"}, {"figment", studio::to_json(whole)}};
  formats::write_png(path, sheet, text);
  fmt::print("{} pictures are in {}\n", request.count, path.string());
  return 0;
}

/// One story, printed while it is written.
void stream_story(studio::TextGenerator& generator) {
  std::size_t shown = 0;
  const auto print_rest = [&] {
    const std::string text = generator.text();
    fmt::print("{}", text.substr(shown));
    std::fflush(stdout);
    shown = text.size();
  };
  while (!generator.is_finished()) {
    print_rest();
    generator.run_token();
  }
  print_rest();
  fmt::print("\n");
}

/// Story i is the one of seed + i; several are written at once.
int generate_text(runtime::Context& context, const GenerateOptions& options) {
  constexpr int at_once = 16;
  studio::TextRequest request = options.request.request().text;
  studio::check(request);
  const auto tokenizer = studio::load_story_tokenizer(options.weights);
  const int count = options.count > 0 ? options.count : 1;
  const bool streams = count == 1 && options.out.empty();
  studio::TextGenerator generator(context, studio::load_story_network(*tokenizer, options.weights), tokenizer,
                                  std::min(count, at_once));
  std::string all;
  for (int first = 0; first < count; first += at_once) {
    generator.begin(request);
    if (streams) {
      stream_story(generator);
    } else {
      while (!generator.is_finished()) generator.run_token();
    }
    for (int row = 0; row < std::min(at_once, count - first); ++row) {
      if (options.out.empty() && !streams) fmt::print("{}{}\n", first + row > 0 ? "\n" : "", generator.text(row));
      all += generator.text(row) + "\n";
    }
    request.options.seed += at_once;
  }
  if (!generator.note().empty()) fmt::print(stderr, "note: {}\n", generator.note());
  if (!options.out.empty()) {
    core::write_atomically(options.out, std::string_view(all));
    fmt::print("{} stories are in {}\n", count, options.out);
  }
  return 0;
}

}  // namespace

void add_generate(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = app.add_subcommand("generate", "Paints pictures (PNG) or writes text (stdout)");
  command->add_option("model", options->model, "Model (see figment list)")->required();
  command->add_option("--count", options->count, "Pictures or stories");
  command->add_option("--set", options->settings, "A setting of this model, NAME=VALUE (repeatable)");
  command->add_option("--input", options->input, "PNG to work on, for models that take one");
  command->add_option("--mask", options->mask, "PNG, white where --input is to be made anew");
  command->add_option("--strength", options->strength, "How much of --input is made anew, 0 to 1 (as --set strength=)");
  command->add_option("--weights", options->weights, "Weight file (default: the shipped one)");
  command->add_option("--out", options->out, "File to write");
  add_request_options(*command, options->request);
  add_common(*command, common);
  command->callback([options, &common, &run] {
    run = [options, &common] {
      const studio::Family& family = studio::family_named(options->model, true);
      const std::unique_ptr<runtime::Context> context = make_context(common);
      // These two have ways of their own, with other weights and several stories.
      if (family.name == "diffusion" && is_simple(*options)) return generate_pictures(*context, *options);
      if (family.name == "gpt" && is_simple(*options)) return generate_text(*context, *options);
      return generate_otherwise(*context, family, *options);
    };
  });
}

}  // namespace figment::app
