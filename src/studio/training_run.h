#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "formats/png.h"
#include "studio/background.h"
#include "training/checkpoint.h"

namespace figment::studio {

/// The curves of a run as curves.csv has them.
struct RunCurves {
  std::vector<std::string> names;         ///< of the columns, the first is the step
  std::vector<std::vector<double>> rows;  ///< of whole lines; not a number where nothing was measured
};

/// One training as a folder, which outlives the program: settings.json, curves.csv, samples/step-000120.png,
/// checkpoint.safetensors to go on from, weights.safetensors once they were asked for. Files are written on another
/// thread, each as a whole or not at all, but for curves.csv, which grows by lines.
class TrainingRun {
 public:
  /// $XDG_DATA_HOME/figment/runs or ~/.local/share/figment/runs.
  static std::filesystem::path default_root();
  /// The latest run of the model that has a checkpoint.
  static std::optional<std::filesystem::path> latest(const std::filesystem::path& root, const std::string& model);

  /// All runs of the model that have curves, the oldest first.
  static std::vector<std::filesystem::path> all(const std::filesystem::path& root, const std::string& model);
  /// What is in the folder of a run, which may be another's that still goes on. Empty if there is none.
  static RunCurves read_curves(const std::filesystem::path& folder);

  /// A new run in <root>/<model>-<date>; the folder is made with the first file. Throws Error if it cannot be.
  TrainingRun(const std::filesystem::path& root, const std::string& model);
  /// Goes on with a run that is there.
  explicit TrainingRun(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path checkpoint() const { return folder_ / "checkpoint.safetensors"; }
  std::filesystem::path weights() const { return folder_ / "weights.safetensors"; }

  /// Names and values; read_settings() gives them back (empty if there are none).
  void write_settings(const std::map<std::string, std::string>& settings);
  std::map<std::string, std::string> read_settings() const;

  /// Adds a line; the first call of a new run writes the names above. A value that is not a number is left empty.
  void add_row(std::span<const std::string> names, std::span<const double> values);
  /// The lines up to this step (the first value of each) in the order of these names; later ones, one cut short by a
  /// kill, and columns of other names are taken out of the file.
  std::vector<std::vector<double>> read_rows(std::span<const std::string> names, std::int64_t step_most);

  void write_checkpoint(training::Checkpoint checkpoint);
  void write_samples(std::int64_t step, formats::Picture picture);
  Background& background() { return background_; }

 private:
  std::filesystem::path folder_;
  std::ofstream curves_;
  Background background_;
};

}  // namespace figment::studio
