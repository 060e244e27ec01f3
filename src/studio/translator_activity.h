#pragma once
#include <array>

#include "data/bilingual_words.h"
#include "studio/repeating_activity.h"
#include "studio/sequence_writer.h"

namespace figment::studio {

/// Translates an English sentence word by word, with a beam of four and greedily at the same time, and shows which
/// English words each word came from. After a while it goes on with sentences of its own. A press on a word shows what
/// that one looked at; a press on an example translates it.
class TranslatorActivity : public RepeatingActivity {
 public:
  static constexpr std::int64_t beam_width = 4;

  TranslatorActivity(runtime::Context& context, const Request& request);
  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return beam_->is_finished() && greedy_->is_finished(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  /// A text that is written: the words as they are shown and where they come from.
  struct Written {
    std::vector<SequenceWriter::Word> words;
    std::vector<std::string> shown;        ///< each as it stands in the sentence
    std::vector<std::vector<float>> seen;  ///< of each word, over the source places; by the chosen layers
  };

  data::Language language() const;
  bool is_greedy() const;
  SequenceWriter& shown_writer() const { return is_greedy() ? *greedy_ : *beam_; }
  std::string next_sentence();
  void draw_examples();
  Written read(const SequenceWriter& writer) const;
  std::vector<std::string> source_labels() const;
  WordsView source_words(const Written& written) const;
  WordsView target_words(const Written& written) const;
  WordsView other_words(const Written& written) const;
  WordsView example_words() const;
  HeatMapView alignment(const Written& written) const;
  TreeView tree() const;
  void show_text(const Written& written);

  std::shared_ptr<const data::BilingualWords> words_;
  std::shared_ptr<const models::EncoderDecoder> network_;
  std::unique_ptr<SequenceWriter> beam_;
  std::unique_ptr<SequenceWriter> greedy_;
  std::string english_;                  ///< words divided by blanks
  std::string chosen_;                   ///< an example that was pressed; empty: what was typed
  std::array<std::string, 3> examples_;  ///< words divided by blanks
  int looked_at_ = -1;                   ///< the word whose sources are shown; -1: the last
  double owed_ = 0;                      ///< words that the speed allows by now
  core::Clock::time_point last_ = core::Clock::now();
};

/// The network of a weight file (empty: the shipped ones) in the sizes of its preset.
std::shared_ptr<models::EncoderDecoder> load_translator(const data::BilingualWords& words,
                                                        const std::filesystem::path& weights = {});

}  // namespace figment::studio
