#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/random.h"

namespace figment::data {

enum class NameKind : std::uint8_t { girl, boy, place, dragon };
inline constexpr int name_kinds = 4;
/// "girl", "boy", "place", "dragon"
std::string_view name_of(NameKind kind);

struct Name {
  NameKind kind = NameKind::girl;
  std::string text;  ///< "Elianna", "Old Marwick", "Vorgathrax the Ashen"
};

/// A name from the syllable grammar of its kind: a row of slots, of which some may be left out.
Name make_name(core::Random& random);
Name make_name(core::Random& random, NameKind kind);

/// Whether the grammar of this kind can make the name.
bool is_well_formed(std::string_view name, NameKind kind);

/// The names that networks are trained on: a list of fixed length, so that one can tell what is new.
const std::vector<Name>& training_names();
const std::unordered_set<std::string>& training_name_set();

/// Changes whenever make_name() gives another name for a seed.
inline constexpr std::string_view names_version = "names-1";

}  // namespace figment::data
