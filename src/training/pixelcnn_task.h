#pragma once
#include <array>

#include "data/picture_source.h"
#include "models/pixelcnn/pixelcnn.h"
#include "training/task.h"

namespace figment::training {

/// The PixelCNN learns the next cell of palette creatures; its loss is in nats per cell.
class PixelCnnTask : public NetworkTask<models::PixelCnn> {
 public:
  explicit PixelCnnTask(const std::string& preset = "small");
  std::string name() const override { return "pixelcnn"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(source_.version()); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  std::string preset_;
  data::PictureSource source_;
};

/// The names of the inputs of the labels, in the network's order.
inline constexpr std::array<const char*, 2> creature_labels = {"hue", "body"};

}  // namespace figment::training
