#include "studio/training_run.h"

#include <fmt/chrono.h>

#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/error.h"
#include "core/files.h"

namespace figment::studio {
namespace {

namespace fs = std::filesystem;

constexpr const char* checkpoint_name = "checkpoint.safetensors";

std::string first_line(std::span<const std::string> names) { return fmt::format("{}\n", fmt::join(names, ",")); }

/// The numbers of a line; empty if it is not so many.
std::vector<double> numbers_of(const std::string& line, std::size_t count) {
  std::vector<double> values;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) {
    char* end = nullptr;
    values.push_back(std::strtod(cell.c_str(), &end));
    if (cell.empty() || end != cell.c_str() + cell.size()) return {};
  }
  return values.size() == count ? values : std::vector<double>{};
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
    const std::string name = entry.path().filename().string();
    // A date follows the model's name, which may be the beginning of another's.
    const bool is_ours = name.starts_with(model + "-") && name.size() > model.size() + 1 &&
                         name[model.size() + 1] >= '0' && name[model.size() + 1] <= '9';
    if (!is_ours || !fs::exists(entry.path() / checkpoint_name, error)) continue;
    const auto time = fs::last_write_time(entry.path() / checkpoint_name, error);
    if (found && time <= newest) continue;
    found = entry.path();
    newest = time;
  }
  return found;
}

TrainingRun::TrainingRun(const fs::path& root, const std::string& model) {
  const std::string stem = fmt::format("{}-{:%Y-%m-%d-%H%M%S}", model, fmt::localtime(std::time(nullptr)));
  folder_ = root / stem;
  std::error_code error;
  for (int i = 2; fs::exists(folder_, error); ++i) folder_ = root / fmt::format("{}-{}", stem, i);
  fs::create_directories(folder_, error);
  core::require(!error, "cannot make the folder {} for this run: {}", folder_.string(), error.message());
}

TrainingRun::TrainingRun(fs::path folder) : folder_(std::move(folder)) {}

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
  const fs::path path = folder_ / "curves.csv";
  if (!curves_.is_open()) {
    std::error_code error;
    const bool is_new = !fs::exists(path, error);
    curves_.open(path, std::ios::app);
    if (is_new) curves_ << first_line(names);
  }
  curves_ << fmt::format("{:.7g}\n", fmt::join(values, ",")) << std::flush;
  core::require(curves_.good(), "cannot write {}; is the disk full?", path.string());
}

std::vector<std::vector<double>> TrainingRun::read_rows(std::span<const std::string> names, std::int64_t step_most) {
  const fs::path path = folder_ / "curves.csv";
  curves_.close();
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  std::istringstream stream(core::read_text(path));
  std::string line;
  std::string kept = first_line(names);
  std::vector<std::vector<double>> rows;
  std::getline(stream, line);
  if (line + "\n" == kept) {  // else another version wrote it: begin anew
    while (std::getline(stream, line) && !stream.eof()) {
      std::vector<double> values = numbers_of(line, names.size());
      if (values.empty() || values.front() > static_cast<double>(step_most)) continue;
      kept += line + "\n";
      rows.push_back(std::move(values));
    }
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
