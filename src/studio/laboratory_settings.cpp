#include "studio/laboratory_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/landscape.h"
#include "sampling/sampler.h"
#include "studio/family.h"
#include "studio/picture_generator.h"

namespace figment::studio {
namespace {

constexpr int most_steps = 60;
constexpr int most_pictures = 4;

/// What the lanes are at first: one sampler of each kind.
struct Lane {
  const char* sampler;
  const char* schedule;
  int steps;
};
constexpr std::array<Lane, laboratory_lanes_max> first_lanes{{
    {"dpmpp_2m", "karras", 12},
    {"euler", "karras", 12},
    {"heun", "karras", 12},
    {"euler_ancestral", "karras", 12},
}};

template <typename List>
int index_of(const List& list, std::string_view name) {
  return static_cast<int>(std::ranges::find_if(list, [&](const auto& one) { return one.name == name; }) - list.begin());
}

template <typename List>
std::vector<std::string> titles_of(const List& list) {
  std::vector<std::string> titles;
  for (const auto& one : list) titles.emplace_back(one.title);
  return titles;
}

Control choice(const std::string& name, const std::string& label, const std::string& help,
               std::vector<std::string> choices, int initial = 0) {
  Control control;
  control.name = name;
  control.label = label;
  control.help = help;
  control.kind = Control::Kind::choice;
  control.choices = std::move(choices);
  control.initial = initial;
  return control;
}

Control whole(const std::string& name, const std::string& label, const std::string& help, int initial, int minimum,
              int maximum) {
  Control control;
  control.name = name;
  control.label = label;
  control.help = help;
  control.kind = Control::Kind::whole_number;
  control.initial = initial;
  control.minimum = minimum;
  control.maximum = maximum;
  return control;
}

void add_lane(std::vector<Control>& controls, int number) {
  const Lane& lane = first_lanes[static_cast<std::size_t>(number - 1)];
  const std::string n = std::to_string(number);
  controls.push_back(choice("sampler" + n, "Sampler " + n, "How lane " + n + " walks from noise to picture",
                            titles_of(sampling::samplers()), index_of(sampling::samplers(), lane.sampler)));
  std::vector<std::string> schedules = titles_of(sampling::schedules());
  schedules.emplace_back("Drawn");
  controls.push_back(choice("schedule" + n, "Schedule " + n,
                            "How lane " + n +
                                " spreads its steps over the noise levels; Drawn is the curve that you "
                                "bend with the mouse below the pictures",
                            schedules, index_of(sampling::schedules(), lane.schedule)));
  controls.push_back(whole("steps" + n, "Steps " + n, "Steps of lane " + n, lane.steps, 1, most_steps));
  Control guidance;
  guidance.name = "guidance" + n;
  guidance.label = "Guidance " + n;
  guidance.help = "How firmly lane " + n + " follows what was asked for; 1 is off";
  guidance.initial = 1.6;
  guidance.maximum = 10;
  controls.push_back(guidance);
  std::vector<std::string> classes{"as below"};
  for (const std::string_view time : data::time_of_day_names) {
    for (const std::string_view terrain : data::terrain_names) classes.push_back(fmt::format("{}, {}", terrain, time));
  }
  controls.push_back(
      choice("asked" + n, "Paints " + n, "What lane " + n + " is asked for, if not what all are", classes));
}

LaneSettings lane_settings(const Request& request, const Family& family, int number, const DrawnSchedule& drawn) {
  const auto value = [&](const char* name) {
    return static_cast<int>(std::lround(studio::number(request, family, name + std::to_string(number))));
  };
  LaneSettings lane;
  lane.picture.seed = request.picture.seed;
  lane.picture.time_of_day = request.picture.time_of_day;
  lane.picture.terrain = request.picture.terrain;
  lane.picture.count = static_cast<int>(std::lround(studio::number(request, family, "pictures")));
  lane.picture.steps = value("steps");
  lane.picture.guidance = static_cast<float>(studio::number(request, family, "guidance" + std::to_string(number)));
  lane.picture.sampler = sampling::samplers()[static_cast<std::size_t>(value("sampler"))].name;
  const auto schedule = static_cast<std::size_t>(value("schedule"));
  lane.is_drawn = schedule >= sampling::schedules().size();
  if (lane.is_drawn) lane.drawn = drawn;
  lane.picture.schedule = lane.is_drawn ? "karras" : sampling::schedules()[schedule].name;
  if (const int asked = value("asked"); asked > 0) {
    const int terrains = static_cast<int>(data::terrain_names.size());
    lane.picture.time_of_day = (asked - 1) / terrains;
    lane.picture.terrain = (asked - 1) % terrains;
  }
  check(lane.picture);
  return lane;
}

}  // namespace

std::string LaneSettings::schedule_title() const {
  return is_drawn ? "drawn" : std::string(sampling::schedule_named(picture.schedule).title);
}

std::string LaneSettings::title() const {
  return fmt::format("{}, {}", sampling::sampler_named(picture.sampler).title, schedule_title());
}

std::vector<sampling::SchedulePoint> LaneSettings::points(int steps) const {
  if (!is_drawn) return {};
  return drawn.points(sampling::noise_process_named(landscape_process).make(), steps);
}

LaboratorySettings laboratory_settings(const Request& request) {
  const Family& family = family_named("laboratory");
  check(request, family);
  check(request.picture);
  const auto value = [&](const char* name) { return static_cast<int>(std::lround(number(request, family, name))); };
  LaboratorySettings settings;
  settings.view = static_cast<LaboratoryView>(value("view"));
  settings.drawn = DrawnSchedule::from_text(text(request, family, "drawn"));
  settings.has_all_samplers = value("all") != 0;
  for (int i = 1; i <= value("lanes"); ++i) settings.lanes.push_back(lane_settings(request, family, i, settings.drawn));
  // The last step is for the lanes to differ in.
  settings.branch = std::min(value("branch"), settings.lanes.front().picture.steps - 1);
  return settings;
}

std::vector<Control> laboratory_controls() {
  std::vector<Control> controls;
  controls.push_back(choice("view", "View",
                            "Lanes side by side; their error against a reference of 1000 steps; or a grid of pictures "
                            "(G saves it with labels)",
                            {"side by side", "error", "sampler x steps", "guidance x seed"}));
  controls.push_back(
      whole("lanes", "Lanes", "How many samplers run side by side, from the same noise", 3, 2, laboratory_lanes_max));
  controls.push_back(whole("pictures", "Pictures", "Pictures in each lane; fewer are faster", 1, 1, most_pictures));
  controls.push_back(whole("branch", "Branch at",
                           "Up to this step all lanes share the run of lane 1, then each goes on its own way; 0: they "
                           "share the noise only",
                           0, 0, most_steps - 1));
  for (int i = 1; i <= laboratory_lanes_max; ++i) add_lane(controls, i);
  Control all;
  all.name = "all";
  all.label = "All samplers";
  all.help = "Every sampler in the grid of samplers, instead of a choice of eight";
  all.kind = Control::Kind::toggle;
  controls.push_back(all);
  Control drawn;
  drawn.name = "drawn";
  drawn.label = "Drawn schedule";
  drawn.help = "Noise levels that fall, evenly spread over the steps; bend the curve below the pictures, or type some";
  drawn.kind = Control::Kind::text;
  controls.push_back(drawn);
  return controls;
}

std::string describe(const PictureRequest& picture) {
  std::string text = fmt::format("seed {}", picture.seed);
  if (picture.terrain >= 0) {
    text += fmt::format(", {}", data::terrain_names[static_cast<std::size_t>(picture.terrain)]);
  }
  if (picture.time_of_day >= 0) {
    text += fmt::format(", {}", data::time_of_day_names[static_cast<std::size_t>(picture.time_of_day)]);
  }
  return text;
}

std::string short_title(const std::string& sampler) {
  std::string title(sampling::sampler_named(sampler).title);
  constexpr std::string_view tail = " ancestral";
  if (title.ends_with(tail)) title = title.substr(0, title.size() - tail.size()) + " a";
  return title;
}

}  // namespace figment::studio
