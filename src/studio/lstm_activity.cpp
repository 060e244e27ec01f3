#include "studio/lstm_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/character_stream.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

using Clock = core::Clock;
using ops::Cell;

constexpr double rest_seconds = 5.0;         // how long a finished text stays
constexpr double characters_a_token = 3.0;   // of the reading speed
constexpr double owed_most = 12;             // characters at once, after a pause
constexpr std::int64_t names_at_once = 16;   // in the list of fresh ones
constexpr int names_in_text = 32;            // after which a text of names ends
constexpr std::size_t longest_text = 4000;   // characters after which a story is cut
constexpr std::size_t text_kept = 1600;      // characters that are shown
constexpr std::uint64_t names_seed = 77003;  // those of the list are others than those of the text

double seconds_since(Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); }

const Family& this_family() { return family_named("lstm"); }

}  // namespace

LstmActivity::LstmActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "characters/s", rest_seconds), last_(Clock::now()) {
  view().title = "LSTM";
  view().subtitle = "stories and names";
  loading().read("Reading the weights", [this] { networks_ = load_character_networks(); });
  loading().run("Laying out the gradients", [this] {
    for (const Cell cell : {Cell::rnn, Cell::gru, Cell::lstm}) {
      reach_[static_cast<std::size_t>(cell)] =
          std::make_unique<GradientReach>(this->context(), networks_, networks_->names(cell));
    }
    reach_.back() = std::make_unique<GradientReach>(this->context(), networks_, networks_->stories);
  });
}

LstmActivity::Setting LstmActivity::setting_of(const Request& request) const {
  const Family& family = this_family();
  check(request, family);
  Setting setting;
  setting.writes_names = number(request, family, "text") > 0.5;
  // Only the LSTM has learned stories.
  constexpr std::array cells = {Cell::lstm, Cell::gru, Cell::rnn};
  if (setting.writes_names) setting.cell = cells[static_cast<std::size_t>(number(request, family, "net"))];
  setting.temperature = static_cast<float>(number(request, family, "temperature"));
  setting.unit = static_cast<int>(number(request, family, "unit"));
  setting.beginning = text(request, family, "beginning");
  setting.seed = request.text.options.seed;
  return setting;
}

const models::CharacterNet& LstmActivity::network() const {
  return setting_.writes_names ? networks_->names(setting_.cell) : networks_->stories;
}

int LstmActivity::first_unit() const { return std::min(setting_.unit, units() - 1) / shown_units * shown_units; }

int LstmActivity::units() const { return static_cast<int>(network().config().units); }

void LstmActivity::begin() {
  setting_ = setting_of(request());
  Bench& bench = benches_[{setting_.writes_names, setting_.cell}];
  if (!bench.writer) {
    loading().run("Laying out the steps", [this, &bench] {
      bench.writer = std::make_unique<CharacterWriter>(context(), networks_, network(), 1);
      bench.names = std::make_unique<NameWriter>(context(), networks_, networks_->names(setting_.cell), names_at_once);
    });
    loading().warm([this, &bench] {
      std::vector<runtime::Program*> programs = {bench.writer->program(), bench.names->program()};
      for (const auto& reach : reach_) programs.push_back(reach->program());
      return programs;
    });
    return;
  }
  bench_ = &bench;
  bench.writer->begin(setting_.seed + round());
  bench.names->begin(setting_.seed + round() + names_seed, setting_.temperature);
  text_.clear();
  name_begin_ = 0;
  names_written_ = 0;
  has_ended_ = false;
  published_ = 0;
  owed_ = 0;
  last_ = Clock::now();
  view().text.tokens.clear();
  given_ = {data::line_end};
  if (setting_.writes_names) {
    end_name();
  } else {
    const std::vector<std::int32_t> beginning = data::character_ids(setting_.beginning);
    given_.insert(given_.end(), beginning.begin(), beginning.end());
  }
  begin_gradients();
}

/// Gradients are followed through a fresh text of what each network has learned, the same for all of names.
void LstmActivity::begin_gradients() {
  constexpr std::int64_t length = GradientReach::length;
  core::Random random(setting_.seed + round(), names_seed);
  data::CharacterStream names([](core::Random& source) {
    const data::Name name = data::make_name(source);
    return data::name_mark(name.kind) + name.text;
  });
  data::CharacterStream stories = data::CharacterStream::stories();
  std::vector<std::int32_t> tokens(static_cast<std::size_t>(length)), targets(tokens.size());
  std::vector<float> keep(1);
  names.next(random, 1, length, tokens, targets, keep);
  for (const auto& reach : reach_) {
    if (reach == reach_.back()) stories.next(random, 1, length, tokens, targets, keep);
    reach->begin(tokens);
  }
}

