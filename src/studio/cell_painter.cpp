#include "studio/cell_painter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "data/creatures.h"
#include "training/pixelcnn_task.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

using tensor::DType;
using tensor::Tensor;

constexpr std::array<std::uint8_t, 3> empty_color = {38, 40, 50};
constexpr float certain = 1e4F;  // logits by which a given colour beats all others
constexpr float least_temperature = 0.02F;

/// RGB of each palette index in [-1, 1], and of an empty cell behind them.
std::vector<float> palette_table() {
  std::vector<float> table;
  const auto add = [&](const std::array<std::uint8_t, 3>& color) {
    for (const std::uint8_t byte : color) table.push_back(static_cast<float>(byte) / 127.5F - 1.0F);
  };
  for (const auto& color : data::creature_palette) add(color);
  add(empty_color);
  return table;
}

}  // namespace

struct CellPainter::Programs {
  tensor::Graph row_graph, cell_graph, show_graph;
  Tensor chosen;         ///< i32 [count]
  Tensor probabilities;  ///< f32 [count, colors]
  std::unique_ptr<runtime::Program> row, cell, show;
};

std::shared_ptr<models::PixelCnn> load_pixelcnn(const std::filesystem::path& weights) {
  return training::load_network<models::PixelCnn>("pixelcnn", weights);
}

const char* palette_color_name(int index) {
  static constexpr std::array<const char*, data::palette_colors> names = {
      "background", "ink",    "white",  "cream", "maroon", "brown", "forest", "navy",
      "red",        "orange", "yellow", "green", "teal",   "blue",  "purple", "pink"};
  return names[static_cast<std::size_t>(std::clamp(index, 0, data::palette_colors - 1))];
}

std::vector<float> palette_pixels(const std::vector<std::int32_t>& cells) {
  static const std::vector<float> table = palette_table();
  std::vector<float> pixels;
  pixels.reserve(cells.size() * 3);
  for (const std::int32_t cell : cells) {
    const auto from = table.begin() + std::clamp(cell, 0, data::palette_colors) * 3;
    pixels.insert(pixels.end(), from, from + 3);
  }
  return pixels;
}

CellPainter::CellPainter(runtime::Context& context, std::shared_ptr<models::PixelCnn> network, int count)
    : context_(context), network_(std::move(network)), count_(count), programs_(std::make_unique<Programs>()) {
  const models::PixelCnnConfig& config = network_->config();
  core::require(config.colors == data::palette_colors, "the painter's palette has {} colours, the network's {}",
                data::palette_colors, config.colors);
  indices_ = tensor::make_variable("cells.indices", {{count_, config.cells()}, DType::i32});
  display_ = tensor::make_variable("cells.display", {{count_, config.side * zoom, config.side * zoom, 3}, DType::f32});
  trace_row();
  trace_cell();
  draw(programs_->show_graph);
  programs_->show = runtime::compile(context, programs_->show_graph, {}, {.name = "show cells"});
}

void CellPainter::draw(tensor::Graph& graph) const {
  const models::PixelCnnConfig& config = network_->config();
  const Tensor table = graph.constant({config.colors + 1, 3}, palette_table());
  const Tensor small =
      ops::reshape(ops::embedding(table, graph.variable(indices_)), {count_, config.side, config.side, 3});
  ops::assign(graph.variable(display_), ops::upsample_nearest(small, zoom));
}

/// Keeps what the network says at one row of each picture, whose input "rows" counts the rows of all pictures.
void CellPainter::trace_row() {
  const models::PixelCnnConfig& config = network_->config();
  tensor::Graph& graph = programs_->row_graph;
  const Tensor rows = graph.input("rows", {{count_}, DType::i32});
  const std::array<Tensor, 2> labels = {graph.input("hue", {{count_}, DType::i32}),
                                        graph.input("body", {{count_}, DType::i32})};
  const tensor::Shape row_shape = {count_, 1, config.side, config.channels};
  for (const Tensor& all : network_->above(graph.variable(indices_), labels)) {
    above_.push_back(tensor::make_variable("cells.above", {row_shape, DType::f32}));
    const Tensor flat = ops::reshape(all, {count_ * config.side, config.side * config.channels});
    ops::assign(graph.variable(above_.back()), ops::reshape(ops::embedding(flat, rows), row_shape));
  }
  programs_->row = runtime::compile(context_, graph, {}, {.name = "next row", .frozen = true});
}

