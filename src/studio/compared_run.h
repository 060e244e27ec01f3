#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "studio/curve_history.h"

namespace figment::studio {

/// How labels of lines begin that are of an earlier run, "earlier loss": drawn dimmer, in the colours of the others.
inline constexpr std::string_view earlier_label = "earlier";

/// An earlier run beside the one that goes on: its curves, and how it was trained.
class ComparedRun {
 public:
  /// Reads the run's folder; without curves if it has none.
  explicit ComparedRun(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  const CurveHistory& curves() const { return curves_; }
  /// The curve of this name over these steps, smoothed; empty if there is none.
  std::vector<float> line(const std::string& name, float smoothing, const std::vector<float>& steps) const;
  /// Its settings that are others: "batch 16, not 32; optimizer sgd, not adamw". Empty: none.
  std::string differences(const std::map<std::string, std::string>& settings) const;

 private:
  std::filesystem::path folder_;
  CurveHistory curves_;
  std::map<std::string, std::string> settings_;
};

/// A run's folder in a few words: "21 Nov, 16:04" of ".../gan-2026-11-21-160412".
std::string run_label(const std::filesystem::path& folder);

/// Values at `steps` on another axis, by straight lines between those that are numbers; not a number outside of them.
std::vector<float> on_axis(const std::vector<float>& steps, const std::vector<float>& values,
                           const std::vector<float>& axis);

}  // namespace figment::studio
