#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "models/encoder_decoder/encoder_decoder.h"
#include "runtime/program.h"
#include "sampling/beam_search.h"

namespace figment::studio {

/// Writes texts about other texts with an encoder-decoder, one token of all beams at a time: one recorded program reads
/// the sources, another is replayed for every token. Choices, scores and caches stay on the device.
class SequenceWriter {
 public:
  struct Options {
    std::int64_t sentences = 1;
    std::int64_t beams = 1;        ///< texts of each sentence that are written at once; 1: greedy
    float length_exponent = 0.6F;  ///< see sampling/beam_search.h
    bool sees = true;              ///< keeps what each token looked at, for views
  };
  struct Word {
    std::int32_t token = 0;
    float probability = 1;    ///< after those before
    std::vector<float> seen;  ///< how much each source place was looked at, mean over layers and heads; sums to 1
  };

  SequenceWriter(runtime::Context& context, std::shared_ptr<const models::EncoderDecoder> network,
                 const Options& options);
  ~SequenceWriter();

  /// The programs, to be warmed.
  std::vector<runtime::Program*> compiled();
  std::vector<const runtime::Program*> programs() const;

  /// Starts anew with other texts, at most Options::sentences, each of 1 to source_context tokens; throws Error.
  void begin(const std::vector<std::vector<std::int32_t>>& sources);

  void run_token();               ///< a whole token; waits for it
  int advance(double budget_ms);  ///< submits about so much, without waiting; returns the tokens finished since
  bool is_finished() const { return finished_; }

  const Options& options() const { return options_; }
  const models::EncoderDecoder& network() const { return *network_; }
  const std::vector<std::vector<std::int32_t>>& sources() const { return sources_; }
  const sampling::BeamHistory& history() const { return history_; }
  int steps() const { return history_.steps(); }

  /// What a beam holds (0: the best), without the end.
  std::vector<std::int32_t> tokens(std::int64_t sentence = 0, std::int64_t beam = 0) const;
  std::vector<Word> words(std::int64_t sentence = 0, std::int64_t beam = 0) const;
  /// What layer `layer` and head `head` looked at when a node of the history was written: one value a source place.
  std::vector<float> seen(int node, std::int64_t layer, std::int64_t head) const;

 private:
  struct Decode;
  void submit_next();
  void collect();
  std::vector<float> mean_seen(int node) const;

  std::shared_ptr<const models::EncoderDecoder> network_;
  Options options_;
  std::unique_ptr<Decode> decode_;
  std::vector<std::vector<std::int32_t>> sources_;
  sampling::BeamHistory history_;
  std::vector<float> seen_;  ///< of each step: [batch, layers * heads, source_context]
  bool in_flight_ = false;
  bool finished_ = true;
};

}  // namespace figment::studio
