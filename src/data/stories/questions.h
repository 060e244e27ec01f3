#pragma once
#include <string_view>
#include <vector>

#include "data/stories.h"
#include "data/stories/grammar.h"
#include "data/stories2.h"

namespace figment::data::stories {

/// Something that can be asked about the stories of a plot, if the story has all its slots.
struct Question {
  QuestionKind kind;
  Words forms;                ///< wordings of the question
  std::string_view answer;    ///< a part of a sentence
  std::string_view evidence;  ///< the words of the story that say so; empty: the answer itself
  int beat = 0;               ///< of the plot: all of it is the evidence if those words are not there
};

/// What can be asked about any story, and what about those of one plot.
const std::vector<Question>& common_questions();
const std::vector<Question>& plot_questions(std::string_view plot);

/// The parts of plot_questions(), split over files; empty for other plots.
std::vector<Question> first_plot_questions(std::string_view plot);   // questions_first.cpp
std::vector<Question> second_plot_questions(std::string_view plot);  // questions_second.cpp

}  // namespace figment::data::stories
