#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"

namespace figment::app {

namespace {

/// Green for what was to be expected, over yellow, to red for what surprises.
ImU32 tint_of(float probability) {
  const float surprise = std::clamp(-std::log(std::max(probability, 1e-4F)) / 4.6F, 0.0F, 1.0F);  // 1: one in a hundred
  constexpr ImU32 likely = IM_COL32(28, 62, 46, 255);
  constexpr ImU32 middle = IM_COL32(70, 62, 26, 255);
  constexpr ImU32 surprising = IM_COL32(98, 42, 28, 255);
  return surprise < 0.5F ? mix(likely, middle, surprise * 2) : mix(middle, surprising, surprise * 2 - 1);
}

/// Places tokens in lines.
class Typesetter {
 public:
  Typesetter(const Style& style, ImVec2 start, float width)
      : style_(style), start_(start), width_(width), line_(style.fonts.regular->FontSize + style.px(8)), at_(start) {}

  void token(const studio::TextToken& token) {
    std::string_view rest = token.text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      piece(rest.substr(0, end), token);
      if (end == std::string_view::npos) break;
      new_line();
      rest.remove_prefix(end + 1);
    }
  }
  void caret() {
    const float height = style_.fonts.regular->FontSize;
    ImGui::GetWindowDrawList()->AddRectFilled({at_.x + style_.px(2), at_.y}, {at_.x + style_.px(9), at_.y + height},
                                              color::accent, style_.px(2));
  }
  float height() const { return at_.y + line_ - start_.y; }

 private:
  void new_line() { at_ = {start_.x, at_.y + line_}; }

  void piece(std::string_view text, const studio::TextToken& token) {
    if (text.empty()) return;
    ImFont* font = style_.fonts.regular;
    const float width = text_size(font, text).x;
    const bool starts_word = text.front() == ' ' || token.is_prompt;
    if (at_.x + width > start_.x + width_ && starts_word && at_.x > start_.x) new_line();
    if (at_.x + width > start_.x + width_ && width > width_ / 2 && text.size() > 1) {  // a long prompt: word by word
      const std::size_t half = text.find(' ', std::max<std::size_t>(1, text.size() / 2));
      const std::size_t cut = half == std::string_view::npos ? text.size() / 2 : half;
      piece(text.substr(0, cut), token);
      piece(text.substr(cut), token);
      return;
    }
    const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
    if (at_.x == start_.x) text.remove_prefix(blanks);
    const float blank = at_.x == start_.x ? 0 : text_size(font, text.substr(0, blanks)).x;
    const float end = at_.x + text_size(font, text).x;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (!token.is_prompt && end - at_.x - blank > 0.5F) {
      list.AddRectFilled({at_.x + blank - 1, at_.y - style_.px(2)}, {end, at_.y + font->FontSize + style_.px(3)},
                         tint_of(token.probability), style_.px(2));
    }
    draw_text(list, font, at_, token.is_prompt ? color::dim : color::text, text);
    at_.x = end;
  }

  const Style& style_;
  ImVec2 start_;
  float width_;
  float line_;
  ImVec2 at_;
};

void draw_text_view(State& state, const studio::TextView& text, float width, float height) {
  ImGui::BeginChild("text", {width, height}, false, ImGuiWindowFlags_NoBackground);
  Typesetter setter(state.style(), ImGui::GetCursorScreenPos(),
                    ImGui::GetContentRegionAvail().x - state.style().px(12));
  for (const studio::TextToken& token : text.tokens) setter.token(token);
  if (!text.is_complete) setter.caret();
  ImGui::Dummy({1, setter.height()});
  // New words scroll into sight, but a person may scroll back while the text rests.
  const auto version = static_cast<int>(text.version);
  if (version != state.words_scrolled_version) ImGui::SetScrollHereY(1.0F);
  state.words_scrolled_version = version;
  ImGui::EndChild();
}

void draw_legend(const State& state, const studio::View& view) {
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImVec2 at = ImGui::GetCursorScreenPos();
  const auto word = [&](std::string_view value) {
    draw_text(list, font, at, color::faint, value);
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
  word(note);
}

void draw_bars(const State& state, const studio::BarsView& bars, float width) {
  const Style& style = state.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImVec2 at = ImGui::GetCursorScreenPos();
  const float bottom = at.y + ImGui::GetContentRegionAvail().y;
  draw_text(list, font, at, color::dim, bars.title);
  const float line = font->FontSize + style.px(3);
  at.y += line + style.px(3);
  const float label = std::floor(width * 0.28F);
  const float number = style.px(44);
  const float most = width - label - number;
  for (const studio::BarsView::Bar& bar : bars.bars) {
    if (at.y + line > bottom) break;
    list.PushClipRect(at, {at.x + label - style.px(6), at.y + line}, true);
    const std::size_t blanks = bar.label.find_first_not_of(' ');
    const std::string_view label_text = std::string_view(bar.label).substr(blanks == std::string::npos ? 0 : blanks);
    draw_text(list, font, at, bar.is_removed ? color::faint : color::text, label_text);
    list.PopClipRect();
    const float y = at.y + style.px(3);
    const float filled = std::max(std::clamp(bar.value, 0.0F, 1.0F) * most, style.px(2));
    list.AddRectFilled({at.x + label, y}, {at.x + label + filled, y + font->FontSize - style.px(4)},
                       bar.is_removed ? color::line : color::accent, std::min(style.px(2), filled / 2));
    draw_text(list, style.fonts.mono, {at.x + width - number + style.px(8), at.y},
              bar.is_removed ? color::faint : color::text, fmt::format("{:.2f}", bar.value));
    at.y += line;
  }
  if (at.y + line <= bottom) draw_text(list, font, at, color::faint, bars.note);
}

}  // namespace

bool draw_words_panel(State& state) {
  const Style& style = state.style();
  const Player& player = state.players.writer();
  const studio::View* view = player.view();
  if (view == nullptr) {
    const std::string title = player.family != nullptr ? player.family->title : "";
    const std::string text = player.is_pending ? fmt::format("Loading {} ...", title) : player.error;
    ImGui::PushStyleColor(ImGuiCol_Text, color::dim);
    ImGui::TextWrapped("%s", text.c_str());
    ImGui::PopStyleColor();
    return false;
  }
  const ImVec2 area = ImGui::GetContentRegionAvail();
  const bool has_bars = !view->bars.bars.empty() && area.x > style.px(420);
  const float bars = has_bars ? std::min(style.px(300), area.x * 0.36F) : 0.0F;
  const float text = area.x - bars - (has_bars ? style.px(24) : 0.0F);
  const float legend = style.fonts.small->FontSize + style.px(6);
  ImGui::BeginGroup();
  if (!view->error.empty()) {
    ImGui::PushStyleColor(ImGuiCol_Text, color::warning);
    ImGui::TextWrapped("%s", view->error.c_str());
    ImGui::PopStyleColor();
  }
  draw_text_view(state, view->text, text, std::max(ImGui::GetContentRegionAvail().y - legend, style.px(24)));
  draw_legend(state, *view);
  ImGui::EndGroup();
  if (has_bars) {
    ImGui::SetCursorPos({area.x - bars + style.px(16), style.px(10)});
    draw_bars(state, view->bars, bars);
  }
  return false;
}

}  // namespace figment::app
