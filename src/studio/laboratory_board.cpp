#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sampling/sampler.h"
#include "studio/laboratory_runs.h"

namespace figment::studio {
namespace {

constexpr std::array error_steps{4, 6, 8, 12, 16, 24, 32, 50};
constexpr std::array grid_steps{4, 8, 12, 20, 35};
constexpr std::array grid_guidances{1.0F, 1.6F, 2.5F, 4.0F, 7.0F};
constexpr int grid_seeds = 7;
constexpr std::array usual_samplers{"ddim",     "euler",        "euler_ancestral", "heun",
                                    "dpmpp_2m", "dpmpp_2m_sde", "unipc",           "deis"};

std::string steps_label(int steps) { return fmt::format("{} steps", steps); }

void add_run(LaboratoryBoard& board, LaneSettings settings, std::size_t row, std::size_t column) {
  board.runs.push_back({std::move(settings), row * board.sheet.columns.size() + column, {}});
}

void fill_error(LaboratoryBoard& board, const LaboratorySettings& settings) {
  const LaneSettings& first = settings.lanes.front();
  board.sheet.title = "Distance to a reference of 1000 steps";
  board.sheet.note =
      fmt::format("RMS over pixels in [-1, 1], {}, guidance {:.3g}, {}",
                  first.picture.count == 1 ? "1 picture" : fmt::format("{} pictures", first.picture.count),
                  first.picture.guidance, describe(first.picture));
  for (const LaneSettings& lane : settings.lanes) board.sheet.rows.push_back(lane.title());
  for (const int steps : error_steps) {
    board.sheet.columns.push_back(steps_label(steps));
    board.steps.push_back(static_cast<float>(steps));
  }
  for (std::size_t column = 0; column < error_steps.size(); ++column) {
    for (std::size_t row = 0; row < settings.lanes.size(); ++row) {
      LaneSettings run = settings.lanes[row];
      run.picture.steps = error_steps[column];
      add_run(board, run, row, column);
    }
  }
}

void fill_samplers(LaboratoryBoard& board, const LaboratorySettings& settings) {
  const LaneSettings& first = settings.lanes.front();
  board.sheet.title = "Sampler \u00d7 steps";
  board.sheet.note = fmt::format("{} schedule, guidance {:.3g}, {}", first.schedule_title(), first.picture.guidance,
                                 describe(first.picture));
  std::vector<std::string> names;
  for (const sampling::Sampler& sampler : sampling::samplers()) {
    const bool is_usual = std::ranges::find(usual_samplers, sampler.name) != usual_samplers.end();
    if (is_usual || settings.has_all_samplers) names.emplace_back(sampler.name);
  }
  for (const std::string& name : names) board.sheet.columns.push_back(short_title(name));
  for (const int steps : grid_steps) board.sheet.rows.push_back(steps_label(steps));
  for (std::size_t row = 0; row < grid_steps.size(); ++row) {
    for (std::size_t column = 0; column < names.size(); ++column) {
      LaneSettings run = first;
      run.picture.count = 1;
      run.picture.sampler = names[column];
      run.picture.steps = grid_steps[row];
      add_run(board, run, row, column);
    }
  }
}

void fill_guidances(LaboratoryBoard& board, const LaboratorySettings& settings) {
  const LaneSettings& first = settings.lanes.front();
  board.sheet.title = "Guidance \u00d7 seed";
  board.sheet.note = fmt::format("{}, {} steps", first.title(), first.picture.steps);
  for (int i = 0; i < grid_seeds; ++i) board.sheet.columns.push_back(fmt::format("seed {}", first.picture.seed + i));
  for (const float guidance : grid_guidances) board.sheet.rows.push_back(fmt::format("guidance {:.3g}", guidance));
  for (std::size_t row = 0; row < grid_guidances.size(); ++row) {
    for (int column = 0; column < grid_seeds; ++column) {
      LaneSettings run = first;
      run.picture.count = 1;
      run.picture.seed += static_cast<std::uint64_t>(column);
      run.picture.guidance = grid_guidances[row];
      add_run(board, run, row, static_cast<std::size_t>(column));
    }
  }
}

}  // namespace

LaboratoryBoard make_board(const LaboratorySettings& settings, int side) {
  LaboratoryBoard board;
  board.sheet.side = side;
  if (settings.view == LaboratoryView::error) fill_error(board, settings);
  if (settings.view == LaboratoryView::samplers) fill_samplers(board, settings);
  if (settings.view == LaboratoryView::guidances) fill_guidances(board, settings);
  board.sheet.cells.resize(board.sheet.rows.size() * board.sheet.columns.size());
  return board;
}

}  // namespace figment::studio
