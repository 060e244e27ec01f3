#include "app/panels/typesetter.h"

#include <algorithm>
#include <cmath>

#include "app/widgets.h"

namespace figment::app {

ImU32 tint_of(float probability) {
  const float surprise = std::clamp(-std::log(std::max(probability, 1e-4F)) / 4.6F, 0.0F, 1.0F);  // 1: one in a hundred
  const auto& [likely, middle, surprising] = color::current.odds;
  return surprise < 0.5F ? mix(likely, middle, surprise * 2) : mix(middle, surprising, surprise * 2 - 1);
}

Typesetter::Typesetter(const Style& style, ImVec2 start, float width)
    : style_(style), start_(start), width_(width), line_(style.fonts.regular->FontSize + style.px(8)), at_(start) {}

int Typesetter::token_of(int piece) const {
  return piece >= 0 && piece < static_cast<int>(tokens_.size()) ? tokens_[static_cast<std::size_t>(piece)] : -1;
}

void Typesetter::token(const studio::TextToken& token, bool is_lit) {
  std::string_view rest = token.text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    piece(rest.substr(0, end), token, is_lit);
    if (end == std::string_view::npos) break;
    new_line();
    rest.remove_prefix(end + 1);
  }
  ++count_;
}

void Typesetter::caret() {
  const float height = style_.fonts.regular->FontSize;
  ImGui::GetWindowDrawList()->AddRectFilled({at_.x + style_.px(2), at_.y}, {at_.x + style_.px(9), at_.y + height},
                                            color::accent, style_.px(2));
}

void Typesetter::piece(std::string_view text, const studio::TextToken& token, bool is_lit) {
  if (text.empty()) return;
  ImFont* font = style_.fonts.regular;
  const float width = text_size(font, text).x;
  const bool starts_word = text.front() == ' ' || token.is_prompt;
  if (at_.x + width > start_.x + width_ && starts_word && at_.x > start_.x) new_line();
  if (at_.x + width > start_.x + width_ && width > width_ / 2 && text.size() > 1) {  // a long prompt: word by word
    const std::size_t half = text.find(' ', std::max<std::size_t>(1, text.size() / 2));
    const std::size_t cut = half == std::string_view::npos ? text.size() / 2 : half;
    piece(text.substr(0, cut), token, is_lit);
    piece(text.substr(cut), token, is_lit);
    return;
  }
  const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
  if (at_.x == start_.x) text.remove_prefix(blanks);
  const float blank = at_.x == start_.x ? 0 : text_size(font, text.substr(0, blanks)).x;
  const float end = at_.x + text_size(font, text).x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect box{at_.x + blank - 1, at_.y - style_.px(2), end - at_.x - blank + 1, font->FontSize + style_.px(5)};
  if (box.width > 1.5F && (!token.is_prompt || is_lit)) {
    const ImU32 tint = token.is_prompt ? color::control_hovered : tint_of(token.probability);
    list.AddRectFilled({box.x, box.y}, {box.x + box.width, box.y + box.height}, tint, style_.px(2));
    if (is_lit) {
      list.AddRect({box.x, box.y}, {box.x + box.width, box.y + box.height}, color::accent, style_.px(2), 0,
                   style_.scale);
    }
  }
  draw_text(list, font, at_, token.is_prompt ? color::dim : color::text, text);
  // The blank before a word belongs to it, so that there is no gap for the mouse.
  pieces_.push_back({at_.x, box.y, end - at_.x, box.height});
  tokens_.push_back(count_);
  at_.x = end;
}

}  // namespace figment::app
