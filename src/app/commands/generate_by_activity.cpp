#include "app/commands/generate_by_activity.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/capture.h"
#include "app/commands/commands.h"
#include "core/error.h"
#include "core/files.h"
#include "studio/repeating_activity.h"
#include "studio/sheet_maker.h"

namespace figment::app {
namespace {

constexpr double slice_ms = 250;  // of work between two looks at the progress

void take_input(studio::Activity& activity, const ActivityGeneration& options) {
  if (options.input.empty()) {
    core::require(options.mask.empty(), "--mask says what of --input is to be made anew; give --input as well");
    return;
  }
  formats::Picture mask;
  if (!options.mask.empty()) mask = formats::read_png(options.mask);
  activity.set_input(formats::read_png(options.input), mask);
}

/// Shows a text as far as it has come; returns the number of tokens shown.
std::size_t print_words(const studio::TextView& text, std::size_t shown) {
  for (; shown < text.tokens.size(); ++shown) fmt::print("{}", text.tokens[shown].text);
  std::fflush(stdout);
  return shown;
}

int save_pictures(runtime::Context& context, const studio::Family& family, const studio::Activity& activity,
                  const ActivityGeneration& options) {
  const studio::View& view = activity.view();
  core::require(view.pictures.count > 0, "{} made no picture", family.name);
  const int factor = view.pictures.width >= 64 ? 4 : 6;
  const auto* maker = dynamic_cast<const studio::SheetMaker*>(&activity);
  const formats::Picture sheet =
      maker != nullptr ? maker->labelled_sheet() : read_pictures(context.device(), view.pictures, factor);
  const std::filesystem::path path = options.out.empty() ? std::filesystem::path(family.name + ".png") : options.out;
  formats::write_png(path, sheet,
                     formats::PngText{{"Software", "figment"}, {request_keyword, studio::to_json(options.request)}});
  fmt::print("{} pictures are in {}\n", view.pictures.count, path.string());
  return 0;
}

int save_text(const studio::View& view, const ActivityGeneration& options) {
  if (!view.text.note.empty()) fmt::print(stderr, "note: {}\n", view.text.note);
  if (options.out.empty()) {
    fmt::print("\n");
    return 0;
  }
  std::string text;
  for (const studio::TextToken& token : view.text.tokens) text += token.text;
  core::write_atomically(options.out, std::string_view(text + "\n"));
  fmt::print("the text is in {}\n", options.out.string());
  return 0;
}

}  // namespace

int generate_by_activity(runtime::Context& context, const studio::Family& family, const ActivityGeneration& options) {
  studio::check(options.request, family);
  const std::unique_ptr<studio::Activity> activity = family.make(context, options.request);
  take_input(*activity, options);
  studio::finish_loading(*activity);
  const bool streams = !family.paints && options.out.empty();
  ProgressBar bar(family.paints ? "painting" : "writing");
  std::size_t shown = 0;
  while (!activity->is_finished()) {
    activity->advance(slice_ms);
    context.device().wait_idle();
    core::require(activity->view().error.empty(), "{}", activity->view().error);
    if (streams) {
      shown = print_words(activity->view().text, shown);
    } else {
      bar.update(static_cast<double>(activity->view().fraction));
    }
  }
  bar.finish();
  if (streams) print_words(activity->view().text, shown);
  return family.paints ? save_pictures(context, family, *activity, options) : save_text(activity->view(), options);
}

}  // namespace figment::app
