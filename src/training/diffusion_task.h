#pragma once
#include "models/diffusion/unet.h"
#include "training/picture_batches.h"

namespace figment::training {

/// The landscape U-Net learns v of a cosine process.
class DiffusionTask : public NetworkTask<models::Unet> {
 public:
  explicit DiffusionTask(const std::string& preset = "small");
  std::string name() const override { return "diffusion"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  std::string preset_;
  PictureBatches batches_;
};

}  // namespace figment::training
