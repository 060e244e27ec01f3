#include "core/error.h"
#include "data/bilingual/inflection.h"

namespace figment::data::bilingual {
namespace {

/// English|French masculine/before a vowel|feminine|Spanish masculine/plural|tags of nouns|flags|Spanish before a noun.
/// Flags: B goes before the French noun, E is a state (estar).
constexpr const char* table[] = {
    "big|grand|grande|grande|atuvbnoiwj|B",
    "small|petit|petite|pequeño|atcuvbnoij|B",
    "old|vieux/vieil|vieille|viejo|patcuvbnwj|B",
    "new|nouveau/nouvel|nouvelle|nuevo|tcuvbwsj|B",
    "beautiful|beau/bel|belle|hermoso|acnosb|B",
    "pretty|joli|jolie|bonito|cnsob|B",
    "good|bon|bonne|bueno|fgdws|B|buen",
    "young|jeune|jeune|joven/jóvenes|pa|B",
    "long|long|longue|largo|L|B",
    "high|haut|haute|alto|z|B",
    "red|rouge|rouge|rojo|qr",
    "blue|bleu|bleue|azul|q",
    "green|vert|verte|verde|qr",
    "white|blanc|blanche|blanco|qa",
    "black|noir|noire|negro|qa",
    "yellow|jaune|jaune|amarillo|qr",
    "brown|brun|brune|marrón|a",
    "gray|gris|grise|gris/grises|qa",
    "round|rond|ronde|redondo|R",
    "happy|heureux|heureuse|feliz|p",
    "sad|triste|triste|triste|p|E",
    "tired|fatigué|fatiguée|cansado|pa|E",
    "sick|malade|malade|enfermo|pa|E",
    "rich|riche|riche|rico|p",
    "famous|célèbre|célèbre|famoso|pwsV",
    "kind|aimable|aimable|amable|p",
    "brave|courageux|courageuse|valiente|p",
    "strong|fort|forte|fuerte|pa",
    "intelligent|intelligent|intelligente|inteligente|pa",
    "curious|curieux|curieuse|curioso|pa",
    "lazy|paresseux|paresseuse|perezoso|pa",
    "patient|patient|patiente|paciente|p",
    "polite|poli|polie|educado|p",
    "wild|sauvage|sauvage|salvaje|m",
    "dangerous|dangereux|dangereuse|peligroso|D",
    "fresh|frais|fraîche|fresco|F",
    "hot|chaud|chaude|caliente|T|E",
    "cold|froid|froide|frío|Tb|E",
    "delicious|délicieux|délicieuse|delicioso|fgd",
    "expensive|cher|chère|caro|tcuvbgdw",
    "heavy|lourd|lourde|pesado|tuXw",
    "clean|propre|propre|limpio|cuvbiHj|E",
    "dirty|sale|sale|sucio|cuvHij|E",
    "broken|cassé|cassée|roto|K|E",
    "empty|vide|vide|vacío|Xi|E",
    "full|plein|pleine|lleno|X|E",
    "open|ouvert|ouverte|abierto|O|E",
    "closed|fermé|fermée|cerrado|O|E",
    "modern|moderne|moderne|moderno|uvbwsV",
    "quiet|calme|calme|tranquilo|bopi",
    "strange|étrange|étrange|extraño|watskob",
    "interesting|intéressant|intéressante|interesante|wkVy",
    "important|important|importante|importante|kwp",
    "difficult|difficile|difficile|difícil|yY",
    "easy|facile|facile|fácil|yY",
    "simple|simple|simple|sencillo|kwsc",
    "deep|profond|profonde|profundo|Z",
    "perfect|parfait|parfaite|perfecto|cngsw",
};

}  // namespace

const std::vector<Adjective>& adjectives() {
  static const std::vector<Adjective> list = [] {
    std::vector<Adjective> all;
    for (const char* row : table) {
      const std::vector<std::string> cells = split(row, '|');
      core::require(cells.size() >= 5, "The adjective '{}' lacks something.", row);
      const std::vector<std::string> french = split(cells[1], '/');
      const std::vector<std::string> spanish = split(cells[3], '/');
      const std::string flags = cells.size() > 5 ? cells[5] : "";
      Adjective adjective;
      adjective.english = cells[0];
      adjective.french = french_forms(french[0], cells[2]);
      adjective.french_before_vowel = french.back();
      adjective.spanish = spanish_forms(spanish[0], spanish.size() > 1 ? spanish[1] : "");
      adjective.spanish_before = cells.size() > 6 ? cells[6] : "";
      adjective.french_goes_before = flags.find('B') != std::string::npos;
      adjective.is_state = flags.find('E') != std::string::npos;
      adjective.tags = cells[4];
      all.push_back(std::move(adjective));
    }
    return all;
  }();
  return list;
}

}  // namespace figment::data::bilingual
