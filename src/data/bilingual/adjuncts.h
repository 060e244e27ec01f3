#pragma once
#include "data/bilingual/clause.h"

/// Places and times.
namespace figment::data::bilingual {

/// "in the garden", "near the old bridge"
Text make_place(Draft& draft);
/// Where a thing lies: "under the table", "in the box"
Text make_spot(Draft& draft);
/// "yesterday", "next week": one that fits the tense
const Text& pick_time(Draft& draft, Tense tense);

/// Every word of them in each language.
Text adjunct_words();

}  // namespace figment::data::bilingual
