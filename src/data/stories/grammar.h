#pragma once
#include <string_view>
#include <utility>
#include <vector>

namespace figment::data::stories {

using Words = std::vector<std::string_view>;

/// One step of a story: one of its wordings is drawn, all equally likely. A wording is a sentence or two with slots:
///   {n} {k} {he} {him} {his} {self}   the hero's name, kind and pronouns; with b before them, the friend's
///   {adj} {obj} {place} ...           a value of the list of that name, drawn at first use
///   {badj}                            as {adj}, another value
///   {food.it} {food.was}              agreement with a value that is plural (marked + in its list)
///   {a}                               "a" or "an", by the word that follows
/// A slot with a capital first letter is capitalised, as are all beginnings of sentences outside quotes.
struct Beat {
  Words wordings;
  std::string_view unless;  ///< the beat is left out if this slot has a value already
};

struct Plot {
  std::string_view name;
  std::vector<Beat> beats;
  std::string_view summary;                               ///< may use only slots that every telling draws
  std::vector<std::pair<std::string_view, Words>> lists;  ///< replace the common lists of these names
};

/// A way to tell stories: what a Teller reads.
struct Grammar {
  const std::vector<Beat>& opening;  ///< before the beats of every plot
  const std::vector<Beat>& closing;  ///< after them
  const std::vector<Plot>& plots;
  /// The common list of a name, or null. "place_people" and "place_animals" go before "place", by the hero's kind.
  const Words* (*common_list)(std::string_view name);
};
Grammar first_grammar();   ///< of stories-1
Grammar second_grammar();  ///< of stories-2: second_grammar.cpp

/// The beats before and after those of every plot.
const std::vector<Beat>& opening_beats();
const std::vector<Beat>& closing_beats();
const std::vector<Plot>& plots();

/// The common list of this name: "kind", "name_f", "name_m", "adj", "obj" and so on; null if there is none.
const Words* common_list(std::string_view name);

/// The parts of plots(), split over files.
std::vector<Plot> friendship_plots();  // plots_friendship.cpp
std::vector<Plot> adventure_plots();   // plots_adventure.cpp
/// Those that only the second grammar has.
std::vector<Plot> helping_plots();  // plots_helping.cpp

}  // namespace figment::data::stories
