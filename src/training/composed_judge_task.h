#pragma once
#include "models/composed_judge/composed_judge.h"
#include "training/picture_task.h"

namespace figment::training {

/// The judge of composed pictures learns all their attributes, from pictures that are blurred and noisy by chance, so
/// that it can read those that a model paints.
class ComposedJudgeTask : public PictureTask<models::ComposedJudge> {
 public:
  ComposedJudgeTask();
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
};

/// How many nouns, numbers, sizes, colours and backgrounds composed pictures have.
std::vector<std::int64_t> composed_class_counts();

}  // namespace figment::training
