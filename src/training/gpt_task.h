#pragma once
#include "data/stories.h"
#include "data/token_stream.h"
#include "models/gpt/gpt.h"
#include "training/task.h"

namespace figment::training {

/// The GPT learns the next token of stories.
class GptTask : public NetworkTask<models::Gpt> {
 public:
  static constexpr std::int64_t length = 192;  ///< tokens a row: the whole context

  explicit GptTask(const std::string& preset = "small") : GptTask(data::TokenStream(), preset) {}
  std::string name() const override { return "gpt"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(data::stories_version); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override { return length; }

 protected:
  GptTask(data::TokenStream stream, const std::string& preset);
  const data::Tokenizer& tokenizer() const { return stream_.tokenizer(); }
  /// What comes next behind the first `lengths[i]` tokens of each row.
  Preview guess_next(nn::Graph& graph, std::span<const std::int32_t> tokens,
                     const std::vector<std::int64_t>& lengths) const;
  /// Goes on from these tokens.
  Writing write_on(nn::Graph& graph, std::vector<std::int32_t> begun) const;

 private:
  data::TokenStream stream_;
  std::string preset_;
};

}  // namespace figment::training
