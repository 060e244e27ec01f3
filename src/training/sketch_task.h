#pragma once
#include "models/sketch/sketch.h"
#include "training/held_out.h"
#include "training/picture_task.h"

namespace figment::training {

/// A generator paints landscapes from their outlines; it is to come close to the true picture and to pass for one.
class SketchTask : public NetworkTask<models::Sketch>, public HoldsOut {
 public:
  explicit SketchTask(const std::string& preset = "small");
  std::string name() const override { return "sketch"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  /// The inputs "lines" [batch, side, side, 1] and one of each class axis, i32 [batch].
  struct Sketches {
    nn::Tensor lines;
    std::vector<nn::Tensor> labels;
  };
  Sketches sketches(nn::Graph& graph, std::int64_t batch) const;
  /// Writes these for pictures that training never sees, from `first` on; not beside training on another thread.
  void write_unseen_sketches(runtime::Program& program, std::int64_t first, std::int64_t batch);
  double progress() const override { return static_cast<double>(source_.progress()); }

 private:
  void write_sketches(runtime::Program& program, std::int64_t batch, core::Random& random);
  void write_drawn(runtime::Program& program, std::int64_t batch, core::Random& random);

  std::string preset_;
  data::PictureSource source_;
  std::vector<float> pixels_, lines_;
  std::vector<std::int32_t> classes_;
};

}  // namespace figment::training
