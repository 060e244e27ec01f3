#pragma once
#include <array>
#include <map>

#include "studio/gradient_reach.h"
#include "studio/name_writer.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// A character network at work: what it writes, coloured by one of its units; its gates and its state under the last
/// characters; how far gradients reach in each kind of network; and a list of fresh names. A press on a heat map
/// chooses the unit that colours the text.
class LstmActivity : public RepeatingActivity {
 public:
  LstmActivity(runtime::Context& context, const Request& request);

  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override { return has_ended_; }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  static constexpr int shown_units = 32;  ///< rows of the heat maps

  /// A character that was read, and the state of the first layer after it.
  struct Read {
    std::int32_t id = 0;
    std::string shown;  ///< empty: a mark of a kind of name
    float probability = 1;
    bool is_given = false;
    bool is_wrong = false;     ///< in a name that the grammar does not know
    std::vector<float> gates;  ///< [units * 4], none of an rnn
    std::vector<float> state;  ///< [units]: cells of an lstm, else the hidden state; all within -1 to 1
  };
  struct Setting {
    bool writes_names = false;
    ops::Cell cell = ops::Cell::lstm;
    float temperature = 1;
    int unit = 0;
    std::string beginning;
    std::uint64_t seed = 0;
    bool operator==(const Setting&) const = default;
  };
  /// What a network needs to be seen: made when it is first asked for.
  struct Bench {
    std::unique_ptr<CharacterWriter> writer;
    std::unique_ptr<NameWriter> names;
  };

  Setting setting_of(const Request& request) const;
  const models::CharacterNet& network() const;
  int units() const;
  int first_unit() const;  ///< of those in the heat maps
  void advance_character();
  void end_name();
  void begin_gradients();
  void follow_gradients(double budget_ms);

  // lstm_view.cpp
  void say_what();
  void show_text();
  ViewPart text_part() const;
  void add_heat_maps(std::vector<ViewPart>& parts) const;
  ViewPart reach_part() const;
  ViewPart names_part() const;

  std::shared_ptr<models::Lstm> networks_;
  std::map<std::pair<bool, ops::Cell>, Bench> benches_;  ///< by "writes names" and cell
  std::array<std::unique_ptr<GradientReach>, 4> reach_;  ///< of names by cell, and of stories
  Setting setting_;
  Bench* bench_ = nullptr;
  std::vector<std::int32_t> given_;  ///< characters that are still to be read before it writes by itself
  std::vector<Read> text_;
  std::size_t name_begin_ = 0;  ///< where the present name begins in the text
  int names_written_ = 0;
  bool has_ended_ = false;
  std::size_t published_ = 0;  ///< tokens in view().text
  double owed_ = 0;            ///< characters that the pace allows by now
  core::Clock::time_point last_;
};

}  // namespace figment::studio
