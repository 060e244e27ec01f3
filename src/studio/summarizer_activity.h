#pragma once
#include <string>
#include <vector>

#include "data/summaries.h"
#include "studio/repeating_activity.h"
#include "studio/sequence_writer.h"

namespace figment::studio {

/// Story after story, each with the line that the network writes about it, and how much it reads of each sentence as
/// it writes. A press on a word of the line shows what was read for that word.
class SummarizerActivity : public RepeatingActivity {
 public:
  SummarizerActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return writer_->is_finished(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  std::vector<float> sentence_shares(const SequenceWriter::Word& word) const;
  void show_story(const std::vector<SequenceWriter::Word>& words);
  void show_summary(const std::vector<SequenceWriter::Word>& words);
  void show_reading(const std::vector<SequenceWriter::Word>& words);

  data::SummaryStream stream_;
  std::shared_ptr<models::EncoderDecoder> network_;
  std::unique_ptr<SequenceWriter> writer_;
  std::vector<std::int32_t> story_;
  std::vector<int> sentence_of_;  ///< of each token of the story
  int sentences_ = 0;
  double owed_ = 0;  ///< words that the reading speed allows by now
  core::Clock::time_point last_;
  int focus_ = -1;  ///< word of the summary whose reading is shown; -1: the newest, and of a whole line all
};

/// Which sentence each token belongs to, counted from 0: sentences end with a mark that a capital or a quote follows.
std::vector<int> sentences_of(const data::Tokenizer& tokenizer, const std::vector<std::int32_t>& tokens);

}  // namespace figment::studio
