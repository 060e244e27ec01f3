#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/lstm/lstm.h"
#include "runtime/program.h"

namespace figment::studio {

/// The family's networks with the weights of a file (empty: the shipped ones). Throws Error as load_weights() does.
std::shared_ptr<models::Lstm> load_character_networks(const std::filesystem::path& weights = {});

/// Lets a character network write `batch` texts at once, one character of each a step. The chosen characters and the
/// state stay on the device.
class CharacterWriter {
 public:
  /// `network` is one of those of `owner`.
  CharacterWriter(runtime::Context& context, std::shared_ptr<const models::Lstm> owner,
                  const models::CharacterNet& network, std::int64_t batch);
  ~CharacterWriter();

  /// Forgets everything; the next step reads the line end before a text.
  void begin(std::uint64_t seed);
  void set_temperature(float temperature) { temperature_ = temperature; }  ///< 0: always the likeliest

  /// Reads what was chosen last (or begins), and chooses what comes behind it. Of a row whose entry in `forced` is a
  /// character that one is read instead; -1 or no entry: what was chosen. Waits for the device.
  void step(std::span<const std::int32_t> forced = {});

  const std::vector<std::int32_t>& chosen() const { return chosen_; }  ///< of each row, by the last step
  float probability(std::size_t row) const;                            ///< of the chosen one
  /// Of the first row and layer after the last step: [units * 4] (none of an rnn), [units], [units] (lstm).
  const std::vector<float>& gates() const { return gates_; }
  const std::vector<float>& hidden() const { return hidden_; }
  const std::vector<float>& cells() const { return cells_; }

  std::int64_t batch() const { return batch_; }
  const models::CharacterNetConfig& config() const;
  runtime::Program* program();

 private:
  struct Step;
  std::shared_ptr<const models::Lstm> owner_;
  std::int64_t batch_;
  std::unique_ptr<Step> step_;
  float temperature_ = 1;
  std::uint64_t seed_ = 0;
  std::int32_t count_ = 0;  ///< steps since the beginning
  std::vector<std::int32_t> chosen_;
  std::vector<float> shares_;
  std::vector<float> gates_;
  std::vector<float> hidden_;
  std::vector<float> cells_;
};

}  // namespace figment::studio
