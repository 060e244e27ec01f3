#pragma once
#include "models/cgan/cgan.h"
#include "training/picture_task.h"

namespace figment::training {

/// A generator of digits by class learns against a discriminator.
class CganTask : public PictureTask<models::Cgan> {
 public:
  explicit CganTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
