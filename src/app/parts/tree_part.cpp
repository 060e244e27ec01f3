#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/parts/part.h"
#include "app/parts/plot.h"

namespace figment::app {

namespace {

using Node = studio::TreeView::Node;

/// Where a node is: columns by depth; row 0 holds what was chosen, the others lie above and below.
struct Place {
  int column = 0;
  int row = 0;
};

/// Puts chains of nodes into rows: one that branches off gets the nearest row that is free for its whole length.
class TreeLayout {
 public:
  explicit TreeLayout(const std::vector<Node>& nodes)
      : nodes_(nodes), children_(nodes.size()), reach_(nodes.size()), places(nodes.size()) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const int parent = nodes[i].parent;
      if (parent >= 0 && parent < static_cast<int>(i)) {
        children_[at(parent)].push_back(static_cast<int>(i));
        places[i].column = places[at(parent)].column + 1;
      } else {
        roots_.push_back(static_cast<int>(i));
      }
      reach_[i] = places[i].column;
      columns = std::max(columns, places[i].column + 1);
    }
    for (std::size_t i = nodes.size(); i-- > 0;) {
      for (const int child : children_[i]) reach_[i] = std::max(reach_[i], reach_[at(child)]);
    }
    for (const int root : roots_) place_chain(root, 0, places[at(root)].column);
  }

  int first_row() const { return first_row_; }
  int rows() const { return last_row_ - first_row_ + 1; }

 private:
  static std::size_t at(int index) { return static_cast<std::size_t>(index); }

  bool goes_before(int a, int b) const {
    const Node& left = nodes_[at(a)];
    const Node& right = nodes_[at(b)];
    if (left.is_chosen != right.is_chosen) return left.is_chosen;
    if (reach_[at(a)] != reach_[at(b)]) return reach_[at(a)] > reach_[at(b)];
    return left.value > right.value;
  }

  bool is_free(int row, int from, int to) const {
    for (int column = from; column <= to; ++column)
      if (taken_.contains({row, column})) return false;
    return true;
  }

  int nearest_free_row(int wanted, int from, int to) const {
    for (int distance = 0;; ++distance) {
      if (is_free(wanted + distance, from, to)) return wanted + distance;
      if (is_free(wanted - distance, from, to)) return wanted - distance;
    }
  }

  void place_chain(int start, int wanted_row, int from_column) {
    std::vector<int> chain;
    std::vector<int> aside;
    for (int node = start; node >= 0;) {
      chain.push_back(node);
      std::vector<int> next = children_[at(node)];
      std::sort(next.begin(), next.end(), [this](int a, int b) { return goes_before(a, b); });
      node = next.empty() ? -1 : next.front();
      if (!next.empty()) aside.insert(aside.end(), next.begin() + 1, next.end());
    }
    const int to = places[at(chain.back())].column;
    const int row = nearest_free_row(wanted_row, from_column, to);
    first_row_ = std::min(first_row_, row);
    last_row_ = std::max(last_row_, row);
    for (int column = from_column; column <= to; ++column) taken_.insert({row, column});
    for (const int node : chain) places[at(node)].row = row;
    for (const int child : aside) place_chain(child, row, places[at(child)].column);
  }

  const std::vector<Node>& nodes_;
  std::vector<std::vector<int>> children_;
  std::vector<int> reach_;  ///< the last column of what grows from a node
  std::vector<int> roots_;
  std::set<std::pair<int, int>> taken_;  ///< row and column
  int first_row_ = 0;
  int last_row_ = 0;

 public:
  std::vector<Place> places;
  int columns = 0;
};

ImU32 text_color(const Node& node) {
  if (node.is_chosen) return color::white;
  return node.is_alive ? color::text : color::faint;
}

