#pragma once
#include "models/cgan/cgan.h"
#include "training/picture_batches.h"

namespace figment::training {

/// A generator of digits by class learns against a discriminator.
class CganTask : public NetworkTask<models::Cgan> {
 public:
  explicit CganTask(const std::string& preset = "small");
  std::string name() const override { return "cgan"; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  PictureBatches batches_;
};

}  // namespace figment::training
