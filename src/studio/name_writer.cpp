#include "studio/name_writer.h"

#include <algorithm>

#include "data/character_stream.h"

namespace figment::studio {

namespace {

constexpr int mark_length = 2;    // of what says which kind is asked for: data::name_mark
constexpr int longest_name = 48;  // characters

}  // namespace

NameWriter::NameWriter(runtime::Context& context, std::shared_ptr<const models::Lstm> owner,
                       const models::CharacterNet& network, std::int64_t batch)
    : writer_(context, std::move(owner), network, batch) {}

void NameWriter::begin(std::uint64_t seed, float temperature) {
  writer_.begin(seed);
  writer_.set_temperature(temperature);
  names_.clear();
  for (std::int64_t row = 0; row < writer_.batch(); ++row) {
    names_.push_back({static_cast<data::NameKind>(row % data::name_kinds), ""});
  }
  has_ended_.assign(names_.size(), false);
  steps_ = 0;
  is_finished_ = false;
}

void NameWriter::step() {
  if (is_finished_) return;
  std::vector<std::int32_t> forced;
  if (steps_ > 0 && steps_ <= mark_length) {
    for (const data::Name& name : names_) {
      forced.push_back(data::character_id(data::name_mark(name.kind)[static_cast<std::size_t>(steps_ - 1)]));
    }
  }
  writer_.step(forced);
  if (++steps_ <= mark_length) return;
  for (std::size_t row = 0; row < names_.size(); ++row) {
    if (has_ended_[row]) continue;
    const std::int32_t id = writer_.chosen()[row];
    has_ended_[row] = id == data::line_end;
    if (!has_ended_[row]) names_[row].text += data::character_of(id);
  }
  is_finished_ =
      steps_ > mark_length + longest_name || std::find(has_ended_.begin(), has_ended_.end(), false) == has_ended_.end();
}

bool NameWriter::is_well_formed(std::size_t row) const {
  return has_ended_[row] && data::is_well_formed(names_[row].text, names_[row].kind);
}

bool NameWriter::is_new(std::size_t row) const { return !data::training_name_set().contains(names_[row].text); }

}  // namespace figment::studio
