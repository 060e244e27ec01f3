#include <algorithm>
#include <map>

#include "data/composed.h"

namespace figment::data {
namespace {

/// Those of captions that are no nouns of pictures, from id 0 on; the nouns' singulars follow. Never reorder.
constexpr std::array<std::string_view, 38> plain_words = {
    "",      "?",    "a",      "two",  "three",   "small",      "big",  "red",  "orange",    "yellow",
    "green", "blue", "purple", "pink", "white",   "black",      "on",   "in",   "at",        "by",
    "the",   "left", "right",  "sea",  "desert",  "forest",     "snow", "lake", "mountains", "sunset",
    "night", "dawn", "day",    "of",   "picture", "background", "with", "and"};

struct Synonym {
  std::string_view typed, known;
};
constexpr Synonym synonyms[] = {
    // number and size
    {"an", "a"},
    {"one", "a"},
    {"single", "a"},
    {"1", "a"},
    {"2", "two"},
    {"pair", "two"},
    {"couple", "two"},
    {"3", "three"},
    {"trio", "three"},
    {"large", "big"},
    {"huge", "big"},
    {"giant", "big"},
    {"enormous", "big"},
    {"great", "big"},
    {"tiny", "small"},
    {"little", "small"},
    {"mini", "small"},
    // colours
    {"crimson", "red"},
    {"scarlet", "red"},
    {"golden", "yellow"},
    {"gold", "yellow"},
    {"emerald", "green"},
    {"lime", "green"},
    {"azure", "blue"},
    {"navy", "blue"},
    {"violet", "purple"},
    {"lilac", "purple"},
    {"magenta", "pink"},
    // places and times
    {"ocean", "sea"},
    {"beach", "sea"},
    {"seaside", "sea"},
    {"shore", "sea"},
    {"coast", "sea"},
    {"dunes", "desert"},
    {"sand", "desert"},
    {"sahara", "desert"},
    {"woods", "forest"},
    {"wood", "forest"},
    {"jungle", "forest"},
    {"snowy", "snow"},
    {"winter", "snow"},
    {"ice", "snow"},
    {"pond", "lake"},
    {"river", "lake"},
    {"lakeside", "lake"},
    {"mountain", "mountains"},
    {"hills", "mountains"},
    {"hill", "mountains"},
    {"alps", "mountains"},
    {"sundown", "sunset"},
    {"dusk", "sunset"},
    {"evening", "sunset"},
    {"midnight", "night"},
    {"nighttime", "night"},
    {"moonlight", "night"},
    {"sunrise", "dawn"},
    {"morning", "dawn"},
    {"daybreak", "dawn"},
    {"daytime", "day"},
    {"daylight", "day"},
    {"noon", "day"},
    {"near", "by"},
    {"beside", "by"},
    {"during", "by"},
    {"this", "the"},
    {"photo", "picture"},
    {"image", "picture"},
    {"painting", "picture"},
    {"drawing", "picture"},
    // nouns
    {"kitten", "cat"},
    {"kitty", "cat"},
    {"puppy", "dog"},
    {"hound", "dog"},
    {"bird", "dove"},
    {"pigeon", "dove"},
    {"goldfish", "fish"},
    {"orca", "whale"},
    {"pony", "horse"},
    {"mare", "horse"},
    {"bull", "cow"},
    {"piglet", "pig"},
    {"lamb", "sheep"},
    {"bunny", "rabbit"},
    {"hare", "rabbit"},
    {"rat", "mouse"},
    {"ape", "monkey"},
    {"toad", "frog"},
    {"tortoise", "turtle"},
    {"serpent", "snake"},
    {"alligator", "crocodile"},
    {"croc", "crocodile"},
    {"dino", "dinosaur"},
    {"duckling", "duck"},
    {"hawk", "eagle"},
    {"chicken", "rooster"},
    {"hen", "rooster"},
    {"chipmunk", "squirrel"},
    {"ladybird", "ladybug"},
    {"bumblebee", "bee"},
    {"moth", "butterfly"},
    {"cactuses", "cactus"},
    {"octopi", "octopus"},
    {"flower", "tulip"},
    {"toadstool", "mushroom"},
    {"burger", "hamburger"},
    {"cheeseburger", "hamburger"},
    {"doughnut", "donut"},
    {"biscuit", "cookie"},
    {"muffin", "cupcake"},
    {"coffee", "cup"},
    {"mug", "cup"},
    {"tea", "cup"},
    {"auto", "car"},
    {"automobile", "car"},
    {"locomotive", "train"},
    {"lorry", "truck"},
    {"bike", "bicycle"},
    {"moped", "scooter"},
    {"motorbike", "scooter"},
    {"motorcycle", "scooter"},
    {"plane", "airplane"},
    {"aeroplane", "airplane"},
    {"jet", "airplane"},
    {"chopper", "helicopter"},
    {"spaceship", "rocket"},
    {"sailboat", "boat"},
    {"yacht", "boat"},
    {"steamer", "ship"},
    {"kayak", "canoe"},
    {"saucer", "ufo"},
    {"palace", "castle"},
    {"home", "house"},
    {"cottage", "house"},
    {"chapel", "church"},
    {"fiddle", "violin"},
    {"parasol", "umbrella"},
    {"present", "gift"},
    {"gem", "diamond"},
    {"jewel", "diamond"},
};

const std::vector<std::string_view>& words() {
  static const std::vector<std::string_view> list = [] {
    std::vector<std::string_view> all(plain_words.begin(), plain_words.end());
    for (const ComposedNoun& noun : composed_nouns()) all.push_back(noun.singular);
    return all;
  }();
  return list;
}

/// All that can be typed, with the id that it stands for.
const std::map<std::string, std::int32_t, std::less<>>& dictionary() {
  static const std::map<std::string, std::int32_t, std::less<>> map = [] {
    std::map<std::string, std::int32_t, std::less<>> ids;
    for (std::size_t id = unknown_word + 1; id < words().size(); ++id)
      ids.emplace(words()[id], static_cast<std::int32_t>(id));
    for (const ComposedNoun& noun : composed_nouns()) ids.emplace(noun.plural, ids.find(noun.singular)->second);
    for (const Synonym& synonym : synonyms) ids.emplace(synonym.typed, ids.find(synonym.known)->second);
    return ids;
  }();
  return map;
}

std::int32_t id_of(std::string_view word) {
  const auto& ids = dictionary();
  if (const auto found = ids.find(word); found != ids.end()) return found->second;
  // Plurals of synonyms: "kittens", "puppies".
  if (word.size() > 3 && word.ends_with("ies"))
    if (const auto found = ids.find(std::string(word.substr(0, word.size() - 3)) + "y"); found != ids.end())
      return found->second;
  if (word.size() > 3 && word.ends_with('s'))
    if (const auto found = ids.find(word.substr(0, word.size() - 1)); found != ids.end()) return found->second;
  return unknown_word;
}

/// Letters and digits; bytes of UTF-8 belong to words as well, which are unknown then.
bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::span<const std::string_view> caption_words() { return words(); }

std::vector<CaptionWord> read_caption(std::string_view text) {
  std::vector<CaptionWord> read;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) read.push_back({word, id_of(word)});
    word.clear();
  };
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (is_of_word(c))
      word += c;
    else if (c != '\'')
      finish();
  }
  finish();
  return read;
}

