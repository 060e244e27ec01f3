#pragma once
#include <array>

#include "models/pixelcnn/pixelcnn.h"
#include "training/picture_task.h"

namespace figment::training {

/// The PixelCNN learns the next cell of palette creatures; its loss is in nats per cell.
class PixelCnnTask : public PictureTask<models::PixelCnn> {
 public:
  explicit PixelCnnTask(const std::string& preset = "small");
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
};

/// The colours of palette creatures as a constant, [16, 3] in [-1, 1].
nn::Tensor creature_palette(nn::Graph& graph);

}  // namespace figment::training
