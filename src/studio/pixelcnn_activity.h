#pragma once
#include <array>
#include <optional>

#include "data/picture_source.h"
#include "studio/cell_painter.h"
#include "studio/repeating_activity.h"

namespace figment::studio {

/// Paints palette creatures cell by cell, and shows the distribution of the next one. The mouse erases: the left button
/// with a small pen, the right one all from there on; what was erased is painted anew.
class PixelCnnActivity : public RepeatingActivity {
 public:
  PixelCnnActivity(runtime::Context& context, const Request& request);

  /// Paints the rest of a picture: what a mask marks, or without one the rows that the control gives not (or, if it
  /// gives none, the lower half).
  void set_input(const formats::Picture& picture, const formats::Picture& mask) override;
  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override { return is_drawing_ ? 0 : painter_->advance(budget_ms); }
  int step_once() override;
  bool is_complete() const override { return !is_drawing_ && painter_->is_finished(); }
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  std::vector<std::int32_t> given_cells(std::uint64_t index, std::uint64_t seed, std::array<std::int32_t, 2> classes);
  void erase(const PointerEvent& event);
  void show_next_cell();
  void show_surprise();

  data::PictureSource source_;
  std::shared_ptr<models::PixelCnn> network_;
  std::unique_ptr<CellPainter> painter_;
  std::unique_ptr<CellPainter> next_;  ///< for another number of pictures; the present one stays until it is ready
  std::vector<std::string> captions_;
  std::vector<std::int32_t> input_;  ///< palette indices of a picture from outside, or none
  std::vector<bool> input_erased_;   ///< cells that its mask marks, or none
  int focus_ = 0;                    ///< the picture whose next cell is shown
  bool is_drawing_ = false;          ///< a button is held down; painting waits
};

}  // namespace figment::studio