void draw_edge(ImDrawList& list, const Style& style, const Rect& from, const Rect& to, const Node& node) {
  const ImVec2 a{from.x + from.width, from.y + from.height / 2};
  const ImVec2 b{to.x, to.y + to.height / 2};
  const float bend = (b.x - a.x) / 2 + style.px(3);
  const ImU32 tint = node.is_chosen ? color::accent : node.is_alive ? color::dim : color::line;
  list.AddBezierCubic(a, {a.x + bend, a.y}, {b.x - bend, b.y}, b, tint, style.scale * (node.is_chosen ? 2.0F : 1.2F));
}

void draw_node(ImDrawList& list, const Style& style, const Rect& box, const Node& node, bool is_hovered) {
  ImFont* font = style.fonts.small;
  list.AddRectFilled(top_left(box), bottom_right(box), color::background, style.px(4));
  const float strength = (node.is_alive || node.is_chosen ? 0.55F : 0.16F) * std::clamp(node.value, 0.0F, 1.0F);
  list.AddRectFilled(top_left(box), bottom_right(box), with_alpha(color::accent, strength), style.px(4));
  const ImU32 border = node.is_chosen ? color::accent : is_hovered ? color::dim : color::line;
  list.AddRect(top_left(box), bottom_right(box), border, style.px(4), 0, style.scale);
  const std::string text = shortened(font, node.label, box.width - style.px(6));
  draw_text(list, font,
            {std::floor(box.x + (box.width - text_size(font, text).x) / 2),
             std::floor(box.y + (box.height - font->FontSize) / 2)},
            text_color(node), text);
}

}  // namespace

PartHits draw_content(const PartCanvas& canvas, const studio::TreeView& tree) {
  PartHits hits{canvas.area, {}, {}};
  if (tree.nodes.empty()) return hits;
  const Style& style = canvas.style();
  ImFont* font = style.fonts.small;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const TreeLayout layout(tree.nodes);
  const float most = font->FontSize + style.px(16);
  const float row_height = std::min(canvas.area.height / static_cast<float>(layout.rows()), most);
  const float height = row_height * static_cast<float>(layout.rows());
  const float step = std::min(canvas.area.width / static_cast<float>(layout.columns), style.px(150));
  const float y0 = canvas.area.y + (canvas.area.height - height) * canvas.drop;
  const float gap = std::min(style.px(18), step * 0.22F);
  const float box_height = std::max(std::min(row_height - style.px(3), font->FontSize + style.px(7)), 2.0F);
  hits.bounds = {canvas.area.x, y0, std::max(step * static_cast<float>(layout.columns), 1.0F), height};
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const float most_width = std::max(step - gap, 1.0F);
    const float width = std::clamp(text_size(font, tree.nodes[i].label).x + style.px(12), style.px(14), most_width);
    const Place& place = layout.places[i];
    hits.items.push_back(
        {std::floor(canvas.area.x + step * static_cast<float>(place.column)),
         std::floor(y0 + row_height * (static_cast<float>(place.row - layout.first_row()) + 0.5F) - box_height / 2),
         std::floor(std::min(width, most_width)), std::floor(box_height)});
  }
  list.PushClipRect(top_left(canvas.area), bottom_right(canvas.area), true);
  // What was chosen lies above the rest.
  for (const bool is_chosen : {false, true}) {
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      const Node& node = tree.nodes[i];
      if (node.is_chosen != is_chosen || node.parent < 0 || node.parent >= static_cast<int>(i)) continue;
      draw_edge(list, style, hits.items[static_cast<std::size_t>(node.parent)], hits.items[i], node);
    }
  }
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const bool is_hovered = canvas.is_hovered && contains(hits.items[i], ImGui::GetIO().MousePos);
    draw_node(list, style, hits.items[i], tree.nodes[i], is_hovered);
    if (!is_hovered) continue;
    const ReadOut line{fmt::format("{}:  {:.1f} %", tree.nodes[i].label, 100 * tree.nodes[i].value), 0};
    draw_read_out(style, {&line, 1});
  }
  list.PopClipRect();
  return hits;
}

}  // namespace figment::app
