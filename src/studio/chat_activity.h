#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/conversations.h"
#include "studio/answerer.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// A conversation about a story. By itself it asks a few questions and goes on to the next story; when a person asks,
/// by typing or by a press on one of the suggestions, the story stays. A press on a word of the last answer shows where
/// in the story the network looked for that word.
class ChatActivity : public RepeatingActivity {
 public:
  ChatActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override;
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  struct Turn {
    std::string question;
    std::vector<std::string> words;  ///< of the answer
    bool is_refused = false;         ///< the words are figment's own: it could not ask the network
  };
  void tell_story();
  void ask(const std::string& question);
  void ask_what_waits();
  void take_answer();
  void show_story();
  void show_talk();
  void show_suggestions();
  void show_choice();
  void fill_text();

  std::shared_ptr<const data::Tokenizer> tokenizer_;
  std::shared_ptr<models::Gpt> network_;
  std::unique_ptr<Answerer> answerer_;
  data::QuestionedStory story_;
  std::vector<std::string> suggestions_;  ///< "" for a new story
  std::size_t asked_by_itself_ = 0;
  std::vector<Turn> turns_;
  std::optional<std::string> waiting_;  ///< typed, and asked when the typing has paused
  core::Clock::time_point typed_at_;
  core::Clock::time_point answered_at_;
  core::Clock::time_point last_;
  bool has_person_ = false;       ///< someone asked: the story stays
  std::uint64_t next_story_ = 0;  ///< how often a person wanted another one
  double owed_ = 0;               ///< tokens of the answer that the reading speed allows by now
  int focus_ = -1;                ///< word of the last answer whose sight is shown; -1: all
};

}  // namespace figment::studio
