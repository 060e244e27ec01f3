#pragma once
#include "data/bilingual/clause.h"

namespace figment::data::bilingual {

/// A whole sentence with its end mark.
Text make_text(Draft& draft);

/// Words of places, times and conjunctions in each language.
Text sentence_words();

}  // namespace figment::data::bilingual
