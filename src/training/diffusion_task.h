#pragma once
#include "models/diffusion/unet.h"
#include "training/picture_task.h"

namespace figment::training {

/// The landscape U-Net learns v of a cosine process.
class DiffusionTask : public PictureTask<models::Unet> {
 public:
  explicit DiffusionTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
