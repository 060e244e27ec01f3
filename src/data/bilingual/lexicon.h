#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

/// The words of the bilingual grammar with all their forms. Tags say what goes with what, so that no sentence reads
/// silly: a letter each, listed in nouns.cpp.
namespace figment::data::bilingual {

/// Grammatical persons as forms are listed: I, you, he or she, we, they.
inline constexpr std::size_t person_count = 5;
using Forms = std::array<std::string, person_count>;

enum class Gender : std::uint8_t { masculine, feminine };

struct Noun {
  std::array<std::string, 2> english;  ///< one, several
  std::array<std::string, 2> french;
  std::array<std::string, 2> spanish;
  Gender french_gender = Gender::masculine;
  Gender spanish_gender = Gender::masculine;
  std::string tags;
  bool is_mass = false;       ///< bread, water: has no plural
  bool is_single = false;     ///< father: a plural would read odd
  bool has_stress_a = false;  ///< Spanish feminine with "el" and "un": el agua
  bool is(char tag) const { return tags.find(tag) != std::string::npos; }
  bool is_any(std::string_view of) const { return tags.find_first_of(of) != std::string::npos; }
};

struct Adjective {
  std::string english;
  std::array<std::array<std::string, 2>, 2> french;   ///< [gender][plural]
  std::string french_before_vowel;                    ///< masculine singular: vieil
  std::array<std::array<std::string, 2>, 2> spanish;  ///< [gender][plural]
  std::string spanish_before;                         ///< masculine singular before a noun, if it goes there: buen
  bool french_goes_before = false;
  bool is_state = false;  ///< Spanish estar, not ser
  std::string tags;       ///< of nouns that it goes with
};

struct Verb {
  std::string english;        ///< to see
  std::string english_third;  ///< sees
  std::string english_past;   ///< saw
  std::string english_after;  ///< for, to ... or empty
  std::string french;         ///< voir
  Forms french_present;
  std::string french_participle;
  bool french_is_with_etre = false;
  std::string french_after;  ///< à, de ... or empty
  std::string spanish;
  Forms spanish_present;
  Forms spanish_past;
  std::string spanish_after;
  std::string subjects;        ///< tags of nouns that do it
  std::string objects;         ///< tags of nouns that it is done to; empty: none
  std::string animal_objects;  ///< the same where the subject is an animal
};

const std::vector<Noun>& nouns();
const std::vector<Adjective>& adjectives();
const std::vector<Verb>& verbs();         ///< with an object, or none
const std::vector<Verb>& motion_verbs();  ///< to a place
const std::vector<Verb>& giving_verbs();  ///< a thing to a person

/// The finite verbs that others lean on; their forms are in the present.
struct Auxiliaries {
  Forms avoir, etre, aller, vouloir, pouvoir, devoir;
  Forms etre_past;
  Forms ir, querer, poder, deber;
  Forms ser, estar, ser_past, estar_past;
};
const Auxiliaries& auxiliaries();

/// Whether French elides before the word (every h here is mute).
bool starts_with_vowel(std::string_view french);

}  // namespace figment::data::bilingual
