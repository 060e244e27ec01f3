#pragma once
#include "data/bilingual_words.h"
#include "models/encoder_decoder/encoder_decoder.h"
#include "training/held_out.h"
#include "training/task.h"

namespace figment::training {

/// The sizes of the translator of a preset ("small", "large").
models::EncoderDecoderConfig translator_config(const std::string& preset, std::int64_t vocabulary);

/// The encoder-decoder learns the French or Spanish of English sentences.
class TranslatorTask : public NetworkTask<models::EncoderDecoder>, public HoldsOut {
 public:
  explicit TranslatorTask(const std::string& preset = "small") : TranslatorTask(data::BilingualWords(), preset) {}
  std::string name() const override { return "translator"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override { return std::string(data::bilingual_version); }
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override { return words_.text(token); }
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "sentences"; }

 private:
  void write_sentences(runtime::Program& program, std::int64_t batch, core::Random& random,
                       data::Sentence (*make)(core::Random& random)) const;
  TranslatorTask(data::BilingualWords words, const std::string& preset);

  data::BilingualWords words_;
  std::string preset_;
};

/// Loss of logits [N, vocabulary] where each row of `target` has a token: the mean of the cross-entropy against
/// `targets` i32 [N], negative where there is none.
nn::Tensor mean_over_words(nn::Tensor logits, nn::Tensor target, nn::Tensor targets);

}  // namespace figment::training
