#pragma once
#include "models/gan/gan.h"
#include "training/picture_batches.h"

namespace figment::training {

/// Generator and discriminator of creatures learn against each other, each by its own loss in every step.
class GanTask : public NetworkTask<models::Gan> {
 public:
  explicit GanTask(const std::string& preset = "small");
  std::string name() const override { return "gan"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  std::string preset_;
  PictureBatches batches_;
};

}  // namespace figment::training