/// Paints one cell of each picture: column "column" of the rows that trace_row() has looked above.
void CellPainter::trace_cell() {
  const models::PixelCnnConfig& config = network_->config();
  tensor::Graph& graph = programs_->cell_graph;
  const Tensor position = graph.input("position", {{1}, DType::i32});  // of the cell in its picture
  const Tensor row = graph.input("row", {{1}, DType::i32});            // in its picture
  const Tensor rows = graph.input("rows", {{count_}, DType::i32});     // that row among those of all pictures
  const Tensor cells = graph.input("cells", {{count_}, DType::i32});   // that cell among those of one row of each
  const Tensor sharpness = graph.input("sharpness", {{1}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const Tensor indices = graph.variable(indices_);
  const Tensor by_row = ops::reshape(ops::cast(indices, DType::f32), {count_ * config.side, config.side});
  const Tensor present = ops::embedding(by_row, rows);  // [count, side]
  const Tensor places = ops::reshape(
      ops::embedding(ops::reshape(network_->places(graph), {config.side, config.side * config.channels}), row),
      {1, 1, config.side, config.channels});
  std::vector<Tensor> above;
  for (const tensor::Variable& variable : above_) above.push_back(graph.variable(variable));
  const Tensor features = ops::reshape(network_->along(ops::cast(present, DType::i32), above, places),
                                       {count_ * config.side, config.channels});
  const Tensor logits = network_->logits(ops::embedding(features, cells)) * sharpness;
  programs_->probabilities = ops::softmax(logits);
  const Tensor before = ops::embedding(ops::reshape(present, {count_ * config.side, 1}), cells);
  const Tensor given = ops::one_hot(ops::cast(ops::reshape(before, {count_}), DType::i32), config.colors);
  programs_->chosen = ops::categorical(logits + certain * given, seed, 0);
  ops::write_rows(indices, ops::reshape(programs_->chosen, {count_, 1}), position);
  draw(graph);
  const std::array<Tensor, 2> outputs = {programs_->chosen, programs_->probabilities};
  programs_->cell = runtime::compile(context_, graph, outputs, {.name = "next cell", .frozen = true});
}

CellPainter::~CellPainter() = default;

void CellPainter::begin(const Wanted& wanted, std::vector<std::int32_t> cells) {
  const auto pictures = static_cast<std::size_t>(count_);
  core::require(wanted.hue.size() == pictures && wanted.body.size() == pictures,
                "{} pictures need as many hues and bodies, not {} and {}", count_, wanted.hue.size(),
                wanted.body.size());
  finish_flight();
  wanted_ = wanted;
  attempt_ = -1;
  probabilities_.clear();
  last_position_ = -1;
  surprise_.assign(cells.size(), 0.0F);
  programs_->row->write_ints("hue", wanted.hue);
  programs_->row->write_ints("body", wanted.body);
  set_cells(std::move(cells));
}

void CellPainter::set_cells(std::vector<std::int32_t> cells) {
  core::require(cells.size() == static_cast<std::size_t>(count_ * cell_count()), "{} pictures have {} cells, not {}",
                count_, count_ * cell_count(), cells.size());
  finish_flight();
  ready_row_ = -1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == empty()) surprise_[i] = 0;
  }
  cells_ = std::move(cells);
  ++attempt_;
  context_.upload(indices_, std::vector<float>(cells_.begin(), cells_.end()));
  show();
}

