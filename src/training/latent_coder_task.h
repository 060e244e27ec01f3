#pragma once
#include "models/latent_coder/latent_coder.h"
#include "training/picture_task.h"

namespace figment::training {

/// An autoencoder learns a small code of composed pictures, for latent diffusion to paint in.
class LatentCoderTask : public PictureTask<models::LatentCoder> {
 public:
  explicit LatentCoderTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
