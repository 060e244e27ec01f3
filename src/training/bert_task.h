#pragma once
#include "data/masked_stories.h"
#include "data/stories.h"
#include "models/bert/bert.h"
#include "training/task.h"

namespace figment::training {

/// BERT learns to guess masked words of stories.
class BertTask : public NetworkTask<models::Bert> {
 public:
  static constexpr std::int64_t length = 160;  ///< tokens a row

  explicit BertTask(const std::string& preset = "small") : BertTask(data::MaskedStories(), preset) {}
  std::string name() const override { return "bert"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(data::stories_version); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override { return length; }

 private:
  BertTask(data::MaskedStories stories, const std::string& preset);

  data::MaskedStories stories_;
  std::string preset_;
};

/// Sizes for a vocabulary. Throws Error for a preset that is not known.
models::BertConfig bert_config(const std::string& preset, const data::MaskTokenizer& tokenizer);

}  // namespace figment::training
