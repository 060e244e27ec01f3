#include "app/sheet_saver.h"

#include "app/capture.h"
#include "core/error.h"

namespace figment::app {

const studio::SheetMaker* sheet_maker_of(const Players& players) {
  return dynamic_cast<const studio::SheetMaker*>(players.painter().activity.get());
}

void SheetSaver::ask(State& state) {
  const studio::SheetMaker* maker = sheet_maker_of(state.players);
  core::require(maker != nullptr, "The sampler laboratory has a labelled grid; choose it at the left, then press G.");
  maker->ask_for_grid(state.request);
  state.is_paused = false;
  waits_ = true;
  if (!maker->is_grid_complete()) state.say("The grid is saved as soon as it is complete.");
}

void SheetSaver::follow(State& state, const std::filesystem::path& folder) {
  if (!waits_) return;
  const studio::SheetMaker* maker = sheet_maker_of(state.players);
  const studio::View* view = state.players.painter().view();
  if (maker == nullptr || view == nullptr || !view->error.empty()) {
    waits_ = false;
    return;
  }
  if (!maker->is_grid_complete()) return;
  waits_ = false;
  const auto path = write_capture(folder, state.players.painter().family->name, maker->labelled_sheet(), state.request);
  state.say("Saved " + path.string());
}

}  // namespace figment::app
