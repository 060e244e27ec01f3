#pragma once
#include <optional>

#include "models/flow_matching/velocity_net.h"
#include "training/flow_pairs.h"
#include "training/held_out.h"
#include "training/task.h"

namespace figment::training {

/// Straightens the shipped diffusion model ("reflow", Liu et al., 2022): the flow begins as that model and learns to go
/// straight from noise to the picture that the model, with guidance, makes of it. The pairs are made while it trains.
class FlowMatchingTask : public NetworkTask<models::VelocityNet>, public HoldsOut {
 public:
  /// Throws Error if the shipped diffusion weights are missing or of another preset.
  explicit FlowMatchingTask(const std::string& preset = "small");

  std::string name() const override { return "flow_matching"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  /// Makes further pairs; for the first batch some more.
  bool prepare_batch(runtime::Program& program, core::Random& random, double budget_ms) override;
  bool prepare_held_out(runtime::Program& program, double budget_ms) override;
  void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pairs"; }

 private:
  std::string preset_;
  std::shared_ptr<models::Unet> diffusion_;
  void write_pairs(const FlowPairs& pairs, runtime::Program& program, std::int64_t batch, core::Random& random);

  std::unique_ptr<FlowPairs> pairs_;
  std::optional<int> evaluations_left_;  ///< before the next batch; none: not said yet
  bool is_prepared_ = false;
  std::unique_ptr<FlowPairs> unseen_pairs_;
  core::Random unseen_random_{0};
  std::vector<float> noise_, pictures_, angles_;
  std::vector<std::int32_t> labels_;
};

/// The mean over a batch of how far the velocity is from straight: sqrt(mean square + c^2) of each sample, so that the
/// many that are nearly right count beside the few that are not. x, noise, picture [B, side, side, depth], angle [B].
nn::Tensor straight_loss(const models::VelocityNet& net, nn::Tensor noise, nn::Tensor picture, nn::Tensor angle,
                         std::span<const nn::Tensor> classes);

}  // namespace figment::training
