#pragma once
#include "data/strokes.h"
#include "models/autoencoder/autoencoder.h"
#include "studio/digits.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Shows digits that no training has seen, or one that a person draws, with noise, coded and decoded.
///
/// The pen draws on "canvas", the right button wipes it; "map" and "code" move the code. view().pictures is one
/// sheet of count digits: as they are, with noise, as the plain network repeats that, and as the denoising one does.
class AutoencoderActivity : public RepeatingActivity {
 public:
  AutoencoderActivity(runtime::Context& context, const Request& request);

  void set_input(const formats::Picture& picture, const formats::Picture& mask) override;
  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return !is_stale_ && !is_running_; }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  using Clock = core::Clock;

  void trace_one();
  void trace_survey();
  void trace_gallery(int count);
  double survey(double budget_ms);  ///< one slice; returns how far it is
  bool is_held() const;             ///< a person's picture stays for a while
  void draw(const PointerEvent& event);
  void drag_map(const PointerEvent& event);
  void drag_bar(const PointerEvent& event);
  void refresh();
  void submit_one();
  void read_one();
  void run_gallery();
  float sigma() const;

  void show_pictures();
  void show_code();
  void show_map();
  void show_errors();

  std::shared_ptr<models::Autoencoder> network_;
  RecordedProgram one_, survey_;
  std::unique_ptr<RecordedProgram> gallery_;
  tensor::Tensor code_output_, error_output_, survey_codes_, survey_errors_;
  ShownPictures canvas_, noisy_, plain_, denoised_, sheet_;
  int sheet_count_ = 0;

  SignSet surveyed_;  ///< held-out digits, then letters
  FeatureSet codes_;  ///< of the digits among them
  std::vector<double> digit_errors_, letter_errors_;
  CodePlane plane_;

  std::vector<float> picture_;  ///< [32, 32], what is coded
  std::vector<float> drawing_;  ///< [32, 32], what the canvas shows
  std::vector<data::Stroke> strokes_;
  std::vector<float> offset_;  ///< that a person added to the code
  std::vector<float> code_;    ///< with the offset
  double error_ = 0;
  int label_ = -1;         ///< of the held-out digit that is shown
  bool is_own_ = false;    ///< drawn or read from a file
  bool is_given_ = false;  ///< read from a file: it stays
  Clock::time_point touched_;
  bool is_stale_ = false;
  bool is_running_ = false;
};

}  // namespace figment::studio
