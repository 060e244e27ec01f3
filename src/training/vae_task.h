#pragma once
#include "models/vae/vae.h"
#include "training/picture_batches.h"

namespace figment::training {

/// Both variational autoencoders learn digits, each picture at a beta of its own.
class VaeTask : public NetworkTask<models::Vae> {
 public:
  explicit VaeTask(const std::string& preset = "small");
  std::string name() const override { return "vae"; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  PictureBatches batches_;
};

}  // namespace figment::training
