#pragma once
#include <string_view>
#include <vector>

#include "app/layout.h"
#include "studio/view.h"

namespace figment::app {

/// Green for what was to be expected, over yellow, to red for what surprises.
ImU32 tint_of(float probability);

/// Places the tokens of a text in lines, draws them, and remembers where each of them lies.
class Typesetter {
 public:
  Typesetter(const Style& style, ImVec2 start, float width);

  /// `is_lit`: the mouse is on it.
  void token(const studio::TextToken& token, bool is_lit);
  void caret();

  float height() const { return at_.y + line_ - start_.y; }
  /// Pieces in the order of the text, a token may have several; token_of() says which one a piece belongs to.
  const std::vector<Rect>& pieces() const { return pieces_; }
  int token_of(int piece) const;

 private:
  void new_line() { at_ = {start_.x, at_.y + line_}; }
  void piece(std::string_view text, const studio::TextToken& token, bool is_lit);

  const Style& style_;
  ImVec2 start_;
  float width_;
  float line_;
  ImVec2 at_;
  int count_ = 0;
  std::vector<Rect> pieces_;
  std::vector<int> tokens_;  ///< of each piece
};

}  // namespace figment::app
