#pragma once
#include "data/conversations.h"
#include "data/token_stream.h"
#include "models/gpt/gpt.h"
#include "training/task.h"

namespace figment::training {

/// Sizes of the GPT that answers questions about a story.
models::GptConfig chat_config(bool is_large);

/// A GPT learns to answer questions about the story before them.
class ChatTask : public NetworkTask<models::Gpt> {
 public:
  static constexpr std::int64_t length = 320;  ///< tokens a row: a story and about twelve questions

  explicit ChatTask(const std::string& preset = "small");
  std::string name() const override { return "chat"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(data::stories2_version); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override { return length; }

 private:
  std::string preset_;
  data::ConversationStream stream_;
};

}  // namespace figment::training
