#pragma once
#include <fmt/format.h>

#include <filesystem>

#include "app/film/offscreen_window.h"
#include "app/film/tour.h"

namespace figment::app {

/// Where pictures of the window go.
struct StillsOptions {
  std::filesystem::path folder;  ///< one FAMILY.png each: the window when there is most to see; empty: none
  std::filesystem::path icons;   ///< one FAMILY.png each: a small picture for the list of models; empty: none
};

/// Runs `scene`. An Error of one of several scenes, such as weights that are not there, is told, and the others go on.
/// Returns whether all was well.
template <typename Function>
bool leave_out_if_it_fails(bool is_one_of_several, const studio::Family& family, Function scene) {
  try {
    scene();
    return true;
  } catch (const gpu::DeviceLost&) {
    throw;
  } catch (const core::Error& error) {
    if (!is_one_of_several) throw;
    fmt::print(stderr, "{} is left out: {}\n", family.name, error.what());
    return false;
  }
}

/// Makes them for the scenes; `progress` is told how far that is, 0 to 1. Throws Error.
void make_stills(OffscreenWindow& window, const std::vector<PlannedScene>& scenes, const studio::Request& request,
                 const StillsOptions& options, const std::function<void(double)>& progress);

/// A picture of side x side pixels, RGB, each the mean of what it covers.
formats::Picture shrunk(const formats::Picture& picture, int side);

}  // namespace figment::app
