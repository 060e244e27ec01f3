#pragma once
#include "models/autoencoder/autoencoder.h"
#include "training/picture_task.h"

namespace figment::training {

/// Two autoencoders learn to repeat digits: one as it sees them, one from beneath noise.
class AutoencoderTask : public PictureTask<models::Autoencoder> {
 public:
  explicit AutoencoderTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
