#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

using Word = studio::WordsView::Word;
using Look = studio::WordsView::Look;

constexpr float line_spacing = 1.5F;

/// Where a word, or a piece of one that is broken over lines, lies: x and y from the top left of the text.
struct Piece {
  int word = 0;
  std::string_view text;
  float x = 0;
  float y = 0;
  float width = 0;
};

/// Words in lines that wrap.
class Lines {
 public:
  Lines(ImFont* font, float size, float width) : font_(font), size_(size), width_(width), line_(size * line_spacing) {}

  /// `joined` is what follows without a blank and should stay in the same line.
  void add(int word, std::string_view text, std::string_view joined = {}) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      add_in_line(word, text.substr(0, end), end == std::string_view::npos ? joined : std::string_view());
      if (end == std::string_view::npos) return;
      new_line();
      text.remove_prefix(end + 1);
    }
  }
  float height() const { return y_ + line_; }
  float line() const { return line_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  ImVec2 end() const { return {x_, y_}; }

 private:
  float width_of(std::string_view text) const {
    return font_->CalcTextSizeA(size_, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
  }
  void new_line() {
    x_ = 0;
    y_ += line_;
  }
  void add_in_line(int word, std::string_view text, std::string_view joined) {
    const float blank = text.starts_with(' ') ? width_of(" ") : 0.0F;
    std::string_view rest = text.substr(text.starts_with(' ') ? 1 : 0);
    const float whole = width_of(rest) + (blank > 0 ? width_of(joined) : 0.0F);
    if (x_ > 0 && x_ + blank + whole > width_ && (blank > 0 || x_ > width_ * 0.8F)) new_line();
    if (x_ > 0) x_ += blank;
    while (!rest.empty()) {  // longer than a line: broken at blanks, or where the line ends
      const std::size_t count = fitting(rest);
      pieces_.push_back({word, rest.substr(0, count), x_, y_, width_of(rest.substr(0, count))});
      x_ += pieces_.back().width;
      rest.remove_prefix(count);
      if (!rest.empty()) new_line();
      if (rest.starts_with(' ')) rest.remove_prefix(1);
    }
  }
  /// How many bytes go into the rest of this line: all, whole words, or at least one character.
  std::size_t fitting(std::string_view text) const {
    const float room = width_ - x_;
    if (width_of(text) <= room) return text.size();
    std::size_t count = 0;
    for (std::size_t at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
      if (width_of(text.substr(0, at)) > room) break;
      count = at;
    }
    if (count > 0) return count;
    const auto next = [&](std::size_t at) {
      do ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
      return at;
    };
    count = next(0);
    while (count < text.size() && width_of(text.substr(0, next(count))) <= room) count = next(count);
    return count;
  }

  ImFont* font_;
  float size_;
  float width_;
  float line_;
  float x_ = 0;
  float y_ = 0;
  std::vector<Piece> pieces_;
};

ImU32 color_of(const Word& word) {
  switch (word.look) {
    case Look::dim:
      return color::faint;
    case Look::given:
      return color::dim;
    case Look::blank:
    case Look::fresh:
      return color::accent;
    case Look::wrong:
      return color::warning;
    case Look::plain:
      break;
  }
  return color::text;
}

Lines set_lines(const studio::WordsView& view, ImFont* font, float size, float width) {
  Lines lines(font, size, width);
  constexpr std::size_t longest_joined = 24;  // bytes of a word that comes in pieces
  for (std::size_t i = 0; i < view.words.size(); ++i) {
    std::string joined;
    for (std::size_t next = i + 1; next < view.words.size() && joined.size() < longest_joined; ++next) {
      const std::string& text = view.words[next].text;
      if (text.empty() || text.front() == ' ' || text.front() == '\n') break;
      joined += text;
    }
    lines.add(static_cast<int>(i), view.words[i].text, joined);
  }
  return lines;
}

/// As large as asked for, or a size or two smaller if it would not fit. Letters that are stretched would be blurred.
Lines fit_lines(const studio::WordsView& view, const Fonts& fonts, float width, float height, ImFont*& font) {
  const std::array<ImFont*, 4> sizes = {fonts.larger, fonts.large, fonts.regular, fonts.small};
  const float asked = fonts.regular->FontSize * view.size * 1.02F;
  std::size_t at = 0;
  while (at + 1 < sizes.size() && sizes[at]->FontSize > asked) ++at;
  for (std::size_t tries = 0;; ++tries, ++at) {
    font = sizes[at];
    Lines lines = set_lines(view, font, font->FontSize, width);
    if (lines.height() <= height || tries == 2 || at + 1 == sizes.size()) return lines;
  }
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::WordsView& view) {
  const Style& style = canvas.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Rect& area = canvas.area;
  const float speaker = view.speaker.empty() ? 0.0F : style.fonts.small_bold->FontSize + style.px(4);
  const float margin = style.px(3);
  const float room = std::max(area.height - speaker, 1.0F);
  ImFont* font = nullptr;
  const Lines lines = fit_lines(view, style.fonts, std::max(area.width - 2 * margin, 20.0F), room, font);
  const float size = font->FontSize;
  // Where there is no room for all, the end counts.
  const float left_out =
      lines.height() > room ? std::ceil((lines.height() - room) / lines.line()) * lines.line() : 0.0F;
  const float used = std::min(lines.height() - left_out, room);
  const ImVec2 start{area.x + margin, std::floor(area.y + speaker + (room - used) * canvas.drop) - left_out};
  PartHits hits{{area.x, start.y + left_out - speaker, area.width, used + speaker}, {}, {}};
  if (!view.speaker.empty()) {
    draw_line_of_text(list, style.fonts.small_bold, top_left(hits.bounds), area.width, color::faint, view.speaker);
  }
  struct Place {
    Rect area;
    int word;
  };
  std::vector<Place> places;
  list.PushClipRect({area.x, area.y + speaker}, {area.x + area.width, area.y + area.height}, true);
  const float above = (lines.line() - size) / 2;
  for (const Piece& piece : lines.pieces()) {
    if (piece.y < left_out) continue;
    const Word& word = view.words[static_cast<std::size_t>(piece.word)];
    const Rect box{start.x + piece.x - style.px(2), start.y + piece.y + above - style.px(2), piece.width + style.px(4),
                   size + style.px(5)};
    const bool is_hovered = canvas.is_hovered && contains(box, ImGui::GetIO().MousePos);
    if (word.weight > 0) {
      list.AddRectFilled(top_left(box), bottom_right(box),
                         with_alpha(color::accent, 0.62F * std::clamp(word.weight, 0.0F, 1.0F)), style.px(3));
    }
    if (word.is_marked || (is_hovered && canvas.part.takes_pointer)) {
      list.AddRect(top_left(box), bottom_right(box), color::accent, style.px(3), 0, style.scale);
    }
    list.AddText(font, size, {std::floor(start.x + piece.x), std::floor(start.y + piece.y + above)}, color_of(word),
                 piece.text.data(), piece.text.data() + piece.text.size());
    if (is_hovered && word.weight > 0) {
      const ReadOut line{fmt::format("{:.0f} %", 100 * word.weight), 0};
      draw_read_out(style, {&line, 1});
    }
    places.push_back({box, piece.word});
  }
  list.PopClipRect();
  hits.item_at = [places = std::move(places), bounds = hits.bounds](float x, float y) {
    const ImVec2 at{bounds.x + x * bounds.width, bounds.y + y * bounds.height};
    for (const Place& place : places) {
      if (contains(place.area, at)) return place.word;
    }
    return -1;
  };
  return hits;
}

}  // namespace figment::app
