#include "studio/training_run.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.h"
#include "core/files.h"
#include "core/leftovers.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

constexpr const char* checkpoint_name = "checkpoint.safetensors";
constexpr const char* curves_name = "curves.csv";

std::string first_line(std::span<const std::string> names) { return fmt::format("{}\n", fmt::join(names, ",")); }

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

/// The numbers of a line, none for those left empty; empty if it is not so many or has no step.
std::vector<double> numbers_of(const std::string& line, std::size_t count) {
  std::vector<double> values;
  for (const std::string& cell : cells_of(line)) {
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    if (end != cell.c_str() + cell.size()) return {};
    values.push_back(cell.empty() ? std::numeric_limits<double>::quiet_NaN() : value);
  }
  return values.size() == count && std::isfinite(values.front()) ? values : std::vector<double>{};
}

std::string line_of(std::span<const double> values) {
  std::string line;
  for (const double value : values) {
    if (!line.empty()) line += ',';
    if (std::isfinite(value)) line += fmt::format("{:.7g}", value);
  }
  return line + "\n";
}

bool is_run_of(const fs::path& folder, const std::string& model) {
  const std::string name = folder.filename().string();
  // A date follows the model's name, which may be the beginning of another's.
  return name.starts_with(model + "-") && name.size() > model.size() + 1 && name[model.size() + 1] >= '0' &&
         name[model.size() + 1] <= '9';
}

/// What a killed writer left.
void remove_leftovers_of(const fs::path& folder) {
  core::remove_leftovers(folder);
  core::remove_leftovers(folder / "samples");
}

}  // namespace

fs::path TrainingRun::default_root() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
    return fs::path(data) / "figment" / "runs";
  }
  const char* home = std::getenv("HOME");
  core::require(home != nullptr && *home != '\0', "there is no home folder to keep runs in; set HOME or XDG_DATA_HOME");
  return fs::path(home) / ".local" / "share" / "figment" / "runs";
}

std::optional<fs::path> TrainingRun::latest(const fs::path& root, const std::string& model) {
  std::optional<fs::path> found;
  std::error_code error;
  fs::file_time_type newest;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (!is_run_of(entry.path(), model) || !fs::exists(entry.path() / checkpoint_name, error)) continue;
    const auto time = fs::last_write_time(entry.path() / checkpoint_name, error);
    if (found && time <= newest) continue;
    found = entry.path();
    newest = time;
  }
  return found;
}

std::vector<fs::path> TrainingRun::all(const fs::path& root, const std::string& model) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (is_run_of(entry.path(), model) && fs::exists(entry.path() / curves_name, error)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());  // the names hold the time
  return found;
}

TrainingRun::TrainingRun(const fs::path& root, const std::string& model) {
  for (const fs::path& earlier : all(root, model)) remove_leftovers_of(earlier);
  const std::string stem = fmt::format("{}-{:%Y-%m-%d-%H%M%S}", model, fmt::localtime(std::time(nullptr)));
  folder_ = root / stem;
  std::error_code error;
  for (int i = 2; fs::exists(folder_, error); ++i) folder_ = root / fmt::format("{}-{}", stem, i);
  fs::create_directories(folder_, error);
  core::require(!error, "cannot make the folder {} for this run: {}", folder_.string(), error.message());
}

TrainingRun::TrainingRun(fs::path folder) : folder_(std::move(folder)) { remove_leftovers_of(folder_); }

void TrainingRun::write_settings(const std::map<std::string, std::string>& settings) {
  background_.add([path = folder_ / "settings.json", text = nlohmann::json(settings).dump(2)] {
    core::write_atomically(path, text + "\n");
  });
}

std::map<std::string, std::string> TrainingRun::read_settings() const {
  try {
    return nlohmann::json::parse(core::read_text(folder_ / "settings.json"));
  } catch (const std::exception&) {
    return {};  // damaged by hand: the checkpoint alone is enough
  }
}

void TrainingRun::add_row(std::span<const std::string> names, std::span<const double> values) {
  const fs::path path = folder_ / curves_name;
  if (!curves_.is_open()) {
    std::error_code error;
    const bool is_new = !fs::exists(path, error);
    curves_.open(path, std::ios::app);
    if (is_new) curves_ << first_line(names);
  }
  curves_ << line_of(values) << std::flush;
  core::require(curves_.good(), "cannot write {}; is the disk full?", path.string());
}

RunCurves TrainingRun::read_curves(const fs::path& folder) {
  const fs::path path = folder / curves_name;
  RunCurves curves;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return curves;
  std::istringstream stream(core::read_text(path));
  std::string line;
  // The last line has no end if it was cut short.
  if (!std::getline(stream, line) || stream.eof()) return curves;
  curves.names = cells_of(line);
  while (std::getline(stream, line) && !stream.eof()) {
    std::vector<double> values = numbers_of(line, curves.names.size());
    if (!values.empty()) curves.rows.push_back(std::move(values));
  }
  return curves;
}

std::vector<std::vector<double>> TrainingRun::read_rows(std::span<const std::string> names, std::int64_t step_most) {
  const fs::path path = folder_ / curves_name;
  curves_.close();
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  const RunCurves curves = read_curves(folder_);
  std::vector<std::size_t> columns;  // of each name; behind the last: none
  for (const std::string& name : names) {
    const auto found = std::find(curves.names.begin(), curves.names.end(), name);
    columns.push_back(static_cast<std::size_t>(found - curves.names.begin()));
  }
  std::string kept = first_line(names);
  std::vector<std::vector<double>> rows;
  for (const std::vector<double>& values : curves.rows) {
    if (values.front() > static_cast<double>(step_most)) continue;
    std::vector<double>& row = rows.emplace_back();
    for (const std::size_t column : columns) {
      row.push_back(column < values.size() ? values[column] : std::numeric_limits<double>::quiet_NaN());
    }
    kept += line_of(row);
  }
  core::write_atomically(path, kept);
  return rows;
}

void TrainingRun::write_checkpoint(training::Checkpoint checkpoint) {
  background_.add(
      [path = this->checkpoint(), made = std::move(checkpoint)] { training::write_checkpoint(path, made); });
}

void TrainingRun::write_samples(std::int64_t step, formats::Picture picture) {
  background_.add([path = folder_ / "samples" / fmt::format("step-{:07}.png", step), made = std::move(picture)] {
    formats::write_png(path, made);
  });
}

}  // namespace figment::studio
