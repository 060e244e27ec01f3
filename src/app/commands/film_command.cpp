#include <fmt/format.h>

#include <cmath>

#include "app/commands/commands.h"
#include "app/commands/film_scene.h"
#include "app/commands/request_options.h"
#include "app/window_command.h"
#include "core/error.h"
#include "formats/film.h"

namespace figment::app {
namespace {

constexpr int frames_per_second = 30;

struct FilmCommandOptions {
  RequestOptions request;
  double seconds = 10;
  std::string out;
  std::string size = "1280x720";
};

int make_film(const CommonOptions& common, const FilmCommandOptions& options) {
  FilmSceneOptions scene_options;
  scene_options.request = options.request.request();
  parse_size(options.size, scene_options.width, scene_options.height);
  core::require(options.seconds > 0 && options.seconds <= 3600,
                "a film of {} seconds makes no sense; choose up to 3600", options.seconds);
  const std::unique_ptr<runtime::Context> context = make_context(common);
  scene_options.device = context->device().info().name;
  FilmScene scene(*context, scene_options);
  formats::FilmOptions film_options;
  film_options.title = "figment";
  film_options.comment = studio::to_json(scene_options.request);
  formats::FilmWriter film(options.out, scene_options.width, scene_options.height, frames_per_second, film_options);
  const auto frames = static_cast<std::int64_t>(std::max(1.0, std::round(options.seconds * frames_per_second)));
  ProgressBar bar("filming");
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    film.add_frame(scene.next_frame());
    bar.update(static_cast<double>(frame + 1) / static_cast<double>(frames));
  }
  film.finish();
  bar.finish();
  fmt::print("{} frames of {}x{} ({:.1f} s) are in {}\n", frames, scene_options.width, scene_options.height,
             static_cast<double>(frames) / frames_per_second, options.out);
  return 0;
}

}  // namespace

void add_film(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<FilmCommandOptions>();
  CLI::App* command = app.add_subcommand("film", "Films the demo without a display: the same seed gives the same film");
  command->add_option("--seconds", options->seconds, "Length")->capture_default_str();
  command->add_option("--out", options->out, "FILE.mp4 (H.264), or a folder for PNG frames")->required();
  command->add_option("--size", options->size, "Pixels, WIDTHxHEIGHT")->capture_default_str();
  command->add_option("--speed", options->request.given.text.tokens_per_second, "Words a second")
      ->capture_default_str();
  add_request_options(*command, options->request);
  add_common(*command, common);
  command->callback([options, &common, &run] { run = [options, &common] { return make_film(common, *options); }; });
}

}  // namespace figment::app
