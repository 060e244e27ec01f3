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

/// The landscape U-Net learns v of a cosine process.
class DiffusionTask : public Task {
 public:
  DiffusionTask();
  std::string name() const override { return "diffusion"; }
  std::string data_version() const override { return std::string(data::landscape_version); }
  TrainSettings defaults() const override;
  nn::ParameterList& parameters() override { return network_.parameters(); }
  nn::ParameterList& average() override { return average_.parameters(); }
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  models::Unet network_;
  models::Unet average_;
  LandscapeBatches batches_;
  std::uint32_t step_ = 0;
};

/// The GPT learns the next token of stories.
class GptTask : public Task {
 public:
  static constexpr std::int64_t length = 192;  ///< tokens a row: the whole context

  GptTask();
  std::string name() const override { return "gpt"; }
  std::string data_version() const override { return std::string(data::stories_version); }
  TrainSettings defaults() const override;
  nn::ParameterList& parameters() override { return network_.parameters(); }
  nn::ParameterList& average() override { return average_.parameters(); }
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override { return length; }

 private:
  data::TokenStream stream_;
  models::Gpt network_;
  models::Gpt average_;
};

/// The judge learns the attributes of landscapes.
class JudgeTask : public Task {
 public:
  JudgeTask();
  std::string name() const override { return "judge"; }
  std::string data_version() const override { return std::string(data::landscape_version); }
  TrainSettings defaults() const override;
  nn::ParameterList& parameters() override { return network_.parameters(); }
  nn::ParameterList& average() override { return average_.parameters(); }
  nn::Tensor loss(nn::Graph& graph, std::int64_t batch) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "pictures"; }
  double progress() const override { return batches_.progress(); }

 private:
  models::Judge network_;
  models::Judge average_;
  LandscapeBatches batches_;
};

}  // namespace figment::training
