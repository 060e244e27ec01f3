#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "nn/parameters.h"
#include "ops/ops.h"

/// Beam search on the device: of each of several sentences a few translations are written at once, and after every
/// token the best continuations of all of them go on (Graves, 2012; Sutskever et al., 2014). A beam of one is greedy.
///
/// Texts are compared by log-probability / length^exponent (Wu et al., 2016, in its simplest form), where the length is
/// the number of tokens with the end; one that has ended keeps its place among the others while it is good enough.
namespace figment::sampling {

using nn::Tensor;

struct BeamOptions {
  std::int64_t sentences = 1;
  std::int64_t width = 4;  ///< texts of each sentence
  float length_exponent = 0.6F;
  std::int32_t padding = 0;  ///< what an ended text goes on with
  std::int32_t begin = 1;    ///< what every text begins with
  std::int32_t end = 2;
  std::int64_t batch() const { return sentences * width; }
};

/// What the device keeps between tokens, a row for each beam: the beams of sentence 0, the best first, then those of
/// sentence 1 ...
struct BeamState {
  explicit BeamState(const BeamOptions& options);
  BeamOptions options;
  tensor::Variable token;   ///< i32 [batch]: written last
  tensor::Variable sum;     ///< f32 [batch, 1]: log-probability of the text so far
  tensor::Variable length;  ///< f32 [batch, 1]: its tokens
  tensor::Variable ended;   ///< f32 [batch, 1]: 1 once the end is written
};

/// Traces the beginning of a search: every beam holds the begin token, and all but the first of each sentence are out.
void begin_beams(nn::Graph& graph, const BeamState& state);

/// What a step chose for each beam.
struct BeamChoice {
  Tensor parents;  ///< i32 [batch]: the row whose text it goes on
  Tensor tokens;   ///< i32 [batch]
  Tensor sums;     ///< f32 [batch, 1]: log-probability with this token
};

/// Traces a step: chooses by logits [batch, vocabulary] of what follows each beam, and updates the state.
BeamChoice choose_beams(Tensor logits, const BeamState& state);

/// Traces: each row of the variable [batch, ...] becomes that of its parent, as a cache of keys must.
void follow_parents(nn::Graph& graph, const tensor::Variable& variable, Tensor parents);

/// All choices of a search, read back.
class BeamHistory {
 public:
  struct Node {
    int parent = -1;  ///< index of the node before; -1: the beginning
    std::int32_t token = 0;
    float probability = 1;  ///< of this token after those before
    float sum = 0;          ///< log-probability of the text up to here
    bool is_end = false;    ///< the end token, or padding behind it
  };

  explicit BeamHistory(const BeamOptions& options = {}) : options_(options) {}
  void clear() { nodes_.clear(); }
  /// Takes in a step: one value for each row.
  void add(std::span<const std::int32_t> parents, std::span<const std::int32_t> tokens, std::span<const float> sums);

  /// Step s of beam row b is node s * batch + b.
  const std::vector<Node>& nodes() const { return nodes_; }
  int steps() const;
  /// The nodes of the text that a beam of a sentence holds, in order, without end and padding.
  std::vector<int> path(std::int64_t sentence, std::int64_t beam = 0) const;
  bool has_ended(std::int64_t sentence, std::int64_t beam = 0) const;
  bool have_all_ended() const;  ///< every beam of every sentence
  /// Log-probability / length^exponent.
  double score(std::int64_t sentence, std::int64_t beam = 0) const;

 private:
  int last_node(std::int64_t sentence, std::int64_t beam) const;
  BeamOptions options_;
  std::vector<Node> nodes_;
};

}  // namespace figment::sampling
