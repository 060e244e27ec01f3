#include "data/stories/questions.h"

namespace figment::data::stories {
namespace {

constexpr QuestionKind who = QuestionKind::who, where = QuestionKind::where, what = QuestionKind::what,
                       why = QuestionKind::why;

}  // namespace

const std::vector<Question>& common_questions() {
  static const std::vector<Question> list = {
      {where, {"Where did {n} live?", "Where does {n} live?", "Where was the home of {n}?"}, "{place}", "", -1},
      {who, {"Who lived {place}?", "Who had a home {place}?"}, "{n}", "", -1},
      {what, {"What did {n} love to do?", "What did {n} like to do?", "What does {n} love to do?"}, "{like}", "", -1},
      {who, {"Who loved to {like}?", "Who liked to {like}?"}, "{n}", "", -1},
      {who, {"Who was {n}?", "Who is {n}?"}, "{a} {adj} {k}", "", -1},
      {who, {"Who was {bn}?", "Who is {bn}?"}, "{a} {badj} {bk}", "", -1},
      {what, {"What did {n} learn?", "What did they learn?", "What is the lesson?"}, "{lesson}", "", -1},
      {who, {"Who was the friend of {n}?", "Who became a friend of {n}?"}, "{bn}", "", -1},
      {where, {"Where did {bn} live?", "Where does {bn} live?", "Where was the home of {bn}?"}, "{bplace}", "", -1},
      {what,
       {"What did {bn} love to do?", "What did {bn} like to do?", "What does {bn} love to do?"},
       "{blike}",
       "",
       -1},
      {what, {"What will they do tomorrow?", "What did they want to do?"}, "{plan}", "", -1},
      {where, {"Where will they meet?", "Where did they want to meet?"}, "{meeting}", "", -1},
      {what, {"What is the favorite food?", "What did someone want to eat?"}, "{favorite}", "", -1},
      {what, {"What was in the bag?", "What did {n} have in {his} bag?"}, "{a} {present}", "", -1},
  };
  return list;
}

std::vector<Question> first_plot_questions(std::string_view plot) {
  if (plot == "lost")
    return {{what, {"What did {n} lose?", "What could {n} not find?"}, "{his} {obj}", "{obj}", 0},
            {where, {"Where was the {obj}?", "Where did they find the {obj}?"}, "{where}", "", 6},
            {who, {"Who helped {n}?", "Who helped to find the {obj}?"}, "{bn}", "", 2},
            {who, {"Who lost the {obj}?", "Who had a {obj}?"}, "{n}", "", 0},
            {why, {"Why was {n} sad?", "Why did {n} feel bad?"}, "because {he} lost {his} {obj}", "{obj}", 0},
            {why, {"Why did {n} need help?"}, "because {he} could not find {his} {obj}", "{obj}", 0}};
  if (plot == "meet")
    return {{where, {"Where did {n} find {bn}?", "Where did {n} meet {bn}?", "Where was {bn}?"}, "{where}", "", 0},
            {who, {"Who was hurt?", "Who did {n} help?"}, "{bn}", "", 2},
            {who, {"Who helped {bn}?", "Who went for a walk?"}, "{n}", "", 3},
            {why, {"Why did {n} help {bn}?", "Why did {bn} need help?"}, "because {bn} was hurt", "because", 2},
            {what, {"What did {n} give {bn}?"}, "{food}", "", 4}};
  if (plot == "share")
    return {{what, {"What did {n} not want to share?", "What did {bn} want?"}, "{food}", "", 0},
            {who, {"Who was hungry?", "Who wanted some {food}?"}, "{bn}", "", 1},
            {who, {"Who did not want to share?", "Who said no?"}, "{n}", "", 3},
            {why,
             {"Why did {n} say no?", "Why was {bn} sad?"},
             "because {n} did not want to share",
             "not want to share",
             3},
            {why, {"Why did {bn} come?"}, "because {bhe} was hungry", "hungry", 1}};
  if (plot == "gift")
    return {
        {who, {"Who had a birthday?", "Who got a gift?"}, "{bn}", "", 0},
        {who, {"Who made a gift?", "Who brought a gift?"}, "{n}", "", 2},
        {why, {"Why did {n} make a gift?", "Why did {n} need a gift?"}, "because {bn} had a birthday", "birthday", 0},
        {what, {"What did {n} make?"}, "{a} {made}", "", 2},
        {what, {"What did {n} bake?"}, "{food}", "", 2},
        {where, {"Where did {n} pick flowers?"}, "{where}", "", 2}};
  if (plot == "quarrel")
    return {
        {what, {"What did they fight over?", "What did they both want?"}, "{a} {obj}", "{obj}", 0},
        {why, {"Why did {n} and {bn} fight?", "Why did they fight?"}, "because they both wanted the {obj}", "{obj}", 0},
        {who, {"Who did {n} fight with?"}, "{bn}", "", 0},
        {who, {"Who took the {obj}?", "Who wanted the {obj} too?"}, "{bn}", "", 0},
        {where, {"Where did {n} sit alone?"}, "{where}", "", 2}};
  if (plot == "neighbor")
    return {{who, {"Who was the new neighbor?", "Who moved in?"}, "{bn}", "", 1},
            {who, {"Who welcomed {bn}?", "Who said hello?"}, "{n}", "", 2},
            {why,
             {"Why did {n} go across the road?", "Why did {n} say hello?"},
             "because {bn} was a new neighbor",
             "new neighbor",
             0},
            {where, {"Where did they play?"}, "{where}", "", 6},
            {what, {"What did {n} take to {bn}?"}, "{food}", "", 3}};
  if (plot == "soup")
    return {{who, {"Who was sick?", "Who was in bed?"}, "{bn}", "", 1},
            {who, {"Who made the soup?", "Who made soup for {bn}?"}, "{n}", "", 2},
            {what, {"What was in the soup?", "What did {n} put in the pot?"}, "{veg}", "", 3},
            {why, {"Why did {n} make soup?", "Why did {bn} get soup?"}, "because {bn} was sick", "because", 1}};
  if (plot == "build")
    return {{what, {"What did {n} want to build?", "What did they build?"}, "{a} {thing}", "", 0},
            {who, {"Who helped {n}?", "Who came to help?"}, "{bn}", "", 2},
            {who, {"Who wanted to build {a} {thing}?"}, "{n}", "", 0},
            {why,
             {"Why did {n} need help?", "Why did {bn} help {n}?"},
             "because {he} could not build it alone",
             "because",
             1}};
  if (plot == "dark")
    return {{what, {"What was {n} afraid of?", "What did {n} not like?"}, "the dark", "", 0},
            {who, {"Who did {n} look for?", "Who did {n} bring home?"}, "{bn}", "", 1},
            {who, {"Who was afraid of the dark?"}, "{n}", "", 0},
            {why, {"Why did {n} go out?", "Why was {n} brave?"}, "because {bn} needed help", "because", 1},
            {where, {"Where was {bn}?"}, "{where}", "", 1}};
  return {};
}

}  // namespace figment::data::stories
