#pragma once
#include "models/judge/judge.h"
#include "training/picture_batches.h"

namespace figment::training {

/// A judge learns the attributes of a set of pictures.
class JudgeTask : public NetworkTask<models::Judge> {
 public:
  /// `name` is the model's, `set` the pictures' it learns from.
  JudgeTask(const std::string& name, const std::string& set);
  std::string name() const override { return name_; }
  std::string data_version() const override { return batches_.version(); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  std::string name_;
  PictureBatches batches_;
};

}  // namespace figment::training
