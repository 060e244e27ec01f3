#pragma once
#include <array>
#include <memory>

#include "data/picture_pool.h"
#include "data/stories.h"
#include "data/token_stream.h"
#include "models/diffusion/unet.h"
#include "models/gpt/gpt.h"
#include "models/judge/judge.h"
#include "training/task.h"

namespace figment::training {

/// Pictures for the tasks on landscapes: drawn in the background while training goes on.
class LandscapeBatches {
 public:
  LandscapeBatches(int pictures, std::uint64_t seed);
  /// Writes "pixels" [B, 64, 64, 3], "time_of_day" and "terrain" [B] of a program.
  /// A label becomes `any` (the id behind the last) with probability `drop`.
  void write(runtime::Program& program, std::int64_t batch, core::Random& random, float drop);
  double progress() const { return pool_.progress(); }

 private:
  data::PicturePool pool_;
  std::vector<float> pixels_;
  std::vector<std::int32_t> classes_;
};

/// A task on a network with `parameters()`, and a second one of the same sizes that follows it.
template <typename Network>
class NetworkTask : public Task {
 public:
  /// Both begin alike: `arguments` are the network's own, its seed among them.
  template <typename... Arguments>
  explicit NetworkTask(const Arguments&... arguments) : network_(arguments...), average_(arguments...) {}
  nn::ParameterList& parameters() override { return network_.parameters(); }
  nn::ParameterList& average() override { return average_.parameters(); }

 protected:
  const Network& network() const { return network_; }

 private:
  Network network_;
  Network average_;
};

/// The landscape U-Net learns v of a cosine process.
class DiffusionTask : public NetworkTask<models::Unet> {
 public:
  DiffusionTask();
  std::string name() const override { return "diffusion"; }
  std::string data_version() const override { return std::string(data::landscape_version); }
  TrainSettings defaults() const override;
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  LandscapeBatches batches_;
};

/// The GPT learns the next token of stories.
class GptTask : public NetworkTask<models::Gpt> {
 public:
  static constexpr std::int64_t length = 192;  ///< tokens a row: the whole context

  GptTask() : GptTask(data::TokenStream()) {}
  std::string name() const override { return "gpt"; }
  std::string data_version() const override { return std::string(data::stories_version); }
  TrainSettings defaults() const override;
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override { return length; }

 private:
  explicit GptTask(data::TokenStream stream);

  data::TokenStream stream_;
};

/// The judge learns the attributes of landscapes.
class JudgeTask : public NetworkTask<models::Judge> {
 public:
  JudgeTask();
  std::string name() const override { return "judge"; }
  std::string data_version() const override { return std::string(data::landscape_version); }
  TrainSettings defaults() const override;
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  LandscapeBatches batches_;
};

}  // namespace figment::training
