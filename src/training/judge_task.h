#pragma once
#include "models/judge/judge.h"
#include "training/picture_task.h"

namespace figment::training {

/// A judge learns the attributes of a set of pictures.
class JudgeTask : public PictureTask<models::Judge> {
 public:
  /// `name` is the model's, `set` the pictures' it learns from.
  JudgeTask(const std::string& name, const std::string& set);
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
};

}  // namespace figment::training
