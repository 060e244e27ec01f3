#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/commands/commands.h"
#include "app/commands/request_options.h"
#include "app/film/film_output.h"
#include "app/film/performance.h"
#include "app/film/script_player.h"
#include "app/film/stills.h"
#include "app/window_command.h"
#include "core/error.h"
#include "core/files.h"

namespace figment::app {
namespace {

constexpr double cross_fade_seconds = 0.4;  // from one scene to the next

struct FilmCommandOptions {
  RequestOptions request;
  double seconds = 10;
  int frames_per_second = 30;
  std::string model;
  std::string script;
  std::string out;
  std::string hashes;
  int sheet = 0;
  StillsOptions stills;
  std::string size = "1280x720";
  bool has_size = false;  ///< given, rather than the default
  bool has_rate = false;
};

/// The scenes: those of one model, or the tour.
std::vector<PlannedScene> plan(const FilmCommandOptions& options, int frames) {
  if (options.model.empty()) return plan_tour(studio::shown_families(), options.seconds, frames);
  studio::family_named(options.model, true);  // or says which there are
  const auto& shown = studio::shown_families();
  const auto family = std::ranges::find_if(shown, [&](const studio::Family& one) { return one.name == options.model; });
  return {{&*family, scene_of(*family), frames}};
}

/// Lets a scene grow out of the last picture of the one before.
void mix(formats::Picture& picture, const formats::Picture& before, double share) {
  if (before.pixels.size() != picture.pixels.size()) return;
  const int weight = static_cast<int>(std::lround(256 * share));
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] =
        static_cast<std::uint8_t>((weight * picture.pixels[i] + (256 - weight) * before.pixels[i]) >> 8);
  }
}

/// Films one scene. Returns its last picture.
formats::Picture film_scene(OffscreenWindow& window, const PlannedScene& planned, const studio::Request& request,
                            bool is_tour, const formats::Picture& before, FilmOutput& film) {
  const int fade_frames =
      static_cast<int>(std::lround(cross_fade_seconds / static_cast<double>(window.frame_seconds())));
  Performance performance(window, planned, request, is_tour);
  formats::Picture last;
  for (int frame = 0; frame < planned.frames; ++frame) {
    performance.advance();
    last = window.draw();
    if (frame < fade_frames) mix(last, before, static_cast<double>(frame + 1) / (fade_frames + 1));
    film.add(last);
  }
  return last;
}

void film_scenes(OffscreenWindow& window, std::vector<PlannedScene> scenes, const studio::Request& request,
                 FilmOutput& film) {
  formats::Picture last;
  ProgressBar bar("filming");
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    bar.update(static_cast<double>(i) / static_cast<double>(scenes.size()), scenes[i].family->title);
    const bool is_tour = scenes.size() > 1;
    const bool is_filmed = leave_out_if_it_fails(
        is_tour, *scenes[i].family, [&] { last = film_scene(window, scenes[i], request, is_tour, last, film); });
    if (!is_filmed && i + 1 < scenes.size()) scenes[i + 1].frames += scenes[i].frames;  // the film is as long as said
  }
  bar.finish();
}

FilmOutput make_output(const OffscreenWindow::Options& look, const FilmCommandOptions& options, int frames) {
  FilmOutputOptions output;
  output.out = options.out;
  output.hashes = options.hashes;
  output.sheet = options.sheet;
  output.width = look.width;
  output.height = look.height;
  output.frames_per_second = look.frames_per_second;
  output.frames = frames;
  output.request = look.request;
  return FilmOutput(std::move(output));
}

int finish(FilmOutput& film) {
  film.finish();
  fmt::print("{}", film.report());
  return 0;
}

int make_film(OffscreenWindow& window, const OffscreenWindow::Options& look, const FilmCommandOptions& options) {
  const int frames = std::max(1, static_cast<int>(std::lround(options.seconds * look.frames_per_second)));
  FilmOutput film = make_output(look, options, frames);
  film_scenes(window, plan(options, frames), look.request, film);
  return finish(film);
}

/// What `capture` writes goes beside the film.
std::filesystem::path captures_folder(const FilmCommandOptions& options) {
  const std::filesystem::path out = options.out;
  if (out.empty()) return std::filesystem::path(options.hashes).parent_path();
  return out.has_extension() ? out.parent_path() : out;
}

