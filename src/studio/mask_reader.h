#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "data/masked_stories.h"
#include "models/bert/bert.h"
#include "runtime/program.h"

namespace figment::studio {

/// Reads a text with masked tokens as a whole: the likeliest words for each place, and which place looked at which.
class MaskReader {
 public:
  static constexpr int guess_count = 5;
  struct Guess {
    std::int32_t token = 0;
    float probability = 0;
  };

  /// Texts of at most `length` tokens.
  MaskReader(runtime::Context& context, std::shared_ptr<models::Bert> network, std::int64_t length);

  runtime::Program* compiled() { return program_.get(); }
  const runtime::Program* program() const { return program_.get(); }
  std::int64_t length() const { return length_; }

  /// Begins to read these tokens. Throws Error if they are too many.
  void begin(std::span<const std::int32_t> tokens);
  /// Submits work worth about `budget_ms` without waiting; true once the text is read.
  bool advance(double budget_ms);
  void finish();  ///< waits until it is read
  bool is_reading() const { return is_reading_; }

  // Of the text that was read last:
  Guess guess(int place, int rank) const;
  /// How much `from` looks at `to` in a layer and head, all counted from 0; a row sums to 1.
  float look(int layer, int head, int from, int to) const;
  int tokens() const { return static_cast<int>(read_); }

 private:
  void take();

  std::shared_ptr<models::Bert> network_;
  std::int64_t length_;
  tensor::Graph graph_;
  tensor::Tensor shares_, likeliest_, seen_;
  std::unique_ptr<runtime::Program> program_;
  std::vector<float> probabilities_;
  std::vector<std::int32_t> words_;
  std::vector<float> looks_;
  std::size_t asked_ = 0;
  std::size_t read_ = 0;
  bool is_reading_ = false;
  bool is_submitted_ = false;
};

/// The network with the weights of a file (default: those that the model runs with).
std::shared_ptr<models::Bert> load_mask_network(const data::MaskTokenizer& tokenizer,
                                                const std::filesystem::path& weights = {});

}  // namespace figment::studio
