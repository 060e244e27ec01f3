#include "app/keys.h"
#include "app/panels/panels.h"

namespace figment::app {

bool draw_help_panel(State& state) {
  const Style& style = state.style();
  ImGui::PushFont(style.fonts.bold);
  ImGui::TextUnformatted("Keys");
  ImGui::PopFont();
  ImGui::Dummy({0, style.px(2)});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const Key& key : keys()) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = text_size(style.fonts.mono, key.name).x + style.px(12);
    const float height = style.fonts.mono->FontSize + style.px(7);
    list.AddRectFilled(at, {at.x + width, at.y + height}, color::line, style.px(4));
    draw_text(list, style.fonts.mono, {at.x + style.px(6), at.y + style.px(3)}, color::text, key.name);
    draw_text(list, style.fonts.regular, {at.x + style.px(84), at.y + style.px(2)}, color::text, key.meaning);
    ImGui::Dummy({width, height});
  }
  ImGui::Dummy({0, style.px(4)});
  ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
  ImGui::TextWrapped(
      "Rest the mouse on anything to read what it is. Double-click a slider to type a number. Drag the bar below the "
      "pictures to go to a step, change something there, and go on from it; click a word to write on from there. Drop "
      "a PNG that figment saved on the window to have its settings back.");
  ImGui::PopStyleColor();
  if (ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered() && ImGui::IsWindowFocused()) state.shows_help = false;
  return false;
}

}  // namespace figment::app
