#include <algorithm>
#include <cmath>
#include <map>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

/// Parts that lie side by side.
struct Row {
  std::vector<const studio::ViewPart*> parts;
  float share = 0;
  float width = 0;  ///< the sum of the parts' widths
  float title = 0;  ///< heights of what is above and below
  float note = 0;
  float height = 0;  ///< of the content
};

std::vector<Row> rows_of(const Style& style, const std::vector<studio::ViewPart>& parts) {
  std::map<int, Row> rows;
  for (const studio::ViewPart& part : parts) {
    Row& row = rows[part.row];
    row.parts.push_back(&part);
    row.share = std::max(row.share, std::max(part.height, 0.01F));
    row.width += std::max(part.width, 0.01F);
    if (!part.title.empty()) row.title = style.fonts.small->FontSize + style.px(5);
    if (!part.note.empty()) row.note = style.fonts.small->FontSize + style.px(6);
  }
  std::vector<Row> result;
  for (auto& [index, row] : rows) result.push_back(std::move(row));
  return result;
}

void draw_part(State& state, int place, const studio::ViewPart& part, const Row& row, const Rect& area) {
  const Style& style = state.style();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  PartCanvas canvas{state, part, "part " + part.name, area, false};
  if (place != 0) canvas.key += place > 0 ? " beside" : " of words";
  if (row.title > 0) canvas.drop = 0;  // titles side by side stand in one line
  canvas.area.y += row.title;
  canvas.area.height = std::max(area.height - row.title - row.note, 1.0F);
  canvas.is_hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                      contains(canvas.area, ImGui::GetIO().MousePos);
  const PartHits hits = std::visit([&](const auto& content) { return draw_content(canvas, content); }, part.content);
  // Words stand where the content begins, but may be longer than a small picture is wide. The mouse meets the inner
  // part of a plot only, whose frame is what they stand around.
  const Rect bounds = std::holds_alternative<studio::CurvesView>(part.content) ? canvas.area : hits.bounds;
  ImFont* font = style.fonts.small;
  const float right = area.x + area.width;
  if (!part.title.empty()) {
    const float width = std::min(text_size(font, part.title).x, area.width);
    const float x = std::floor(std::min(bounds.x, right - width));
    draw_line_of_text(list, font, {x, bounds.y - row.title}, right - x, color::dim, part.title);
  }
  if (!part.note.empty()) {
    const float width = std::min(text_size(font, part.note).x, area.width);
    const float x = std::floor(std::min(bounds.x, right - width));
    draw_line_of_text(list, font, {x, bounds.y + bounds.height + style.px(4)}, right - x, color::faint, part.note);
  }
  if (!part.takes_pointer) {
    ImGui::SetCursorScreenPos(top_left(hits.bounds));
    ImGui::Dummy({hits.bounds.width, hits.bounds.height});
    state.widgets.note(canvas.key, "", false);
    return;
  }
  follow_mouse(state, canvas.key, part.name, part.pen, hits,
               [&](const studio::PointerEvent& event) { state.players.point(place >= 0, event, std::max(place, 0)); });
}

}  // namespace

float height_of_use(const Style& style, const studio::ViewPart& part, float width, float offered) {
  if (const auto* points = std::get_if<studio::PointsView>(&part.content)) {
    return points->groups.empty() ? width : width - style.px(30);
  }
  const auto* pictures = std::get_if<studio::PictureView>(&part.content);
  if (pictures == nullptr || pictures->count < 1) return offered;
  return height_of_pictures(style, *pictures, {part.columns, part.captions, part.marked, 0}, {width, offered});
}

namespace {

float width_in_row(const Row& row, const studio::ViewPart& part, float width, float gap) {
  const float across = width - gap * static_cast<float>(row.parts.size() - 1);
  return std::floor(across * std::max(part.width, 0.01F) / row.width);
}

/// Deals the height out by the rows' shares; what a row cannot use goes to the others. Returns what nobody can use.
float deal_heights(const Style& style, std::vector<Row>& rows, float room, float width, float gap) {
  std::vector<Row*> open;
  for (Row& row : rows) open.push_back(&row);
  while (!open.empty()) {
    float shares = 0;
    for (const Row* row : open) shares += row->share;
    const auto full = std::ranges::find_if(open, [&](Row* row) {
      row->height = std::floor(room * row->share / shares);
      float use = 0;
      for (const studio::ViewPart* part : row->parts) {
        use = std::max(use, height_of_use(style, *part, width_in_row(*row, *part, width, gap), row->height));
      }
      if (use >= row->height - style.px(24)) return false;  // it might use more, if there is more in the end
      row->height = std::floor(use);
      return true;
    });
    if (full == open.end()) return 0;
    room -= (*full)->height;
    open.erase(full);
  }
  return std::max(room, 0.0F);
}

}  // namespace

void draw_parts(State& state, int place, const studio::View& view, const Rect& area) {
  const Style& style = state.style();
  std::vector<Row> rows = rows_of(style, view.parts);
  const float gap_y = style.px(10);
  const float gap_x = style.px(18);
  const float least = style.px(72);  // of a row's content; where there is no room for all, one can scroll
  float words = gap_y * static_cast<float>(rows.size() - 1);
  for (const Row& row : rows) words += row.title + row.note;
  const bool scrolls = words + least * static_cast<float>(rows.size()) > area.height;
  ImGui::SetCursorScreenPos(top_left(area));
  ImGui::BeginChild(place > 0   ? "parts beside"
                    : place < 0 ? "parts of words"
                                : "parts",
                    {area.width, area.height}, false,
                    ImGuiWindowFlags_NoBackground | (scrolls ? 0 : ImGuiWindowFlags_NoScrollbar));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float room = scrolls ? 1.4F * least * static_cast<float>(rows.size()) : area.height - words;
  float y = start.y + std::floor(deal_heights(style, rows, room, width, gap_x) / 2);
  for (const Row& row : rows) {
    const float height = row.title + row.height + row.note;
    float x = start.x;
    for (const studio::ViewPart* part : row.parts) {
      const float part_width = width_in_row(row, *part, width, gap_x);
      draw_part(state, place, *part, row, {std::floor(x), std::floor(y), part_width, height});
      x += part_width + gap_x;
    }
    y += height + gap_y;
  }
  if (scrolls) {
    ImGui::SetCursorScreenPos({start.x, y - gap_y});
    ImGui::Dummy({1, 1});
  }
  ImGui::EndChild();
}

}  // namespace figment::app