int play_script(const CommonOptions& common, const FilmCommandOptions& options, OffscreenWindow::Options look) {
  core::require(options.model.empty(), "a script says itself which models it shows; leave --model out");
  ScriptOverrides overrides;
  overrides.request = look.request;
  if (options.has_size) {
    overrides.width = look.width;
    overrides.height = look.height;
  }
  if (options.has_rate) overrides.frames_per_second = look.frames_per_second;
  const Script script = parse_script(core::read_text(options.script), studio::shown_families(), overrides);
  look.width = script.width;
  look.height = script.height;
  look.frames_per_second = script.frames_per_second;
  look.request = script.request;
  const std::unique_ptr<runtime::Context> context = make_context(common);
  FilmOutput film = make_output(look, options, script.frames);
  OffscreenWindow window(*context, studio::shown_families(), look);
  ScriptPlayer player(window, script, captures_folder(options));
  ProgressBar bar("filming");
  while (!player.is_over()) {
    player.advance();
    film.add(window.draw());
    bar.update(static_cast<double>(film.frame_count()) / script.frames);
  }
  bar.finish();
  if (player.captures() > 0) fmt::print("{} captures are beside it\n", player.captures());
  return finish(film);
}

int make_all_stills(OffscreenWindow& window, const OffscreenWindow::Options& look, FilmCommandOptions options) {
  options.seconds = 3600;  // no family is left out
  const int frames = static_cast<int>(scene_seconds) * look.frames_per_second;
  std::vector<PlannedScene> scenes = plan(options, frames);
  for (PlannedScene& planned : scenes) planned.frames = frames;
  ProgressBar bar("posing");
  make_stills(window, scenes, look.request, options.stills, [&](double share) { bar.update(share); });
  bar.finish();
  for (const auto& folder : {options.stills.folder, options.stills.icons}) {
    if (!folder.empty()) fmt::print("{} pictures are in {}\n", scenes.size(), folder.string());
  }
  return 0;
}

int run_film(const CommonOptions& common, const FilmCommandOptions& options) {
  const bool has_stills = !options.stills.folder.empty() || !options.stills.icons.empty();
  core::require(has_stills || !options.out.empty() || !options.hashes.empty(),
                "say where the film is to go: --out film.mp4, or --stills FOLDER");
  core::require(!has_stills || options.out.empty(), "make either a film (--out) or stills (--stills, --icons)");
  core::require(options.seconds > 0 && options.seconds <= 3600,
                "a film of {} seconds makes no sense; choose up to 3600", options.seconds);
  core::require(options.frames_per_second >= 1 && options.frames_per_second <= 120,
                "{} frames a second make no sense; choose 1 to 120", options.frames_per_second);
  core::require(options.sheet >= 0 && options.sheet <= 200, "a sheet of {} frames makes no sense; choose 1 to 200",
                options.sheet);
  OffscreenWindow::Options look;
  parse_size(options.size, look.width, look.height);
  look.frames_per_second = options.frames_per_second;
  look.request = options.request.request();
  studio::check(look.request.picture);
  studio::check(look.request.text);
  if (!options.script.empty()) {
    core::require(!has_stills, "a script makes a film (--out), no stills");
    return play_script(common, options, std::move(look));
  }
  plan(options, 1);  // throws before anything is made if there is no such model
  const std::unique_ptr<runtime::Context> context = make_context(common);
  OffscreenWindow window(*context, studio::shown_families(), look);
  return has_stills ? make_all_stills(window, look, options) : make_film(window, look, options);
}

}  // namespace

void add_film(CLI::App& app, CommonOptions& common, Run& run) {
  const auto options = std::make_shared<FilmCommandOptions>();
  CLI::App* command = app.add_subcommand(
      "film", "Films the window without a display: the same seed or script gives the same film on one device");
  command->add_option("--script", options->script, "Plays this JSON script of a session instead of the tour");
  command->add_option("--seconds", options->seconds, "Length; short films show the first models only")
      ->capture_default_str();
  const CLI::Option* rate =
      command->add_option("--fps", options->frames_per_second, "Frames a second, 1 to 120")->capture_default_str();
  command->add_option("--model", options->model, "Shows this one only; without it, one after the other");
  command->add_option("--out", options->out,
                      "FILE.mp4 (H.264), .gif or .png (animated, for small clips), or a folder for PNG frames");
  command->add_option("--sheet", options->sheet, "Instead of a film: one PNG with so many of its frames");
  command->add_option("--hashes", options->hashes, "A text file with a hash of every frame");
  command->add_option("--stills", options->stills.folder, "Instead of a film: a folder for one PNG of each model");
  command->add_option("--icons", options->stills.icons, "Likewise: a folder for the pictures in the list of models");
  const CLI::Option* size = command->add_option("--size", options->size, "Pixels, WIDTHxHEIGHT")->capture_default_str();
  command->add_option("--speed", options->request.given.text.tokens_per_second, "Words a second")
      ->capture_default_str();
  add_request_options(*command, options->request);
  add_common(*command, common);
  command->callback([options, size, rate, &common, &run] {
    options->has_size = size->count() > 0;
    options->has_rate = rate->count() > 0;
    run = [options, &common] { return run_film(common, *options); };
  });
}

}  // namespace figment::app
