#pragma once
#include "models/creature_judge/creature_judge.h"
#include "training/picture_batches.h"

namespace figment::training {

/// The judge of creatures learns hue and body, half from creatures and half from palette creatures, cells enlarged.
class CreatureJudgeTask : public NetworkTask<models::CreatureJudge> {
 public:
  CreatureJudgeTask();
  std::string name() const override { return "creature_judge"; }
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }

 private:
  data::PictureSource creatures_;
  data::PictureSource palette_creatures_;
};

/// How many hues and bodies creatures have.
std::vector<std::int64_t> creature_class_counts();

}  // namespace figment::training
