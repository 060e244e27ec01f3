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
constexpr std::uint64_t initial_seed = 1;

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
  tensor::Graph paint_graph, show_graph;
  Tensor chosen;         ///< i32 [count]
  Tensor probabilities;  ///< f32 [count, colors]
  std::unique_ptr<runtime::Program> paint, show;
};

std::shared_ptr<models::PixelCnn> load_pixelcnn(const std::filesystem::path& weights) {
  const std::filesystem::path path = weights.empty() ? training::shipped_weights("pixelcnn") : weights;
  const bool is_large = training::preset_of(path) == "large";
  auto network = std::make_shared<models::PixelCnn>(
      is_large ? models::PixelCnnConfig::large() : models::PixelCnnConfig{}, initial_seed);
  training::load_weights(path, network->parameters());
  return network;
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
  const std::int64_t cells = config.cells();
  indices_ = tensor::make_variable("cells.indices", {{count_, cells}, DType::i32});
  display_ = tensor::make_variable("cells.display", {{count_, config.side * zoom, config.side * zoom, 3}, DType::f32});
  const auto draw = [&](tensor::Graph& graph) {
    const Tensor table = graph.constant({config.colors + 1, 3}, palette_table());
    const Tensor small =
        ops::reshape(ops::embedding(table, graph.variable(indices_)), {count_, config.side, config.side, 3});
    ops::assign(graph.variable(display_), ops::upsample_nearest(small, zoom));
  };

  tensor::Graph& graph = programs_->paint_graph;
  const Tensor position = graph.input("position", {{1}, DType::i32});
  const Tensor rows = graph.input("rows", {{count_}, DType::i32});  // of that cell in each picture
  const Tensor sharpness = graph.input("sharpness", {{1}, DType::f32});
  const Tensor seed = graph.input("seed", {{4}, DType::u32});
  const std::array<Tensor, 2> labels = {graph.input("hue", {{count_}, DType::i32}),
                                        graph.input("body", {{count_}, DType::i32})};
  const Tensor indices = graph.variable(indices_);
  const Tensor features = ops::reshape(network_->features(indices, labels), {count_ * cells, config.channels});
  const Tensor logits = network_->logits(ops::embedding(features, rows)) * sharpness;
  programs_->probabilities = ops::softmax(logits);
  const Tensor all_cells = ops::reshape(ops::cast(indices, DType::f32), {count_ * cells, 1});
  const Tensor given =
      ops::one_hot(ops::cast(ops::reshape(ops::embedding(all_cells, rows), {count_}), DType::i32), config.colors);
  programs_->chosen = ops::categorical(logits + certain * given, seed, 0);
  ops::write_rows(indices, ops::reshape(programs_->chosen, {count_, 1}), position);
  draw(graph);
  const std::array<Tensor, 2> outputs = {programs_->chosen, programs_->probabilities};
  programs_->paint = runtime::compile(context, graph, outputs, {.name = "next cell", .frozen = true});
  draw(programs_->show_graph);
  programs_->show = runtime::compile(context, programs_->show_graph, {}, {.name = "show cells"});
}

CellPainter::~CellPainter() = default;

void CellPainter::begin(const Wanted& wanted, std::vector<std::int32_t> cells) {
  const auto pictures = static_cast<std::size_t>(count_);
  core::require(wanted.hue.size() == pictures && wanted.body.size() == pictures,
                "{} pictures need as many hues and bodies, not {} and {}", count_, wanted.hue.size(),
                wanted.body.size());
  if (in_flight_) collect();
  wanted_ = wanted;
  attempt_ = -1;
  probabilities_.clear();
  last_position_ = -1;
  surprise_.assign(cells.size(), 0.0F);
  programs_->paint->write_ints("hue", wanted.hue);
  programs_->paint->write_ints("body", wanted.body);
  set_cells(std::move(cells));
}

void CellPainter::set_cells(std::vector<std::int32_t> cells) {
  core::require(cells.size() == static_cast<std::size_t>(count_ * cell_count()), "{} pictures have {} cells, not {}",
                count_, count_ * cell_count(), cells.size());
  if (in_flight_) collect();
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

void CellPainter::submit_next() {
  position_ = position();
  std::vector<std::int32_t> rows;
  for (int picture = 0; picture < count_; ++picture) rows.push_back(picture * cell_count() + position_);
  runtime::Program& program = *programs_->paint;
  program.write_ints("position", std::array<std::int32_t, 1>{position_});
  program.write_ints("rows", rows);
  program.write("sharpness", std::array<float, 1>{1.0F / std::max(wanted_.temperature, least_temperature)});
  program.write_ints(
      "seed", std::array<std::int32_t, 4>{static_cast<std::int32_t>(static_cast<std::uint32_t>(wanted_.seed)),
                                          static_cast<std::int32_t>(static_cast<std::uint32_t>(wanted_.seed >> 32)),
                                          attempt_, position_});
}

void CellPainter::collect() {
  runtime::Program& program = *programs_->paint;
  if (program.is_mid_replay()) program.submit();
  program.wait();
  in_flight_ = false;
  const std::vector<std::int32_t> chosen = program.read(programs_->chosen).ints;
  probabilities_ = program.read(programs_->probabilities).floats;
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
  runtime::Program& program = *programs_->paint;
  if (in_flight_ && !program.is_mid_replay()) {
    if (!program.is_idle()) return 0;
    collect();
    return 1;
  }
  if (!in_flight_) {
    if (is_finished()) return 0;
    submit_next();
  }
  in_flight_ = true;
  program.advance(budget_ms);
  return 0;
}

void CellPainter::run_cell() {
  if (in_flight_) return collect();
  if (is_finished()) return;
  submit_next();
  programs_->paint->submit();
  collect();
}

void CellPainter::run_all() {
  while (!is_finished()) run_cell();
}

runtime::BufferSlice CellPainter::pictures_memory() { return context_.memory(display_); }

std::vector<runtime::Program*> CellPainter::compiled() { return {programs_->paint.get(), programs_->show.get()}; }

std::vector<const runtime::Program*> CellPainter::programs() const { return {programs_->paint.get()}; }

}  // namespace figment::studio
