#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/latent_coder/latent_coder.h"
#include "models/latent_diffusion/latent_unet.h"
#include "training/task.h"

namespace figment::training {

/// The shipped coder, which latent diffusion paints in. Throws Error if its weights are missing or damaged.
std::shared_ptr<models::LatentCoder> load_latent_coder(const std::filesystem::path& weights = {});

/// The sizes of a preset of latent diffusion, for the words of composed captions. Throws Error for an unknown preset.
models::LatentUnetConfig latent_unet_config(const std::string& preset);

/// The network that paints what captions say learns v of a cosine process in the codes of composed pictures. The coder
/// is not trained with it.
class LatentDiffusionTask : public NetworkTask<models::LatentUnet> {
 public:
  explicit LatentDiffusionTask(const std::string& preset = "small");
  std::string name() const override { return "latent_diffusion"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  Preview preview(nn::Graph& graph) override;
  /// What the averaged network paints when asked for `words` i32 [count, config().words], decoded: [count, 64, 64, 3].
  nn::Tensor paint(nn::Tensor words, nn::Tensor seed, int steps);

 private:
  nn::Tensor paint_from(nn::Tensor noise, nn::Tensor words, int steps);

  std::string preset_;
  std::shared_ptr<models::LatentCoder> coder_;
  std::vector<float> pixels_;
  std::vector<std::int32_t> words_;
  std::vector<float> weights_;
};

}  // namespace figment::training
