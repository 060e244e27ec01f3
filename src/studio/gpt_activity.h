#pragma once
#include "studio/gpt_parts.h"
#include "studio/repeating_activity.h"
#include "studio/text_generator.h"

namespace figment::studio {

/// Writes story after story, token by token, at reading speed, several at once if asked for. A press on one of "words"
/// goes back to that token, and on one of "bars" or of "choice N" puts that candidate in the last token's place; the
/// story is written on from there. A press on "looks" chooses the word whose attention is shown, on "heads" the head.
class GptActivity : public RepeatingActivity {
 public:
  GptActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return generator_->is_finished(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  TextRequest wanted() const;  ///< with the seed of this round and branch
  int wanted_stories() const;
  void add_generator();  ///< to what is being loaded
  void show_bars();
  void show_parts();
  bool pick_look(const PointerEvent& event);  ///< whether it was meant
  bool lead(const PointerEvent& event);       ///< goes elsewhere with the story; whether it was meant

  std::shared_ptr<const data::Tokenizer> tokenizer_;
  std::shared_ptr<models::Gpt> network_;
  std::unique_ptr<TextGenerator> generator_;
  std::uint64_t branch_ = 0;  ///< how often a person went back in this story
  double owed_ = 0;           ///< tokens that the reading speed allows by now
  core::Clock::time_point last_;
  std::size_t bars_of_ = 0;        ///< length of the text when the bars were read
  std::vector<ViewPart> choices_;  ///< of that time
  GptLook look_;
  int first_word_ = 0;  ///< of the part "looks"
};

}  // namespace figment::studio
