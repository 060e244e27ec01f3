#pragma once
#include <string>
#include <vector>

#include "data/names.h"
#include "studio/character_writer.h"

namespace figment::studio {

/// Lets a network write names, one in each row of a batch; the kinds take turns.
class NameWriter {
 public:
  NameWriter(runtime::Context& context, std::shared_ptr<const models::Lstm> owner, const models::CharacterNet& network,
             std::int64_t batch);

  void begin(std::uint64_t seed, float temperature);
  void step();  ///< a character of every name
  bool is_finished() const { return is_finished_; }

  /// As far as they have come. A name that has not ended after as many characters as the longest may have is cut.
  const std::vector<data::Name>& names() const { return names_; }
  bool is_well_formed(std::size_t row) const;
  bool is_new(std::size_t row) const;  ///< not among those that it was trained on

  runtime::Program* program() { return writer_.program(); }

 private:
  CharacterWriter writer_;
  std::vector<data::Name> names_;
  std::vector<bool> has_ended_;
  int steps_ = 0;
  bool is_finished_ = true;
};

}  // namespace figment::studio
