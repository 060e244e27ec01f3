#pragma once
#include <array>

#include "models/vae/vae.h"
#include "studio/digits.h"
#include "studio/repeating_activity.h"
#include "studio/wandering_point.h"

namespace figment::studio {

/// Shows both variational autoencoders: the plane of two numbers as one picture to drag over ("manifold", "map"), and
/// of the 16 numbers samples, a way from one digit to another, and what moving along an attribute does.
/// view().pictures holds the samples.
class VaeActivity : public RepeatingActivity {
 public:
  VaeActivity(runtime::Context& context, const Request& request);

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
  static constexpr float map_reach = 3;
  static constexpr int trade_count = 7;  ///< points of the curves over beta
  static constexpr int between_count = 8;
  static constexpr int attribute_count = 7;

  /// What the networks make of the held-out digits at one beta.
  struct Survey {
    FeatureSet plane_codes, space_codes;
    std::vector<double> log_variances;  ///< of each number of the 16, means over the pictures
    double rate = 0;                    ///< of all, nats
    std::size_t done = 0;               ///< pictures
  };
  /// Means over some pictures at one beta.
  struct Trade {
    double squared_error = 0;  ///< of a pixel
    double rate = 0;           ///< nats a picture
  };

  static float log_beta_of(int trade);
  void trace_manifold();
  void trace_point();
  void trace_survey();
  void trace_rows(int count);
  double trade_slice();  ///< of the curves over beta, while loading
  void write_survey();
  void take_survey();
  int survey_step(double budget_ms);
  void write_rows();
  void write_point();
  float beta() const;
  double setting(const char* name) const;
  std::vector<float> samples() const;
  std::vector<float> interpolation() const;
  std::vector<float> arithmetic() const;

  // vae_view.cpp
  ViewPart& add_part(const char* name, const char* title, int row, float height, float width);
  void show_plane();
  void show_space();
  void show_numbers();
  std::vector<double> told() const;

  std::shared_ptr<models::Vae> network_;
  RecordedProgram manifold_program_, point_program_, survey_program_;
  std::unique_ptr<RecordedProgram> rows_program_;
  int rows_count_ = 0;
  struct {
    tensor::Tensor plane_codes, space_codes, log_variances, squared_error, rate;
  } outputs_;
  ShownPictures manifold_, point_picture_, sample_pictures_, between_, attribute_pictures_;

  SignSet surveyed_;
  Survey survey_;  ///< complete
  Survey next_;    ///< at a new beta, on its way
  std::vector<Trade> trades_;
  std::size_t trade_pictures_ = 0;

  WanderingPoint point_{1.7F, 1.3F};
  bool is_surveyed_ = false;
  bool is_surveying_ = false;  ///< some pictures at the present beta
  bool is_manifold_stale_ = true;
  bool is_painting_ = false;  ///< the manifold
  bool are_rows_stale_ = true;
  bool is_point_stale_ = true;
};

}  // namespace figment::studio
