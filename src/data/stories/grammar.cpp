#include "data/stories/grammar.h"

#include <map>

namespace figment::data::stories {

const Words* common_list(std::string_view name) {
  static const std::map<std::string_view, Words> lists = {
      {"name_f", {"Lily",  "Mia",  "Anna", "Rosa", "Ella", "Nora", "Zoe",  "Ivy",  "Ruby", "Clara",
                  "Daisy", "Maya", "Lucy", "Emma", "Sara", "Tess", "Luna", "Hana", "Wren", "Olive"}},
      {"name_m", {"Tom",  "Ben", "Max",  "Sam",  "Leo",  "Finn", "Jack", "Hugo", "Oscar", "Tim",
                  "Noah", "Eli", "Theo", "Milo", "Omar", "Ravi", "Kai",  "Ned",  "Paul",  "Gus"}},
      {"kind",
       {"boy", "girl", "rabbit", "fox", "bear", "mouse", "cat", "dog", "owl", "dragon", "robot", "duck", "hedgehog",
        "turtle", "squirrel", "frog", "panda", "penguin"}},
      {"adj",
       {"little", "brave", "shy", "kind", "curious", "silly", "clever", "sleepy", "gentle", "eager", "cheerful",
        "young", "quiet", "funny", "honest", "lively"}},
      {"place",
       {"in a small house by the sea", "near a deep green forest", "at the edge of a busy town",
        "on a farm with red barns", "under an old oak tree", "beside a slow blue river", "on top of a windy hill",
        "in a garden full of roses", "in a castle with tall towers", "on a quiet island", "in a valley full of flowers",
        "in a cabin by a clear lake"}},
      {"obj",
       {"red ball", "golden key", "blue kite", "toy boat", "wool hat", "silver bell", "picture book", "paper star",
        "shiny stone", "wooden flute", "striped scarf", "little drum", "orange lamp", "warm blanket", "jar of honey",
        "old compass"}},
      {"where",
       {"under a bush", "behind a big rock", "inside a hollow log", "next to the well", "in the tall grass",
        "near the old bridge", "behind the barn", "at the foot of the hill", "by the garden gate", "beside the pond"}},
      {"weather",
       {"One sunny morning", "One rainy day", "One chilly evening", "One windy afternoon", "The next day",
        "Early in the morning", "One warm summer day", "After lunch", "On the first day of spring", "One snowy day"}},
      {"bad", {"sad", "worried", "upset", "unhappy", "gloomy"}},
      {"good", {"happy", "glad", "thankful", "full of joy", "pleased", "warm inside", "cheerful"}},
      {"like",
       {"play in the park", "sing funny songs", "paint bright pictures", "count the clouds", "bake sweet cakes",
        "pick berries", "collect shells", "read stories", "splash in the rain", "dance in the kitchen",
        "fly paper planes", "tell jokes", "build tall towers", "draw maps"}},
      {"food",
       {"apple pie", "pea soup", "berry jam", "fresh bread", "carrot cake", "honey cookies+", "corn pancakes+",
        "cheese buns+"}},
  };
  const auto found = lists.find(name);
  return found == lists.end() ? nullptr : &found->second;
}

const std::vector<Beat>& opening_beats() {
  static const std::vector<Beat> beats = {
      {{"Once upon a time, there was {a} {adj} {k} named {n}.", "Once there lived {a} {adj} {k} called {n}.",
        "There once was {a} {adj} {k} whose name was {n}.", "Long ago, {a} {adj} {k} named {n} lived {place}.",
        "{n} was {a} {adj} {k}."},
       ""},
      {{"{he} lived {place}.", "{his} home was {place}.", "{he} lived with {his} family {place}."}, "place"},
      {{"{n} loved to {like}.", "Every day, {he} liked to {like}.", "More than anything, {n} loved to {like}.",
        "{n} could {like} all day long."},
       ""},
  };
  return beats;
}

const std::vector<Beat>& closing_beats() {
  static const std::vector<Beat> beats = {
      {{"{n} felt {good}.", "They were both {good}.", "In the end, {n} felt {good}.",
        "From then on, {n} and {bn} were the best of friends."},
       ""},
      {{"{n} learned that {lesson}.", "And {he} never forgot that {lesson}.", "That day, they learned that {lesson}."},
       ""},
  };
  return beats;
}

const std::vector<Plot>& plots() {
  static const std::vector<Plot> all = [] {
    std::vector<Plot> list = friendship_plots();
    for (Plot& plot : adventure_plots()) list.push_back(std::move(plot));
    return list;
  }();
  return all;
}

Grammar first_grammar() { return {opening_beats(), closing_beats(), plots(), common_list}; }

}  // namespace figment::data::stories
