#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "data/names.h"

namespace figment::data {

/// Characters as numbers: 0 is the end of a line, then the printable ASCII characters from the blank on.
inline constexpr int character_count = 96;
inline constexpr std::int32_t line_end = 0;
/// Anything outside the set becomes a blank.
std::int32_t character_id(char c);
char character_of(std::int32_t id);  ///< '\n' for line_end and for what is no id
std::vector<std::int32_t> character_ids(std::string_view text);

/// How a line of the names begins, so that a network can be asked for a kind: "g ", "b ", "p ", "d ".
std::string name_mark(NameKind kind);

/// Rows of characters that go on from batch to batch, for networks that carry a state: one text after the other, each
/// after a line end.
class CharacterStream {
 public:
  using Source = std::function<std::string(core::Random&)>;  ///< one text

  /// Now and then (this share of the windows) a row begins anew with a state of zeros, as a reader does.
  static constexpr float restart_share = 1.0F / 16;

  explicit CharacterStream(Source source) : source_(std::move(source)) {}
  static CharacterStream stories();
  static CharacterStream names();  ///< of training_names(), each after its mark

  /// The next `length` characters of `batch` rows: tokens and targets i32 [length, batch], where targets follow the
  /// tokens; keep f32 [batch]: 0 for rows that begin anew, else 1.
  void next(core::Random& random, std::int64_t batch, std::int64_t length, std::span<std::int32_t> tokens,
            std::span<std::int32_t> targets, std::span<float> keep);

 private:
  Source source_;
  std::vector<std::string> rows_;  ///< what each row has still to give; begins with the last target
};

}  // namespace figment::data
