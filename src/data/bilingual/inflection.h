#pragma once
#include "data/bilingual/lexicon.h"

/// Regular forms of words in three languages.
namespace figment::data::bilingual {

std::string english_plural(const std::string& noun);
std::string english_third(const std::string& verb);  ///< go -> goes
std::string french_plural(const std::string& noun);
std::string spanish_plural(const std::string& noun);

/// [gender][plural] of an adjective from its masculine and feminine singular.
std::array<std::array<std::string, 2>, 2> french_forms(const std::string& masculine, const std::string& feminine);
/// From its masculine singular; `plural` if it is irregular (joven, jóvenes), else empty.
std::array<std::array<std::string, 2>, 2> spanish_forms(const std::string& masculine, const std::string& plural);

/// "manger", or with irregular forms "voir=vois,vois,voit,voyons,voient;vu".
void conjugate_french(const std::string& entry, Verb& verb);
/// "comer", with a change of stem "cerrar:ie", or with irregular forms "ver=veo,..;vi,..", the second list optional.
void conjugate_spanish(const std::string& entry, Verb& verb);

std::vector<std::string> split(std::string_view text, char at);

}  // namespace figment::data::bilingual
