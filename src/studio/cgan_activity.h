#pragma once
#include <array>

#include "models/cgan/cgan.h"
#include "studio/digits.h"
#include "studio/repeating_activity.h"
#include "studio/wandering_point.h"

namespace figment::studio {

/// Paints the digit that is asked for. "slice" is a slice through the styles to drag over, "row" all ten digits in the
/// style of that place, where a press picks one. view().pictures holds count pictures of the digit in styles of their
/// own.
class CganActivity : public RepeatingActivity {
 public:
  CganActivity(runtime::Context& context, const Request& request);

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
  using Style = std::vector<float>;

  void trace_row();
  void trace_slice();
  void trace_survey();
  void trace_samples(int count);
  double survey_slice();
  int digit() const;
  Style style_at(float x, float y) const;
  void choose_slice();
  void submit_row();
  void read_row();
  void write_slice();
  void submit_samples();
  void add_pictures(const char* name, const char* title, int row, const ShownPictures& pictures);
  void show_scores();

  std::shared_ptr<models::Cgan> network_;
  RecordedProgram row_program_, slice_program_, survey_program_;
  std::unique_ptr<RecordedProgram> samples_program_;
  int samples_count_ = 0;
  tensor::Tensor row_scores_, real_scores_, made_scores_;
  ShownPictures picked_, row_, slice_, samples_;
  SignSet surveyed_;
  std::vector<double> real_, made_;  ///< scores of held-out digits and of pictures of the same ones

  std::array<Style, 3> corners_;      ///< that span the slice
  WanderingPoint style_{1.2F, 1.1F};  ///< in the slice
  int picked_digit_ = -1;             ///< by the mouse; -1: as the request says
  double score_ = 0;                  ///< of the picked picture
  bool is_row_stale_ = true;
  bool is_row_running_ = false;
  bool is_slice_stale_ = true;
  bool is_painting_ = false;  ///< the slice
  bool are_samples_stale_ = true;
};

}  // namespace figment::studio
