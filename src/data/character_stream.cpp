#include "data/character_stream.h"

#include "core/error.h"
#include "data/stories.h"

namespace figment::data {

std::int32_t character_id(char c) {
  if (c == '\n') return line_end;
  return c >= ' ' && c <= '~' ? 1 + (c - ' ') : 1;
}

char character_of(std::int32_t id) {
  return id > line_end && id < character_count ? static_cast<char>(' ' + id - 1) : '\n';
}

std::vector<std::int32_t> character_ids(std::string_view text) {
  std::vector<std::int32_t> ids;
  ids.reserve(text.size());
  for (const char c : text) ids.push_back(character_id(c));
  return ids;
}

std::string name_mark(NameKind kind) { return {name_of(kind)[0], ' '}; }

CharacterStream CharacterStream::stories() {
  return CharacterStream([](core::Random& random) { return make_story(random).text; });
}

CharacterStream CharacterStream::names() {
  return CharacterStream([](core::Random& random) {
    const Name& name = training_names()[random.below(static_cast<std::uint32_t>(training_names().size()))];
    return name_mark(name.kind) + name.text;
  });
}

void CharacterStream::next(core::Random& random, std::int64_t batch, std::int64_t length,
                           std::span<std::int32_t> tokens, std::span<std::int32_t> targets, std::span<float> keep) {
  const auto count = static_cast<std::size_t>(batch), steps = static_cast<std::size_t>(length);
  core::require(tokens.size() == count * steps && targets.size() == tokens.size() && keep.size() == count,
                "{} rows of {} characters need buffers of that size", batch, length);
  if (rows_.size() != count) rows_.assign(count, "");
  for (std::size_t b = 0; b < count; ++b) {
    std::string& row = rows_[b];
    const bool restarts = row.empty() || random.chance(restart_share);
    if (restarts) row.assign(1, '\n');
    keep[b] = restarts ? 0.0F : 1.0F;
    while (row.size() <= steps) {
      row += source_(random);
      row += '\n';
    }
    for (std::size_t t = 0; t < steps; ++t) {
      tokens[t * count + b] = character_id(row[t]);
      targets[t * count + b] = character_id(row[t + 1]);
    }
    row.erase(0, steps);
  }
}

}  // namespace figment::data
