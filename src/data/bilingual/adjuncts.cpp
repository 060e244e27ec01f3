#include "data/bilingual/adjuncts.h"

#include <span>

namespace figment::data::bilingual {
namespace {

struct Preposition {
  Text text;
  std::string_view tags;  ///< of places that it goes with
};

const std::array<Preposition, 8> prepositions = {{{{"in", "dans", "en"}, "I"},
                                                  {{"in", "dans", "en"}, "I"},
                                                  {{"at", "à", "en"}, "A"},
                                                  {{"at", "à", "en"}, "A"},
                                                  {{"near", "près de", "cerca de"}, "bon"},
                                                  {{"behind", "derrière", "detrás de"}, "bn"},
                                                  {{"in front of", "devant", "delante de"}, "bn"},
                                                  {{"next to", "à côté de", "al lado de"}, "bno"}}};

const std::array<Preposition, 7> spot_prepositions = {{{{"on", "sur", "sobre"}, "S"},
                                                       {{"on", "sur", "sobre"}, "S"},
                                                       {{"under", "sous", "debajo de"}, "U"},
                                                       {{"in", "dans", "en"}, "N"},
                                                       {{"in", "dans", "en"}, "N"},
                                                       {{"behind", "derrière", "detrás de"}, "uj"},
                                                       {{"next to", "à côté de", "al lado de"}, "uj"}}};

Text say_place(Draft& draft, std::span<const Preposition> list) {
  const Preposition& preposition = list[draft.random.below(static_cast<std::uint32_t>(list.size()))];
  const Text place = make_noun_phrase(draft, pick_noun(draft, preposition.tags), {.is_place = true}).text;
  return {preposition.text.english + " " + place.english, french_with(preposition.text.french, place.french),
          spanish_with(preposition.text.spanish, place.spanish)};
}

const std::array<Text, 8> present_times = {{{"now", "maintenant", "ahora"},
                                            {"today", "aujourd'hui", "hoy"},
                                            {"every day", "tous les jours", "todos los días"},
                                            {"every night", "toutes les nuits", "todas las noches"},
                                            {"in winter", "en hiver", "en invierno"},
                                            {"in summer", "en été", "en verano"},
                                            {"in spring", "au printemps", "en primavera"},
                                            {"in the morning", "le matin", "por la mañana"}}};
const std::array<Text, 9> past_times = {{{"yesterday", "hier", "ayer"},
                                         {"yesterday", "hier", "ayer"},
                                         {"last night", "hier soir", "anoche"},
                                         {"last week", "la semaine dernière", "la semana pasada"},
                                         {"last year", "l' année dernière", "el año pasado"},
                                         {"this morning", "ce matin", "esta mañana"},
                                         {"on monday", "lundi", "el lunes"},
                                         {"on friday", "vendredi", "el viernes"},
                                         {"on sunday", "dimanche", "el domingo"}}};
const std::array<Text, 10> future_times = {{{"tomorrow", "demain", "mañana"},
                                            {"tomorrow", "demain", "mañana"},
                                            {"tonight", "ce soir", "esta noche"},
                                            {"next week", "la semaine prochaine", "la próxima semana"},
                                            {"next year", "l' année prochaine", "el próximo año"},
                                            {"soon", "bientôt", "pronto"},
                                            {"today", "aujourd'hui", "hoy"},
                                            {"on tuesday", "mardi", "el martes"},
                                            {"on friday", "vendredi", "el viernes"},
                                            {"on saturday", "samedi", "el sábado"}}};

}  // namespace

Text make_place(Draft& draft) { return say_place(draft, prepositions); }
Text make_spot(Draft& draft) { return say_place(draft, spot_prepositions); }

const Text& pick_time(Draft& draft, Tense tense) {
  if (tense == Tense::present) return draft.pick(present_times);
  return tense == Tense::past ? draft.pick(past_times) : draft.pick(future_times);
}

Text adjunct_words() {
  Text words;
  for (const Preposition& each : prepositions) words += each.text;
  for (const Preposition& each : spot_prepositions) words += each.text;
  for (const Text& each : present_times) words += each;
  for (const Text& each : past_times) words += each;
  for (const Text& each : future_times) words += each;
  return words;
}

}  // namespace figment::data::bilingual
