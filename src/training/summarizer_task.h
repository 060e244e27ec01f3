#pragma once
#include "data/summaries.h"
#include "models/encoder_decoder/encoder_decoder.h"
#include "training/task.h"

namespace figment::training {

/// Sizes of the network that reads a story and writes one line.
models::EncoderDecoderConfig summarizer_config(bool is_large);

/// An encoder and decoder learn the one-line summaries of stories.
class SummarizerTask : public NetworkTask<models::EncoderDecoder> {
 public:
  explicit SummarizerTask(const std::string& preset = "small");
  std::string name() const override { return "summarizer"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(data::stories2_version); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "tokens"; }
  std::int64_t units_per_sample() const override {
    return data::SummaryStream::source_length + data::SummaryStream::target_length;
  }

 private:
  std::string preset_;
  data::SummaryStream stream_;
};

}  // namespace figment::training
