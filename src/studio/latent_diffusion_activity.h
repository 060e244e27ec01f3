#pragma once
#include <string>
#include <vector>

#include "data/composed.h"
#include "studio/latent_painter.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Paints what a prompt says, again and again with other noise; without a prompt, one suggestion after the other.
/// A press on a picture of "pictures" shows its words, one on a picture of "words" marks where that word went in all
/// pictures.
class LatentDiffusionActivity : public RepeatingActivity {
 public:
  LatentDiffusionActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override { return painter_->advance(budget_ms); }
  int step_once() override;
  bool steps_in_slices() const override { return true; }
  bool is_complete() const override { return painter_->is_finished(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  PictureRequest wanted() const;  ///< the request of this round
  std::string prompt() const;     ///< of this round
  /// Adds to loading() what the wanted request needs and the painter has not; returns whether it is missing.
  bool prepare();
  void take_prompt(const std::string& prompt);
  void choose();  ///< tells the painter which picture and word were
  void show_words();

  LatentNetworks networks_;
  std::unique_ptr<LatentPainter> painter_;
  std::unique_ptr<LatentPainter> next_;   ///< being prepared for another number of pictures; the present one stays
  std::string painted_;                   ///< the prompt that is being painted
  std::vector<data::CaptionWord> words_;  ///< of it
  std::vector<int> shown_;                ///< places in words_ of those that say what to paint
  int chosen_picture_ = 0;
  int chosen_word_ = -1;  ///< index into shown_
  bool goes_on_ = false;  ///< after loading, with what was begun
};

/// "I have not learnt 'zebra'; try giraffe, horse or tiger": empty if all words of a prompt are known.
std::string unknown_words_note(const std::string& prompt);

}  // namespace figment::studio