void CellPainter::show() { programs_->show->submit(); }

int CellPainter::position() const {
  const int total = cell_count();
  int first = total;
  for (int picture = 0; picture < count_; ++picture) {
    const auto begin = cells_.begin() + picture * total;
    first = std::min(first, static_cast<int>(std::find(begin, begin + first, empty()) - begin));
  }
  return first;
}

void CellPainter::write_next() {
  position_ = position();
  std::vector<std::int32_t> rows;
  for (int picture = 0; picture < count_; ++picture) rows.push_back(picture * side() + row());
  if (ready_row_ != row()) {
    in_flight_ = programs_->row.get();
    in_flight_->write_ints("rows", rows);
    return;
  }
  in_flight_ = programs_->cell.get();
  std::vector<std::int32_t> cells;
  for (int picture = 0; picture < count_; ++picture) cells.push_back(picture * side() + position_ % side());
  in_flight_->write_ints("rows", rows);
  in_flight_->write_ints("cells", cells);
  in_flight_->write_ints("row", std::array<std::int32_t, 1>{row()});
  in_flight_->write_ints("position", std::array<std::int32_t, 1>{position_});
  in_flight_->write("sharpness", std::array<float, 1>{1.0F / std::max(wanted_.temperature, least_temperature)});
  in_flight_->write_ints(
      "seed", std::array<std::int32_t, 4>{static_cast<std::int32_t>(static_cast<std::uint32_t>(wanted_.seed)),
                                          static_cast<std::int32_t>(static_cast<std::uint32_t>(wanted_.seed >> 32)),
                                          attempt_, position_});
}

void CellPainter::finish_flight() {
  if (in_flight_ == nullptr) return;
  if (in_flight_->is_mid_replay()) in_flight_->submit();
  in_flight_->wait();
  if (in_flight_ == programs_->row.get()) {
    ready_row_ = row();
  } else {
    collect();
  }
  in_flight_ = nullptr;
}

void CellPainter::collect() {
  const std::vector<std::int32_t> chosen = programs_->cell->read(programs_->chosen).ints;
  probabilities_ = programs_->cell->read(programs_->probabilities).floats;
  last_position_ = position_;
  for (int picture = 0; picture < count_; ++picture) {
    const auto at = static_cast<std::size_t>(picture * cell_count() + position_);
    if (cells_[at] != empty()) continue;
    const std::int32_t color = chosen[static_cast<std::size_t>(picture)];
    cells_[at] = color;
    surprise_[at] = -std::log(std::max(probabilities_[static_cast<std::size_t>(picture * colors() + color)], 1e-9F));
  }
}

int CellPainter::advance(double budget_ms) {
  if (in_flight_ != nullptr && !in_flight_->is_mid_replay()) {
    if (!in_flight_->is_idle()) return 0;
    const bool is_cell = in_flight_ == programs_->cell.get();
    finish_flight();
    if (is_cell) return 1;
  }
  if (in_flight_ == nullptr) {
    if (is_finished()) return 0;
    write_next();
  }
  in_flight_->advance(budget_ms);
  return 0;
}

void CellPainter::run_cell() {
  bool is_painted = false;
  while (!is_painted && (in_flight_ != nullptr || !is_finished())) {
    if (in_flight_ == nullptr) {
      write_next();
      in_flight_->submit();
    }
    is_painted = in_flight_ == programs_->cell.get();
    finish_flight();
  }
}

void CellPainter::run_all() {
  while (!is_finished()) run_cell();
}

runtime::BufferSlice CellPainter::pictures_memory() { return context_.memory(display_); }

std::vector<runtime::Program*> CellPainter::compiled() {
  return {programs_->row.get(), programs_->cell.get(), programs_->show.get()};
}

std::vector<const runtime::Program*> CellPainter::programs() const {
  return {programs_->row.get(), programs_->cell.get()};
}

}  // namespace figment::studio
