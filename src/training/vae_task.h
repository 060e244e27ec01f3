#pragma once
#include "models/vae/vae.h"
#include "training/picture_task.h"

namespace figment::training {

/// Both variational autoencoders learn digits, each picture at a beta of its own.
class VaeTask : public PictureTask<models::Vae> {
 public:
  explicit VaeTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
