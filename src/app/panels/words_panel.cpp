#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/panels/typesetter.h"
#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

constexpr float share_of_text = 0.3F;  ///< of the panel's height, where parts are below it

/// What the mouse says about a token.
void draw_probability(const State& state, const studio::TextToken& token, bool takes_pointer) {
  std::vector<ReadOut> lines;
  if (token.is_prompt) {
    lines.push_back({"given, not chosen", 0});
  } else {
    const int digits = token.probability < 0.01F ? 2 : token.probability < 0.1F ? 1 : 0;
    lines.push_back({fmt::format("chosen at {:.{}f} %", 100 * token.probability, digits), tint_of(token.probability)});
  }
  if (takes_pointer) lines.push_back({"click to go back here", 0});
  draw_read_out(state.style(), lines);
}

void draw_text_view(State& state, const studio::TextView& text, float width, float height) {
  // Where the mouse was a frame ago: the text must be set before it is known what is under the mouse.
  int& lit = state.word_under_mouse;
  ImGui::BeginChild("text", {width, height}, false, ImGuiWindowFlags_NoBackground);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  Typesetter setter(state.style(), start, ImGui::GetContentRegionAvail().x - state.style().px(12));
  for (std::size_t i = 0; i < text.tokens.size(); ++i) setter.token(text.tokens[i], static_cast<int>(i) == lit);
  if (!text.is_complete) setter.caret();
  const float used = std::max(setter.height(), ImGui::GetContentRegionAvail().y);
  PartHits hits{{start.x, start.y, ImGui::GetContentRegionAvail().x, used}, setter.pieces(), {}};
  const bool is_over = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  lit = -1;
  for (std::size_t i = 0; is_over && i < hits.items.size(); ++i) {
    if (contains(hits.items[i], ImGui::GetIO().MousePos)) lit = setter.token_of(static_cast<int>(i));
  }
  if (lit >= 0) draw_probability(state, text.tokens[static_cast<std::size_t>(lit)], text.takes_pointer);
  if (text.takes_pointer) {
    follow_mouse(state, "words", "words", 0, hits, [&](studio::PointerEvent event) {
      event.item = setter.token_of(event.item);
      if (event.phase == studio::PointerEvent::Phase::press && event.item >= 0) state.players.point(false, event);
    });
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({1, setter.height()});
  // New words scroll into sight, but a person may scroll back while the text rests.
  const auto version = static_cast<int>(text.version);
  if (version != state.words_scrolled_version && !is_over) ImGui::SetScrollHereY(1.0F);
  state.words_scrolled_version = version;
  ImGui::EndChild();
}

void draw_legend(const State& state, const studio::View& view, float width) {
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImVec2 at = ImGui::GetCursorScreenPos();
  const float right = at.x + width;
  const auto word = [&](std::string_view value) {
    draw_line_of_text(list, font, at, std::max(right - at.x, 1.0F), color::faint, value);
    at.x += text_size(font, value).x + style.px(6);
  };
  const auto patch = [&](float probability) {
    const float side = font->FontSize - style.px(2);
    list.AddRectFilled({at.x, at.y + 1}, {at.x + side, at.y + 1 + side}, tint_of(probability), style.px(2));
    at.x += side + style.px(6);
  };
  word("likely");
  patch(1.0F);
  patch(0.1F);
  patch(0.005F);
  word("surprising");
  at.x += style.px(8);
  std::string note = fmt::format("{} tokens", view.text.tokens.size());
  if (view.rate > 0) note += fmt::format(" · {:.0f} {}", view.rate, view.rate_unit);
  if (!view.text.note.empty()) note += " · " + view.text.note;
  if (view.text.takes_pointer) note += " · click a word to go back there, click a bar to choose it";
  word(note);
}

void draw_bars(State& state, const studio::View& view, const Rect& area) {
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = font->FontSize + style.px(6);
  draw_line_of_text(list, font, top_left(area), area.width, color::dim, view.bars.title);
  studio::ViewPart part;
  part.takes_pointer = view.text.takes_pointer;
  PartCanvas canvas{state, part, "bars", area, false};
  canvas.area.y += line;
  // As many as there is room for, the likeliest first.
  const float row = font->FontSize + style.px(4);
  studio::BarsView bars = view.bars;
  const bool has_note = area.height > line * 2 + row * static_cast<float>(bars.bars.size());
  const float room = area.height - line - (has_note ? line : 0);
  const auto fits = static_cast<std::size_t>(std::max(room / row, 0.0F));
  if (bars.bars.size() > fits) bars.bars.resize(fits);
  if (bars.bars.empty()) return;
  canvas.area.height = row * static_cast<float>(bars.bars.size());
  canvas.is_hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  const PartHits hits = draw_content(canvas, bars);
  if (has_note) {
    draw_line_of_text(list, font, {area.x, canvas.area.y + canvas.area.height + style.px(2)}, area.width, color::faint,
                      bars.note);
  }
  if (!part.takes_pointer) return;
  follow_mouse(state, "bars", "bars", 0, hits, [&](const studio::PointerEvent& event) {
    if (event.phase == studio::PointerEvent::Phase::press) state.players.point(false, event);
  });
}

void draw_wrapped(ImU32 tint, const std::string& text) {
  ImGui::PushStyleColor(ImGuiCol_Text, tint);
  ImGui::TextWrapped("%s", text.c_str());
  ImGui::PopStyleColor();
}

/// While kernels are being prepared: how far that is.
void draw_loading(const State& state, const studio::View& view) {
  const Style& style = state.style();
  draw_wrapped(color::dim, view.sentence);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = std::min(style.px(320), ImGui::GetContentRegionAvail().x);
  const float thickness = style.px(4);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = at.y + style.px(6);
  list.AddRectFilled({at.x, y}, {at.x + width, y + thickness}, color::control_hovered, thickness / 2);
  list.AddRectFilled({at.x, y}, {at.x + std::max(width * view.loading, thickness), y + thickness}, color::accent,
                     thickness / 2);
  ImGui::Dummy({width, style.px(16)});
}

}  // namespace

