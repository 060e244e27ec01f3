#pragma once
#include <array>

#include "data/character_stream.h"
#include "models/lstm/lstm.h"
#include "training/held_out.h"
#include "training/task.h"

namespace figment::training {

/// The character networks learn the next character: of stories, and of names, each with a loss of its own. What they
/// remember is carried from batch to batch; the gradient goes back to the beginning of the batch (Werbos, 1990).
class LstmTask : public NetworkTask<models::Lstm>, public HoldsOut {
 public:
  static constexpr std::int64_t story_length = 128;  ///< characters a row of a batch
  static constexpr std::int64_t name_length = 32;

  explicit LstmTask(const std::string& preset = "small");
  std::string name() const override { return "lstm"; }
  std::string preset() const override { return preset_; }
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Objective objective(nn::Graph& graph, std::int64_t batch) override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  std::string word(std::int32_t token) const override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  /// Stories from their beginnings, and names that are in no list.
  void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::string unit() const override { return "characters"; }
  std::int64_t units_per_sample() const override { return story_length; }

 private:
  /// Rows of a text of the names for `batch` rows of stories.
  static std::int64_t name_rows(std::int64_t batch) { return batch / 2 > 0 ? batch / 2 : 1; }

  data::CharacterStream stories_;
  data::CharacterStream names_;
  std::string preset_;
};

}  // namespace figment::training