RepeatingActivity::Taken LstmActivity::take_request(const Request& before) {
  const Setting now = setting_of(request()), old = setting_of(before);
  if (now == old) return Taken::nothing;
  const bool goes_on = now.writes_names == old.writes_names && now.cell == old.cell && now.seed == old.seed &&
                       now.beginning == old.beginning;
  setting_.temperature = now.temperature;
  setting_.unit = now.unit;
  return goes_on ? Taken::on_the_way : Taken::start_over;
}

/// A name of the text has ended, or none has begun: the next one is asked for.
void LstmActivity::end_name() {
  if (name_begin_ < text_.size()) {
    std::string name;
    for (std::size_t i = name_begin_; i < text_.size(); ++i) name += data::character_of(text_[i].id);
    const auto kind = static_cast<data::NameKind>((names_written_ - 1) % data::name_kinds);
    const bool is_wrong = !data::is_well_formed(name, kind);
    for (std::size_t i = name_begin_; i < text_.size(); ++i) text_[i].is_wrong = is_wrong;
  }
  const auto kind = static_cast<data::NameKind>(names_written_ % data::name_kinds);
  for (const char c : data::name_mark(kind)) given_.push_back(data::character_id(c));
  ++names_written_;
}

/// The network reads one character, and what comes behind it is chosen.
void LstmActivity::advance_character() {
  CharacterWriter& writer = *bench_->writer;
  writer.set_temperature(setting_.temperature);
  Read read;
  if (!given_.empty()) {
    read.is_given = true;
    read.id = given_.front();
    given_.erase(given_.begin());
  } else {
    read.id = writer.chosen()[0];
    read.probability = writer.probability(0);
  }
  if (read.id == data::line_end && !read.is_given) {
    if (!setting_.writes_names) {
      has_ended_ = true;
      return;
    }
    end_name();
    has_ended_ = names_written_ > names_in_text;
    if (has_ended_) return;
  }
  const std::array<std::int32_t, 1> forced = {read.id};
  writer.step(forced);
  const bool is_mark = setting_.writes_names && read.is_given;
  if (!is_mark && read.id != data::line_end) read.shown = std::string(1, data::character_of(read.id));
  read.gates = writer.gates();
  read.state = writer.cells().empty() ? writer.hidden() : writer.cells();
  for (float& value : read.state) value = writer.cells().empty() ? value : std::tanh(value);
  text_.push_back(std::move(read));
  if (setting_.writes_names && given_.empty() && is_mark) name_begin_ = text_.size();
  has_ended_ = text_.size() >= longest_text + setting_.beginning.size();
}

int LstmActivity::step(double budget_ms) {
  const Clock::time_point began = Clock::now();
  owed_ += seconds_since(last_) * characters_a_token * static_cast<double>(request().text.tokens_per_second);
  last_ = began;
  const bool has_limit = request().text.tokens_per_second > 0;
  owed_ = has_limit ? std::min(owed_, owed_most) : owed_most;
  int count = 0;
  while (!has_ended_ && (owed_ >= 1 || !given_.empty()) && seconds_since(began) * 1000 < budget_ms) {
    if (given_.empty()) owed_ -= 1;
    advance_character();
    ++count;
  }
  bench_->names->step();
  follow_gradients(budget_ms);
  return count;
}

void LstmActivity::follow_gradients(double budget_ms) {
  for (const auto& reach : reach_) {
    if (reach->is_finished()) continue;
    reach->advance(budget_ms);
    return;
  }
}

int LstmActivity::step_once() {
  advance_character();
  return 1;
}

void LstmActivity::take_pointer(const PointerEvent& event) {
  if (event.phase != PointerEvent::Phase::press || event.item < 0 || text_.empty()) return;
  for (const ViewPart& part : view().parts) {
    const auto* map = std::get_if<HeatMapView>(&part.content);
    if (part.name != event.part || map == nullptr || map->columns == 0) continue;
    setting_.unit = std::min(first_unit() + event.item / map->columns, units() - 1);
  }
}

std::vector<const runtime::Program*> LstmActivity::programs() const {
  if (bench_ == nullptr || !bench_->writer) return {};
  return {bench_->writer->program(), bench_->names->program()};
}

void LstmActivity::publish() {
  if (text_.size() > text_kept * 2) {  // a long text: what scrolled away is forgotten, but not by the network
    const auto gone = static_cast<std::ptrdiff_t>(text_.size() - text_kept);
    text_.erase(text_.begin(), text_.begin() + gone);
    name_begin_ -= std::min(name_begin_, static_cast<std::size_t>(gone));
    published_ -= std::min(published_, static_cast<std::size_t>(gone));
  }
  say_what();
  show_text();
  std::vector<ViewPart> parts = {text_part()};
  add_heat_maps(parts);
  parts.push_back(reach_part());
  parts.push_back(names_part());
  // In place: the window may be drawing one of them when a press makes this run.
  view().parts.resize(parts.size());
  std::move(parts.begin(), parts.end(), view().parts.begin());
}

}  // namespace figment::studio
