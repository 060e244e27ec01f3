#include <map>

#include "data/stories/questions.h"

namespace figment::data::stories {
namespace {

constexpr QuestionKind who = QuestionKind::who, where = QuestionKind::where, what = QuestionKind::what,
                       why = QuestionKind::why;

std::vector<Question> helping_questions(std::string_view plot) {
  if (plot == "nest")
    return {{what, {"What did {n} find?", "What could not fly?"}, "a little bird", "", 0},
            {where, {"Where was the bird?", "Where did {n} find the bird?"}, "{where}", "", 0},
            {where, {"Where was the nest?"}, "in {a} {tree} tree", "{tree} tree", 2},
            {who, {"Who helped {n}?"}, "{bn}", "", 3},
            {who, {"Who found the bird?", "Who put the bird back?"}, "{n}", "", 5},
            {why,
             {"Why did the bird need help?", "Why did {n} need a ladder?"},
             "because the bird could not fly",
             "because",
             1}};
  if (plot == "music")
    return {{what, {"What did {n} get?", "What did {n} learn to play?"}, "{a} {tool}", "", 0},
            {who, {"Who gave {n} the {tool}?"}, "{his} {giver}", "", 0},
            {who, {"Who taught {n}?", "Who taught {n} to play?"}, "{bn}", "", 2},
            {where, {"Where did they practice?"}, "{where}", "", 4},
            {where, {"Where did {n} play?"}, "at the {feast}", "", 5},
            {why,
             {"Why did {n} need help?", "Why did {bn} help {n}?"},
             "because the {tool} sounded terrible",
             "because",
             1}};
  if (plot == "kite")
    return {{where, {"Where was the kite?", "Where did the kite land?"}, "{stuck}", "", 1},
            {who, {"Who helped {n}?", "Who got the kite down?"}, "{bn}", "", 3},
            {who, {"Who had a kite?"}, "{n}", "", 0},
            {what, {"What color was the kite?"}, "{kite}", "", 0},
            {what, {"What did {n} fly?"}, "{a} {kite} kite", "", 0},
            {why,
             {"Why did {n} need help?", "Why could {n} not reach the kite?"},
             "because it was too high",
             "because",
             2}};
  if (plot == "truth")
    return {{what, {"What did {n} break?", "What did they mend?"}, "{a} {vase}", "", 0},
            {who, {"Who broke the {vase}?", "Who told the truth?"}, "{n}", "", 0},
            {who, {"Who helped to mend it?", "Who helped {n}?"}, "{bn}", "", 6},
            {who, {"Who loved the {vase}?", "Who was not angry?"}, "{his} {owner}", "", 1},
            {why, {"Why did {n} feel bad?", "Why was {n} sad?"}, "because {he} broke {a} {vase}", "{a} {vase}", 0},
            {why, {"Why was {his} {owner} not angry?"}, "because {n} told the truth", "the truth", 4}};
  if (plot == "sail")
    return {{where, {"Where did they sail?", "Where did {n} want to go?"}, "to {goal}", "", 0},
            {who, {"Who came along?", "Who went with {n}?"}, "{bn}", "", 1},
            {what, {"What did {n} put in the hole?"}, "{his} {plug}", "", 3},
            {what, {"What did {bn} take?", "What did {bn} use?"}, "{a} {cup}", "", 4},
            {what, {"What did they sail in?"}, "{a} {boat}", "", 0},
            {who, {"Who stopped the hole?"}, "{n}", "", 3},
            {why,
             {"Why did water come in?", "Why was the boat in danger?"},
             "because there was a hole in the bottom",
             "a hole",
             2}};
  if (plot == "crumbs")
    return {{what, {"What was gone?", "What did {n} look for?", "What did {bn} eat?"}, "the {treat}", "{treat}", 0},
            {who, {"Who ate the {treat}?", "Who was hungry?"}, "{bn}", "", 3},
            {who, {"Who followed the crumbs?"}, "{n}", "", 0},
            {where, {"Where was {bn}?", "Where did the crumbs end?"}, "{where}", "", 2},
            {why, {"Why did {bn} eat the {treat}?", "Why did {bn} take it?"}, "because {bhe} was hungry", "hungry", 4}};
  if (plot == "fog")
    return {{who, {"Who was out in a boat?", "Who saw the light?"}, "{bn}", "", 1},
            {who, {"Who helped {bn}?", "Who had {a} {light}?"}, "{n}", "", 3},
            {what, {"What did {n} take?", "What did {n} have?"}, "{a} {light}", "", 3},
            {where, {"Where did {n} go with the light?", "Where did {n} climb?"}, "up {tower}", "{tower}", 3},
            {why, {"Why did {bn} need help?", "Why could {bn} not come home?"}, "because of the thick fog", "fog", 0}};
  if (plot == "play")
    return {
        {who, {"Who forgot the words?", "Who was the {role}?"}, "{bn}", "", 1},
        {what, {"What was {bn} in the play?"}, "the {role}", "", 1},
        {where, {"Where was the play?"}, "at {stage}", "", 0},
        {where, {"Where was {n}?"}, "{seat}", "", 3},
        {who, {"Who helped {bn}?", "Who knew the words?"}, "{n}", "", 4},
        {why, {"Why did {bn} need help?", "Why did {n} help {bn}?"}, "because {bhe} forgot the words", "because", 2}};
  return {};
}

}  // namespace

std::vector<Question> second_plot_questions(std::string_view plot) {
  if (plot == "race")
    return {{who, {"Who did {n} race against?", "Who needed help?"}, "{bn}", "", 1},
            {who, {"Who stopped to help?", "Who helped {bn}?"}, "{n}", "", 5},
            {why, {"Why did {n} stop?", "Why did {n} help {bn}?"}, "because {bn} fell", "because", 4},
            {where, {"Where did {bn} fall?"}, "{where}", "", 4},
            {what, {"What was the prize?", "What did they get?"}, "{a} {obj}", "", 6}};
  if (plot == "map")
    return {{what, {"What was in the box?", "What was the treasure?"}, "{a} {obj}", "", 5},
            {where, {"Where was the treasure?", "Where was the box?"}, "{where}", "", 1},
            {where, {"Where was the map?"}, "in {a} {holder}", "{a} {holder}", 0},
            {who, {"Who went with {n}?", "Who came along?"}, "{bn}", "", 2},
            {who, {"Who found the map?"}, "{n}", "", 0},
            {why,
             {"Why did they go out?", "Why did they follow the map?"},
             "because they wanted to find the treasure",
             "treasure",
             1}};
  if (plot == "storm")
    return {{who, {"Who came to the door?", "Who was wet?"}, "{bn}", "", 2},
            {who, {"Who opened the door?", "Who had a warm home?"}, "{n}", "", 2},
            {why, {"Why was {bn} wet?", "Why did {bn} come?"}, "because there was a storm", "storm", 0},
            {what, {"What did they eat?"}, "{food}", "", 5}};
  if (plot == "garden")
    return {{what, {"What did {n} plant?", "What grew?"}, "{a} {seed} seed", "", 0},
            {who, {"Who told {n} to wait?", "Who helped {n}?"}, "{bn}", "", 2},
            {who, {"Who planted {a} {seed} seed?", "Who had to wait?"}, "{n}", "", 0},
            {why, {"Why was {n} sad?", "Why did {n} have to wait?"}, "because the seed did not grow", "because", 1}};
  if (plot == "swim")
    return {{who, {"Who taught {n} to swim?", "Who could swim?"}, "{bn}", "", 2},
            {who, {"Who could not swim?", "Who learned to swim?"}, "{n}", "", 0},
            {what, {"What did {bn} teach {n}?"}, "to swim", "swim", 6},
            {why,
             {"Why did {n} not go in?", "Why did {n} need help?"},
             "because {he} was afraid of the water",
             "because",
             1},
            {where, {"Where did {n} swim?"}, "to the {target}", "", 6}};
  if (plot == "wish")
    return {{what, {"What did {n} wish for?", "What was the wish?"}, "{wish}", "", 1},
            {who, {"Who did {n} meet?", "Who looked at the stars too?"}, "{bn}", "", 3},
            {what, {"What did they see in the stars?"}, "{a} {shape}", "", 5},
            {where, {"Where was {bn}?", "Where did the noise come from?"}, "{where}", "", 2},
            {why, {"Why did {n} go out?", "Why did {n} look up?"}, "because {he} wanted to see the stars", "stars", 0}};
  return helping_questions(plot);
}

const std::vector<Question>& plot_questions(std::string_view plot) {
  static const std::map<std::string_view, std::vector<Question>> lists = [] {
    std::map<std::string_view, std::vector<Question>> all;
    for (const Plot& known : second_grammar().plots) {
      std::vector<Question> list = first_plot_questions(known.name);
      if (list.empty()) list = second_plot_questions(known.name);
      all.emplace(known.name, std::move(list));
    }
    return all;
  }();
  return lists.at(plot);
}

}  // namespace figment::data::stories
