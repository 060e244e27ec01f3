#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "models/pixelcnn/pixelcnn.h"
#include "runtime/program.h"

namespace figment::studio {

/// Paints palette creatures by a PixelCNN: a recorded program for each row, which looks at the rows above it, and one
/// for each cell, which looks along its row; for several pictures at once. A cell that is given stays as it is.
class CellPainter {
 public:
  static constexpr int zoom = 4;  ///< pixels a cell, along each side, of what is shown

  struct Wanted {
    std::uint64_t seed = 1;
    std::vector<std::int32_t> hue;   ///< of each picture; 8: any
    std::vector<std::int32_t> body;  ///< of each picture; 5: any
    float temperature = 1;           ///< 0: always the likeliest colour
  };

  CellPainter(runtime::Context& context, std::shared_ptr<models::PixelCnn> network, int count);
  ~CellPainter();

  /// Starts anew. cells: [count, side * side] palette indices, empty() where there is to be painted. Throws Error if
  /// the numbers do not fit.
  void begin(const Wanted& wanted, std::vector<std::int32_t> cells);
  /// Changes what is painted already; what is empty is painted anew, and not as it was.
  void set_cells(std::vector<std::int32_t> cells);
  void set_temperature(float temperature) { wanted_.temperature = temperature; }

  /// Submits about `budget_ms` of work; returns the number of cells finished by it, at most 1.
  int advance(double budget_ms);
  void run_cell();  ///< one whole cell, and waits
  void run_all();

  bool is_finished() const { return position() >= cell_count(); }
  int position() const;  ///< the first cell that is empty in some picture; cell_count() if none
  int cell_count() const { return static_cast<int>(network_->config().cells()); }
  int side() const { return static_cast<int>(network_->config().side); }
  int colors() const { return static_cast<int>(network_->config().colors); }
  int count() const { return count_; }
  std::int32_t empty() const { return static_cast<std::int32_t>(network_->config().colors); }

  const std::vector<std::int32_t>& cells() const { return cells_; }  ///< [count, side * side]
  /// How the colours of the cell that was painted last were distributed, [count, colors]; empty before the first.
  const std::vector<float>& probabilities() const { return probabilities_; }
  int last_position() const { return last_position_; }              ///< of that cell; -1 before the first
  const std::vector<float>& surprise() const { return surprise_; }  ///< nats of each cell's choice; 0: was given
  runtime::BufferSlice pictures_memory();                           ///< f32 [count, zoom side, zoom side, 3]
  std::vector<runtime::Program*> compiled();
  std::vector<const runtime::Program*> programs() const;

 private:
  struct Programs;
  void draw(tensor::Graph& graph) const;  ///< traces that the cells are shown
  void trace_row();
  void trace_cell();
  void write_next();     ///< the inputs of the program that is to run next
  void finish_flight();  ///< what is in flight, and waits
  void collect();        ///< the cell that was painted
  void show();
  int row() const { return position_ / side(); }

  runtime::Context& context_;
  std::shared_ptr<models::PixelCnn> network_;
  int count_;
  tensor::Variable indices_, display_;
  std::vector<tensor::Variable> above_;  ///< what the network says of the rows above the present one
  std::unique_ptr<Programs> programs_;
  Wanted wanted_;
  std::vector<std::int32_t> cells_;
  std::vector<float> probabilities_;
  std::vector<float> surprise_;
  int position_ = 0;    ///< of the cell in flight
  int ready_row_ = -1;  ///< that above_ is of
  int last_position_ = -1;
  int attempt_ = 0;  ///< grows when something was erased, so that it does not come back as it was
  runtime::Program* in_flight_ = nullptr;
};

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::PixelCnn> load_pixelcnn(const std::filesystem::path& weights = {});
/// The colour of a palette index, "teal".
const char* palette_color_name(int index);
/// Indices [n, side * side] as pixels [n, side, side, 3] in [-1, 1]; empty cells are dark.
std::vector<float> palette_pixels(const std::vector<std::int32_t>& cells);

}  // namespace figment::studio
