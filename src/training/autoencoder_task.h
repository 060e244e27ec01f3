#pragma once
#include "models/autoencoder/autoencoder.h"
#include "training/picture_batches.h"

namespace figment::training {

/// Two autoencoders learn to repeat digits: one as it sees them, one from beneath noise.
class AutoencoderTask : public NetworkTask<models::Autoencoder> {
 public:
  explicit AutoencoderTask(const std::string& preset = "small");
  std::string name() const override { return "autoencoder"; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  PictureBatches batches_;
};

}  // namespace figment::training
