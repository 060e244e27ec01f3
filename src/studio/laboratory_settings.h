#pragma once
#include <string>
#include <vector>

#include "studio/control.h"
#include "studio/drawn_schedule.h"
#include "studio/request.h"

namespace figment::studio {

inline constexpr int laboratory_lanes_max = 4;

/// What the sampler laboratory shows; the numbers are those of its control "view".
enum class LaboratoryView { side_by_side, error, samplers, guidances };

/// A sampler with all its settings.
struct LaneSettings {
  PictureRequest picture;  ///< whole: seed, classes and count, too
  bool is_drawn = false;   ///< the schedule is the drawn one, not the request's
  DrawnSchedule drawn;     ///< a new one unless is_drawn

  std::string schedule_title() const;
  std::string title() const;  ///< "DPM++ 2M, Karras"
  /// The noise levels of so many steps; empty: those of the request's schedule.
  std::vector<sampling::SchedulePoint> points(int steps) const;
  bool operator==(const LaneSettings&) const = default;
};

struct LaboratorySettings {
  LaboratoryView view = LaboratoryView::side_by_side;
  std::vector<LaneSettings> lanes;  ///< 2 to 4
  int branch = 0;                   ///< step of lane 1 up to which its run is everybody's; 0: only the noise is
  bool has_all_samplers = false;    ///< in the grid of samplers
  DrawnSchedule drawn;              ///< as the request has it
};

/// Reads the laboratory's settings from a request. Throws Error with one sentence for what makes no sense.
LaboratorySettings laboratory_settings(const Request& request);

std::vector<Control> laboratory_controls();

/// "seed 7319, night over mountains": of what pictures are asked for.
std::string describe(const PictureRequest& picture);

/// The title of a sampler without what is too long for a grid: "DPM2 a".
std::string short_title(const std::string& sampler);

}  // namespace figment::studio
