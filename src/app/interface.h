#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/profiler.h"
#include "app/state.h"
#include "app/workbench.h"
#include "gpu/error.h"

namespace figment::app {

/// What a person sees and can do, wherever it is drawn: the panels, and the activities behind them. The window and the
/// film put it into their images.
class Interface {
 public:
  /// Loads the fonts of `scale` into the current ImGui context and `renderer`, which both outlive it.
  Interface(runtime::Context& context, UiRenderer& renderer, const std::vector<studio::Family>& families,
            const studio::Request& request, float scale);
  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  State& state() { return state_; }
  Players& players() { return players_; }
  const Players& players() const { return players_; }
  Widgets& widgets() { return widgets_; }
  const Widgets& widgets() const { return widgets_; }
  const Style& style() const { return style_; }
  /// What build() has asked for; to be recorded before the interface is drawn.
  std::vector<PictureSheet*> sheets() const { return sheets_.requested(); }

  /// The first model that paints and the first that writes, or `model` in the place of one of them. Throws Error if
  /// there is none of that name.
  void select_models(const std::string& model);
  /// Takes another scale of the display up, or the zoom of State, if it differs; then it waits for the device.
  void follow_scale(float scale);
  /// What is on show, for Settings::models.
  std::vector<std::string> models_on_show() const;
  /// Shows these again; those that are not known are left out.
  void show_models(const std::vector<std::string>& names);
  /// Builds all panels for ImGui::GetDrawData(). ImGui's io has the time, the size and the mouse. `overlay` draws what
  /// lies over everything, if given.
  void build(const std::function<void()>& overlay = {});
  /// Does what was asked of the models and clears it; returns the rest, which is for the window.
  Actions take_actions();
  /// Hands an edited request to the models. Returns whether it differed.
  bool apply_request();
  bool is_ready() const { return !players_.has_pending() && !players_.is_loading(); }

  /// Runs `function`; an Error becomes a message on the screen, but a lost device is thrown on.
  template <typename Function>
  void guard(Function function) {
    try {
      function();
    } catch (const gpu::DeviceLost&) {
      throw;
    } catch (const std::exception& error) {
      state_.say(error.what(), true);
    }
  }

 private:
  void advance_tools();  ///< profiler and workbench

  UiRenderer& renderer_;
  Style style_;
  Widgets widgets_;
  Players players_;
  SheetPool sheets_;
  IconShelf icons_;
  State state_;
  Profiler profiler_;
  Workbench workbench_;
  studio::Request applied_;
  std::string shown_error_;
  Theme theme_ = Theme::dark;  ///< in use
};

}  // namespace figment::app
