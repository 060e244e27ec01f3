#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "runtime/program.h"
#include "studio/view.h"
#include "training/task.h"

namespace figment::studio {

/// What a network in training writes, over and over: Task::writing as a program of its own, a token each time it runs.
class TrainingText {
 public:
  /// `task` must outlive it, and keep its parameters.
  TrainingText(runtime::Context& context, training::Task& task);
  ~TrainingText();

  bool is_empty() const { return program_ == nullptr; }  ///< the task writes nothing

  /// Submits about `budget_ms` of the next token; true once it is there, which is then to be taken.
  bool advance(double budget_ms);
  bool is_submitted() const { return is_submitted_; }  ///< only the device has still to finish it
  /// Puts the token behind the text, as of this step; behind a whole text the next one begins.
  void take(std::int64_t step);

  struct Text {
    std::int64_t step = 0;  ///< of its latest token
    bool is_whole = false;
    std::vector<WordsView::Word> words;  ///< weight: how likely each was
  };
  /// The first, the one before the latest, and the latest, as far as there are so many.
  const std::vector<Text>& texts() const { return texts_; }
  const training::Writing& writing() const { return writing_; }

  std::vector<runtime::Program*> compiled();

 private:
  void begin_text();

  training::Task& task_;
  nn::Graph graph_;
  training::Writing writing_;
  std::unique_ptr<runtime::Program> program_;
  nn::Tensor last_;  ///< [1, vocabulary], of the last token
  std::vector<std::int32_t> tokens_;
  std::size_t length_ = 0;
  std::vector<Text> texts_;
  core::Random random_{1, 11};
  bool is_submitted_ = false;
};

}  // namespace figment::studio