bool draw_words_panel(State& state) {
  const Style& style = state.style();
  const Player& player = state.players.writer();
  const studio::View* view = player.view();
  if (view == nullptr) {
    const std::string title = player.family != nullptr ? player.family->title : "";
    draw_wrapped(color::dim, player.is_pending ? fmt::format("Loading {} ...", title) : player.error);
    return false;
  }
  const ImVec2 whole = ImGui::GetContentRegionAvail();
  // Alone on the stage there is room for more than the text.
  const bool has_parts = !view->parts.empty() && whole.y > style.px(460);
  const ImVec2 area{whole.x, has_parts ? std::floor(whole.y * share_of_text) : whole.y};
  const bool has_bars = !view->bars.bars.empty() && area.x > style.px(420) && !has_parts;
  const float bars = has_bars ? std::min(style.px(300), area.x * 0.36F) : 0.0F;
  const float text = area.x - bars - (has_bars ? style.px(24) : 0.0F);
  const float legend = style.fonts.small->FontSize + style.px(6);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::BeginGroup();
  if (!view->error.empty()) draw_wrapped(color::warning, view->error);
  if (view->loading < 1) draw_loading(state, *view);
  if (!view->text.tokens.empty() || view->loading >= 1) {
    const float used = ImGui::GetCursorScreenPos().y - start.y;
    draw_text_view(state, view->text, text, std::max(area.y - used - legend, style.px(24)));
    draw_legend(state, *view, text);
  }
  ImGui::EndGroup();
  if (has_bars) draw_bars(state, *view, {start.x + area.x - bars, start.y, bars, area.y});
  if (has_parts) {
    const float top = area.y + style.px(14);
    draw_parts(state, -1, *view, {start.x, std::floor(start.y + top), whole.x, std::max(whole.y - top, 1.0F)});
  }
  return false;
}

}  // namespace figment::app
