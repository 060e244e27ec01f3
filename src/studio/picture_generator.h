#pragma once
#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "formats/png.h"
#include "models/diffusion/unet.h"
#include "runtime/program.h"
#include "sampling/sampler.h"
#include "studio/picture_anchor.h"
#include "studio/request.h"
#include "studio/snapshots.h"

namespace figment::studio {

/// The noise process and prediction that the shipped landscape network was trained with.
inline constexpr const char* landscape_process = "cosine";
inline constexpr sampling::Prediction landscape_prediction = sampling::Prediction::v;
inline constexpr int landscape_side = 64;  ///< pixels, of every preset

/// Paints landscapes by diffusion: noise, then one recorded program for each network evaluation.
class PictureGenerator {
 public:
  static constexpr int strip_length = 9;

  /// `count` pictures at once. Throws Error if the weights are missing or damaged.
  PictureGenerator(runtime::Context& context, std::shared_ptr<models::Unet> network, int count);
  ~PictureGenerator();

  /// Compiles the program that a request like this needs, so that the first step is as quick as later ones; its kernels
  /// are still to be warmed up.
  void compile(const PictureRequest& request) { step_program(request.guidance != 1.0F); }
  bool is_compiled(const PictureRequest& request) const { return steps_[request.guidance != 1.0F ? 1 : 0] != nullptr; }
  /// All programs that were compiled, to be warmed up.
  std::vector<runtime::Program*> compiled();
  /// Keeps the state after each row from now on, as far as so many bytes go, so that seek() is quick.
  void keep_rows(std::int64_t bytes_max);
  /// Starts anew from noise. Throws Error if the request makes no sense (studio::check).
  void begin(const PictureRequest& request);
  /// Runs that begin from now on begin from these pictures: under as much noise as `strength`, 0..1, of the steps takes
  /// away; 0 leaves them as they are. What the masks say stays. Sizes as PictureAnchor::set.
  void begin_from(std::span<const float> pictures, std::span<const float> masks, float strength);
  /// Runs that begin from now on begin from noise.
  void begin_from_noise() { strength_.reset(); }
  /// Runs and branches that begin from now on take these noise levels, whose last is sigma 0, instead of the request's
  /// schedule and steps. Empty: the request's.
  void follow(std::vector<sampling::SchedulePoint> points) { followed_ = std::move(points); }
  /// Goes on from where a run of the same network and number of pictures is: the same bits, on the device. Changes
  /// nothing about that run but that an evaluation under way is finished.
  void take_over(PictureGenerator& other);
  /// Shows these pixels [count, side, side, 3] instead of the run's until the next row. Waits.
  void show_pixels(std::span<const float> pixels) { context_.upload(display_, pixels); }
  /// Takes up new labels, guidance, sampler ... for the rows that are left, if steps and seed are the same.
  bool adjust(const PictureRequest& request);
  /// Takes up any request for the steps that are left, from the noise level that is reached: a branch. Not for another
  /// number of pictures. Throws Error if it makes no sense.
  void branch(const PictureRequest& request);
  /// Goes to a step of this run, back or ahead: 0 is the noise. Rows that were not kept have to be computed again until
  /// rows_to_seek() is 0; then show(). The same step of the same request gives the same bits.
  void seek(int step);
  int rows_to_seek() const { return std::max(seek_row_ - row_, 0); }
  void show();  ///< draws the present state
  /// The step at which the request was last changed by branch(), or by going back before such a change; 0: never.
  int branch_step() const { return table_step_; }

  /// Submits about `budget_ms` of work; returns the number of rows finished by it.
  int advance(double budget_ms);
  void run_row();  ///< submits the next row as a whole, without waiting
  void run_all(const std::function<void(int, int)>& progress = {});  ///< to the end, and waits

  bool is_finished() const { return row_ >= rows(); }
  int row() const { return row_; }  ///< network evaluations done
  int rows() const { return table_row_ + static_cast<int>(table_.rows.size()); }
  const sampling::StepTable& table() const { return table_; }  ///< of the rows since the last branch
  int step() const;
  /// Within a step of a sampler of two evaluations, where there is no picture to look at.
  bool is_between_evaluations() const { return row_ < row_of_step_[static_cast<std::size_t>(step())]; }
  double row_cost_ms() const;  ///< of device time, of one evaluation as it was measured or estimated
  int steps() const { return static_cast<int>(points_.size()) - 1; }
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
  void make_table(const PictureRequest& request, int step);
  void start();
  void finish_row_in_flight();
  void drop_row_in_flight();
  void prepare_row();
  void finish_row();
  bool hold_on(bool is_new_stage);
  int stage_of(int row) const { return row * (strip_length - 1) / std::max(rows(), 1); }

  runtime::Context& context_;
  std::shared_ptr<models::Unet> network_;
  int count_;
  PictureRequest request_;
  sampling::StepTable table_;
  std::vector<sampling::SchedulePoint> followed_;
  std::vector<sampling::SchedulePoint> points_;  ///< of the whole run, branches included
  std::vector<int> row_of_step_;                 ///< how many rows lead to each step of the run
  int table_row_ = 0;                            ///< rows before the table's first
  int table_step_ = 0;                           ///< steps before the table's first
  int row_ = 0;
  int seek_row_ = 0;
  int strip_stage_ = -1;
  runtime::Program* in_flight_ = nullptr;  ///< has a row half submitted
  int repeats_ = 0;                        ///< of the present step of an anchored run
  std::unique_ptr<Snapshots> snapshots_;
  std::unique_ptr<PictureAnchor> anchor_;  ///< made when first needed
  std::optional<float> strength_;          ///< of the anchor, if runs begin from it
  std::optional<float> run_strength_;      ///< the same of the present run
  tensor::Variable x_, saved_, display_, strip_;
  std::array<tensor::Variable, 3> history_;
  std::unique_ptr<Step> start_;
  std::unique_ptr<Step> show_;
  std::unique_ptr<Step> take_;  ///< copies the state of another
  const PictureGenerator* taken_from_ = nullptr;
  std::array<std::unique_ptr<Step>, 2> steps_;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Unet> load_landscape_network(const std::filesystem::path& weights = {});

/// [count, side, side, 3] floats in [-1, 1] as one picture: a grid of `columns`, each enlarged `zoom` times
/// (bicubic), with a gap of `gap` pixels between.
formats::Picture contact_sheet(std::span<const float> pixels, int count, int side, int columns, int zoom, int gap);

}  // namespace figment::studio