CaptionIds tokenize_caption(std::string_view text) {
  CaptionIds ids;
  ids.fill(padding_word);
  const std::vector<CaptionWord> read = read_caption(text);
  for (std::size_t i = 0; i < std::min(read.size(), ids.size()); ++i) ids[i] = read[i].id;
  return ids;
}

std::vector<std::string> unknown_words(std::string_view text) {
  std::vector<std::string> unknown;
  for (const CaptionWord& word : read_caption(text))
    if (word.id == unknown_word && std::find(unknown.begin(), unknown.end(), word.text) == unknown.end())
      unknown.push_back(word.text);
  return unknown;
}

std::span<const std::string_view> suggested_prompts() {
  static constexpr std::array<std::string_view, 16> prompts = {"two blue doves by the lake at sunset",
                                                               "a big dragon in the mountains at night",
                                                               "three red balloons by the sea",
                                                               "a small castle on the left in the snow at dawn",
                                                               "a purple unicorn in the forest",
                                                               "two penguins in the snow",
                                                               "a big yellow ship by the sea at sunset",
                                                               "a robot on pink",
                                                               "three ghosts in the forest at night",
                                                               "a green cat by the lake at dawn",
                                                               "two camels in the desert at sunset",
                                                               "a rocket in the desert at night",
                                                               "a big pizza on blue",
                                                               "a small tent in the mountains at night",
                                                               "three pink flamingos by the lake",
                                                               "a blue elephant on the right in the snow"};
  return prompts;
}

}  // namespace figment::data
