#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

struct Hint {
  const char* title;
  const char* text;
  Rect Layout::*about;
};

constexpr std::array<Hint, 4> hints{{
    {"Everything here is alive",
     "Click a model to start it, click it again to stop it. The plus at its right puts it beside the first one.",
     &Layout::models},
    {"Every control acts at once",
     "What you change here is in the next frame. Rest the mouse on anything to read what it is; Ctrl Z takes it back.",
     &Layout::controls},
    {"The stage answers to the mouse",
     "Draw, drag, click a word. Drag the bar below the pictures to go back to a step, change something there, and go "
     "on.",
     &Layout::stage},
    {"Keep what you like, and watch it learn",
     "F12 saves the pictures with all settings inside, F10 films. T trains the model on show. F1 lists every key.",
     &Layout::transport},
}};

const Hint* hint_of(const State& state) {
  return state.hint >= 0 && state.hint < static_cast<int>(hints.size()) ? &hints[static_cast<std::size_t>(state.hint)]
                                                                        : nullptr;
}

void finish(State& state) {
  state.hint = -1;
  state.has_seen_hints = true;
}

}  // namespace

Rect place_hint(const State& state) {
  const Hint* hint = hint_of(state);
  if (hint == nullptr) return {};
  const Style& style = state.style();
  Rect about = state.layout.*(hint->about);
  if (about.is_empty()) about = state.layout.words;
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float gap = style.px(16);
  Rect area{0, 0, std::min(style.px(330), screen.x - 2 * gap), style.px(150)};
  if (about.x < screen.x * 0.1F) {
    area.x = about.x + about.width + gap;  // at its right
    area.y = about.y + gap;
  } else if (about.x + about.width > screen.x - gap) {
    area.x = about.x - area.width - gap;  // at its left
    area.y = std::min(about.y + gap, screen.y - area.height - gap);
  } else {
    area.x = about.x + (about.width - area.width) / 2;
    area.y = about.y + (about.height - area.height) / 2;
  }
  area.x = std::floor(std::clamp(area.x, gap, std::max(screen.x - area.width - gap, gap)));
  area.y = std::floor(std::clamp(area.y, gap, std::max(screen.y - area.height - gap, gap)));
  return area;
}

bool draw_hints_panel(State& state) {
  const Hint* hint = hint_of(state);
  if (hint == nullptr) return false;
  const Style& style = state.style();
  const Rect& about = (state.layout.*(hint->about)).is_empty() ? state.layout.words : state.layout.*(hint->about);
  ImGui::GetForegroundDrawList()->AddRect({about.x + style.px(2), about.y + style.px(2)},
                                          {about.x + about.width - style.px(2), about.y + about.height - style.px(2)},
                                          color::accent, style.px(8), 0, style.scale * 2);
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted(hint->title);
  ImGui::PopFont();
  ImGui::Dummy({0, style.px(2)});
  ImGui::TextWrapped("%s", hint->text);
  ImGui::Dummy({0, style.px(6)});
  const bool is_last = state.hint + 1 == static_cast<int>(hints.size());
  const float width = style.px(92);
  if (state.widgets.button(is_last ? "Begin###hint" : "Next###hint", width, true,
                           is_last ? "Closes the hints; F1 has them again." : "The next of four hints.")) {
    is_last ? finish(state) : void(++state.hint);
  }
  if (!is_last) {
    ImGui::SameLine(0, style.px(6));
    if (state.widgets.button("Skip###skip", width, false, "Closes the hints; F1 has them again.")) finish(state);
  }
  const std::string count = fmt::format("{} of {}", std::max(state.hint, 0) + 1, hints.size());
  ImGui::SameLine(ImGui::GetContentRegionMax().x - text_size(style.fonts.small, count).x);
  draw_text(*ImGui::GetWindowDrawList(), style.fonts.small,
            {ImGui::GetCursorScreenPos().x, ImGui::GetCursorScreenPos().y + style.px(6)}, color::dim, count);
  ImGui::NewLine();
  return false;
}

}  // namespace figment::app
