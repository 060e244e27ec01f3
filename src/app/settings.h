#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "app/style.h"
#include "studio/request.h"

namespace figment::app {

/// What the window remembers from one start to the next.
struct Settings {
  Theme theme = Theme::dark;
  float zoom = 1;  ///< of everything, 0.5..3, beside the scale of the display
  bool shows_hud = false;
  bool has_seen_hints = false;
  int width = 0;  ///< of the window; 0: not known
  int height = 0;
  std::vector<std::string> models;  ///< on show: what paints, what stands beside it, what writes
  bool has_models = false;          ///< false: `models` says nothing
  studio::Request request;
  bool operator==(const Settings&) const = default;
};

/// Throws Error with one sentence for what is no settings or out of range.
Settings settings_from_json(const std::string& text);
std::string to_json(const Settings& settings);

/// Keeps the settings in a file, written as a whole or not at all.
class SettingsKeeper {
 public:
  /// Reads them; a file that is damaged is put aside as <file>.damaged. An empty path remembers nothing.
  explicit SettingsKeeper(std::filesystem::path path);

  const Settings& settings() const { return settings_; }
  bool is_first_start() const { return is_first_start_; }
  bool is_kept() const { return !path_.empty(); }
  /// A sentence if the file could not be read or written; told once.
  std::string take_problem();
  /// What they are now; written once they have stayed the same for a second.
  void note(const Settings& now, double time_s);
  void flush();  ///< writes what is not written yet

 private:
  std::filesystem::path path_;
  Settings settings_;
  bool is_first_start_ = false;
  bool is_dirty_ = false;
  bool has_failed_ = false;
  double changed_s_ = 0;
  std::string problem_;
};

}  // namespace figment::app
