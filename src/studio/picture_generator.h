#pragma once
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "formats/png.h"
#include "models/diffusion/unet.h"
#include "runtime/program.h"
#include "sampling/sampler.h"
#include "studio/request.h"

namespace figment::studio {

/// The noise process and prediction that the shipped landscape network was trained with.
inline constexpr const char* landscape_process = "cosine";
inline constexpr sampling::Prediction landscape_prediction = sampling::Prediction::v;

/// Paints landscapes by diffusion: noise, then one recorded program for each network evaluation.
class PictureGenerator {
 public:
  static constexpr int strip_length = 9;

  /// `count` pictures at once. Throws Error if the weights are missing or damaged.
  PictureGenerator(runtime::Context& context, std::shared_ptr<models::Unet> network, int count);
  ~PictureGenerator();

  /// Compiles what a request like this needs, so that the first steps are as quick as later ones.
  void warm(const PictureRequest& request);
  /// Starts anew from noise. Throws Error if the request makes no sense (studio::check).
  void begin(const PictureRequest& request);
  /// Takes up new labels, guidance, sampler ... for the rows that are left, if steps and seed are the same.
  bool adjust(const PictureRequest& request);

  /// Submits about `budget_ms` of work; returns the number of rows finished by it.
  int advance(double budget_ms);
  void run_row();  ///< submits the next row as a whole, without waiting
  void run_all(const std::function<void(int, int)>& progress = {});  ///< to the end, and waits

  bool is_finished() const { return row_ >= static_cast<int>(table_.rows.size()); }
  int row() const { return row_; }
  const sampling::StepTable& table() const { return table_; }
  int step() const { return row_ == 0 ? 0 : table_.step_of_row(row_ - 1) + 1; }
  const std::vector<sampling::SchedulePoint>& points() const { return points_; }
  int count() const { return count_; }
  int side() const { return static_cast<int>(network_->config().picture); }
  int strip_stage() const { return strip_stage_; }

  runtime::BufferSlice pictures_memory();  ///< f32 [count, side, side, 3]
  runtime::BufferSlice strip_memory();     ///< f32 [strip_length, side, side, 3] of the first picture
  std::vector<float> read_pixels();        ///< [count, side, side, 3] in [-1, 1]; waits
  std::vector<const runtime::Program*> programs() const;

 private:
  struct Step;  ///< the recorded evaluation, with or without the unconditional half
  Step& step_program(bool guided);
  void make_start();
  void make_table(const PictureRequest& request);
  void prepare_row();
  void finish_row();

  runtime::Context& context_;
  std::shared_ptr<models::Unet> network_;
  int count_;
  PictureRequest request_;
  sampling::StepTable table_;
  std::vector<sampling::SchedulePoint> points_;
  int row_ = 0;
  int strip_stage_ = -1;
  bool in_flight_ = false;
  tensor::Variable x_, saved_, display_, strip_;
  std::array<tensor::Variable, 3> history_;
  std::unique_ptr<Step> start_;
  std::array<std::unique_ptr<Step>, 2> steps_;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Unet> load_landscape_network(const std::filesystem::path& weights = {});

/// [count, side, side, 3] floats in [-1, 1] as one picture: a grid of `columns`, each enlarged `zoom` times
/// (bicubic), with a gap of `gap` pixels between.
formats::Picture contact_sheet(std::span<const float> pixels, int count, int side, int columns, int zoom, int gap);

}  // namespace figment::studio
