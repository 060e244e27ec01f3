#pragma once
#include "models/gan/gan.h"
#include "training/picture_task.h"

namespace figment::training {

/// Generator and discriminator of creatures learn against each other, each by its own loss in every step.
class GanTask : public PictureTask<models::Gan> {
 public:
  explicit GanTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

}  // namespace figment::training
