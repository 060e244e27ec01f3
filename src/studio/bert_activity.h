#pragma once
#include <string>
#include <vector>

#include "studio/mask_reader.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Fills in masked words, each from the words on both sides: the blanks of a text that a person typed, or those of a
/// story that it has not seen, one after the other. A press on a word shows what it looks at.
class BertActivity : public RepeatingActivity {
 public:
  BertActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return open_.empty() && !reader_->is_reading(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  /// One place of the text.
  struct Place {
    std::string text;      ///< as it was typed or written
    std::string original;  ///< of a story, what stood there
    bool is_blank = false;
    bool is_open = false;  ///< a blank that is not filled in yet
    bool is_unknown = false;
    float probability = 1;  ///< that the network gave to what it filled in
    std::vector<MaskReader::Guess> guesses = {};
  };

  bool tells_story() const;
  double setting(const char* name) const;
  void ask_typed_text();
  void ask_story();
  void take_guesses();
  void fill_next();
  std::size_t next_open();
  int selected() const;

  void publish_text();
  void publish_bars();
  void publish_attention();
  ViewPart& add_part(const char* name, std::string title, int row);
  BarsView bars_of(const Place& place) const;

  data::MaskedStories stories_;
  std::shared_ptr<models::Bert> network_;
  std::unique_ptr<MaskReader> reader_;
  std::vector<std::int32_t> tokens_;  ///< as the network reads them
  std::vector<Place> places_;         ///< of each token
  std::vector<int> open_;             ///< blanks to be filled in, from the left
  std::vector<int> filled_;           ///< in the order in which they were filled in
  std::string note_;
  core::Random random_{1};
  int selected_ = -1;  ///< chosen by a press; -1: the blank that was filled in last
  double owed_ = 0;    ///< words that the speed allows by now
  core::Clock::time_point last_;
};

}  // namespace figment::studio
