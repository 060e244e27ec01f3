// What the window keeps: pictures, films, short clips, scripts.
#include "app/frame_loop.h"
#include "core/files.h"

namespace figment::app {

namespace {

constexpr int clip_rate = 15;  // of a GIF of the stage, frames a second
constexpr double clip_seconds = 4;
constexpr int clip_side_most = 720;  // pixels

}  // namespace

void FrameLoop::capture() {
  interface_.guard([&] {
    const studio::View* view = players_.painter().view();
    core::require(view != nullptr, "There are no pictures to save; start a model that paints.");
    const studio::SheetMaker* maker = sheet_maker_of(players_);
    const formats::Picture picture =
        maker != nullptr ? maker->labelled_sheet() : read_pictures(device_, view->pictures);
    const auto path = write_capture(options_.capture_dir, players_.painter().family->name, picture, state_.request);
    state_.say("Saved " + path.string());
  });
}

void FrameLoop::save_trace() {
  interface_.guard([&] {
    const auto path = options_.capture_dir / ("figment-trace-" + date_for_name() + ".json");
    trace().save(path);
    state_.say("Saved " + path.string() + "; open it at ui.perfetto.dev.");
  });
}

/// `figment-<date>.<extension>` in the folder of captures, of a name that is not taken.
std::filesystem::path FrameLoop::capture_path(const char* extension) const {
  const std::string stem = "figment-" + date_for_name();
  std::filesystem::path path = options_.capture_dir / (stem + extension);
  std::error_code error;
  for (int i = 2; std::filesystem::exists(path, error); ++i) {
    path = options_.capture_dir / fmt::format("{}-{}{}", stem, i, extension);
  }
  return path;
}

void FrameLoop::toggle_film() {
  if (film_ && state_.is_filming) return stop_film();
  if (film_) return state_.say("The film is being written; wait a moment.");
  interface_.guard([&] {
    film_ = std::make_unique<Film>(capture_path(".mp4"), state_.request);
    clip_ = false;
    state_.is_filming = true;
    state_.say("Filming; F10 ends it.");
  });
}

void FrameLoop::make_clip() {
  if (film_ && !clip_ && state_.is_filming) return state_.say("F10 ends the film first.");
  if (film_)
    return state_.say(clip_ ? "A GIF is being made; wait a moment." : "The film is being written; wait a moment.");
  interface_.guard([&] {
    const Layout& layout = state_.layout;
    const Rect& stage = layout.stage.is_empty() ? layout.words : layout.stage;
    const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
    FilmShape shape;
    shape.frames_per_second = clip_rate;
    shape.seconds_most = clip_seconds;
    shape.side_most = clip_side_most;
    shape.area = {stage.x * scale.x, stage.y * scale.y, stage.width * scale.x, stage.height * scale.y};
    film_ = std::make_unique<Film>(capture_path(".gif"), state_.request, shape);
    clip_ = true;
    state_.is_filming = true;
    state_.message.until = 0;  // it would be in the clip
  });
}

/// The file is completed on another thread, and a clip ends by itself.
void FrameLoop::follow_film() {
  if (!film_) return;
  if (film_->is_done()) return end_film();
  if (film_->is_full() && state_.is_filming) stop_film();
  const bool have_all_come = !film_->awaits_frames() || drawn_frames_ > film_stopped_ + 2;
  if (!state_.is_filming && have_all_come) film_->end();
}

/// No further frame is taken; follow_film() says when the file is there.
void FrameLoop::stop_film() {
  film_->stop();
  film_stopped_ = drawn_frames_;
  state_.is_filming = false;
}

void FrameLoop::end_film() {
  interface_.guard([&] {
    if (!film_->is_done()) presenter_.flush();
    state_.say("Saved " + film_->finish().string());
  });
  film_.reset();
  clip_ = false;
  state_.is_filming = false;
  window_.touch();
}

void FrameLoop::toggle_script() {
  interface_.guard([&] {
    if (!script_) {
      const VkExtent2D size = window_.pixels();
      script_ = std::make_unique<ScriptRecorder>(state_, static_cast<int>(size.width), static_cast<int>(size.height),
                                                 ImGui::GetTime());
      state_.say("What you do is written down as a script; F9 ends it.");
    } else {
      const std::filesystem::path path = capture_path(".json");
      core::write_atomically(path, std::string_view(script_->to_json(ImGui::GetTime())));
      state_.say(fmt::format("Saved {}; figment film --script plays it.", path.string()));
      script_.reset();
    }
  });
  state_.is_writing_script = script_ != nullptr;
}

void FrameLoop::note_for_script(const Actions& actions) {
  if (script_) script_->note(state_, actions, ImGui::GetTime());
  state_.strokes.clear();
  if (actions.toggle_script || (script_ && script_->is_full())) toggle_script();
}

}  // namespace figment::app
