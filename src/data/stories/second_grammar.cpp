#include <algorithm>
#include <map>

#include "data/stories/grammar.h"

namespace figment::data::stories {
namespace {

const Words* second_list(std::string_view name) {
  static const std::map<std::string_view, Words> lists = {
      {"kind",
       {"boy", "girl", "rabbit", "fox", "bear", "mouse", "cat", "dog", "owl", "dragon", "duck", "hedgehog", "turtle",
        "squirrel", "frog", "panda", "penguin"}},
      {"place_people",
       {"in a small house by the sea", "at the edge of a busy town", "on a farm with red barns",
        "in a castle with tall towers", "in a cabin by a clear lake", "on top of a windy hill", "on a quiet island"}},
      {"place_animals",
       {"near a deep green forest", "under an old oak tree", "beside a slow blue river", "on top of a windy hill",
        "in a garden full of roses", "on a quiet island", "in a valley full of flowers", "in a warm dry cave"}},
      {"weather",
       {"One sunny morning", "One rainy day", "One windy afternoon", "Early in the morning", "One warm summer day",
        "After lunch", "On the first day of spring", "One cloudy day", "One Sunday"}},
      {"like",
       {"play in the park", "sing funny songs", "paint bright pictures", "count the clouds", "bake sweet cakes",
        "pick berries", "collect shells", "read stories", "dance in the kitchen", "fly paper planes", "tell jokes",
        "build tall towers", "draw maps", "look at the moon"}},
      // What only the conversations hold.
      {"bplace",
       {"across the river", "behind the mill", "at the end of the lane", "next to the school", "over the hill",
        "near the market", "in a tent by the woods"}},
      {"blike",
       {"ride a bike", "feed the birds", "knit warm socks", "plant trees", "walk in the woods", "play ball",
        "write letters", "climb rocks"}},
      {"plan",
       {"go to the fair", "have a picnic", "look for berries", "bake a cake", "fly a kite", "visit the mill",
        "plant a tree", "make a puppet"}},
      {"meeting",
       {"at the fountain", "on the little bridge", "under the big clock", "at the bakery", "by the apple tree",
        "in front of the school"}},
      {"favorite",
       {"plum jam", "corn soup", "cherry cake", "fried eggs+", "rice and beans", "nut cookies+", "tomato salad",
        "warm milk"}},
      {"present",
       {"blue marble", "little mirror", "yellow pencil", "white feather", "ripe pear", "orange ribbon", "tin whistle",
        "rag doll"}},
  };
  const auto found = lists.find(name);
  return found == lists.end() ? common_list(name) : &found->second;
}

const std::vector<Beat>& second_opening() {
  static const std::vector<Beat> beats = {
      {{"Once upon a time, {a} {adj} {k} named {n} lived {place}.", "Long ago, {a} {adj} {k} called {n} lived {place}.",
        "{n} was {a} {adj} {k} who lived {place}.",
        "There once was {a} {adj} {k} whose name was {n}. {his} home was {place}."},
       ""},
      {{"{n} loved to {like}.", "Every day, {he} liked to {like}.", "More than anything, {n} loved to {like}.",
        "{n} could {like} all day long."},
       ""},
  };
  return beats;
}

const std::vector<Beat>& second_closing() {
  static const std::vector<Beat> beats = {closing_beats().back()};
  return beats;
}

/// What the two say to each other at the end, or nothing: those who met just now, and old friends.
Beat talk_of_strangers() {
  return {{"\"Where do you live?\" asked {n}. \"I live {bplace},\" said {bn}.",
           "\"What do you like to do?\" asked {n}. \"I like to {blike},\" said {bn}.",
           "\"What is your favorite food?\" asked {bn}. \"I love {favorite},\" said {n}.",
           "\"Where can we meet again?\" asked {bn}. \"Let us meet {meeting},\" said {n}.", "", ""},
          ""};
}
Beat talk_of_friends() {
  return {{"\"What shall we do tomorrow?\" asked {bn}. \"Let us {plan},\" said {n}.",
           "\"What would you like to eat?\" asked {n}. \"I would like {favorite},\" said {bn}.",
           "\"What is in your bag?\" asked {bn}. \"I have {a} {present} for you,\" said {n}.",
           "\"Where shall we meet tomorrow?\" asked {n}. \"Let us meet {meeting},\" said {bn}.", "", ""},
          ""};
}

bool are_strangers(std::string_view plot) {
  static constexpr std::string_view plots[] = {"lost", "meet", "share", "build", "storm", "garden",
                                               "swim", "wish", "nest",  "music", "kite"};
  return std::find(std::begin(plots), std::end(plots), plot) != std::end(plots);
}

void replace_list(Plot& plot, std::string_view name, const Words& words) {
  for (auto& [key, list] : plot.lists)
    if (key == name) {
      list = words;
      return;
    }
  plot.lists.emplace_back(name, words);
}

/// Whatever of the first grammar's plots would read oddly with some of its words.
void restrict_words(Plot& plot, Beat& talk) {
  for (auto& [name, words] : plot.lists) std::erase(words, "robot");
  const Words fine = {"One sunny morning", "One warm summer day", "After lunch", "On the first day of spring"};
  if (plot.name == "swim") replace_list(plot, "weather", {"One sunny morning", "One warm summer day", "After lunch"});
  if (plot.name == "garden" || plot.name == "gift" || plot.name == "neighbor") replace_list(plot, "weather", fine);
  if (plot.name == "garden") replace_list(plot, "seed", {"sunflower", "pumpkin", "bean", "melon", "tomato"});
  if (plot.name == "build")
    replace_list(plot, "thing",
                 {"tree house", "wooden boat", "little bridge", "long slide", "wagon", "raft", "windmill"});
  if (plot.name == "gift")
    replace_list(plot, "food", {"apple pie", "fresh bread", "carrot cake", "honey cookies+", "cheese buns+"});
  if (plot.name == "race")
    replace_list(
        plot, "where",
        {"in the tall grass", "near the old bridge", "at the foot of the hill", "beside the pond", "behind the barn"});
  if (plot.name == "soup")
    std::erase_if(talk.wordings, [](auto wording) { return wording.find("eat") != wording.npos; });
  if (plot.name == "storm")
    replace_list(plot, "like",
                 {"play in the park", "sing funny songs", "paint bright pictures", "bake sweet cakes", "pick berries",
                  "collect shells", "read stories", "tell jokes", "build tall towers", "draw maps"});
}

}  // namespace

Grammar second_grammar() {
  static const std::vector<Plot> plots = [] {
    std::vector<Plot> list;
    for (auto* part : {friendship_plots, adventure_plots, helping_plots})
      for (Plot& plot : part()) list.push_back(std::move(plot));
    for (Plot& plot : list) {
      Beat talk = are_strangers(plot.name) ? talk_of_strangers() : talk_of_friends();
      restrict_words(plot, talk);
      plot.beats.push_back(std::move(talk));
    }
    return list;
  }();
  return {second_opening(), second_closing(), plots, second_list};
}

}  // namespace figment::data::stories
