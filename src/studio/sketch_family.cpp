#include "data/landscape.h"
#include "studio/evaluate_sketch.h"
#include "studio/family.h"
#include "studio/sketch_activity.h"
#include "training/sketch_task.h"

namespace figment::studio {
namespace {

Control choice(std::string name, std::string label, std::string help, std::vector<std::string> choices) {
  Control control;
  control.name = std::move(name);
  control.label = std::move(label);
  control.help = std::move(help);
  control.kind = Control::Kind::choice;
  control.choices = std::move(choices);
  return control;
}

template <typename Names>
std::vector<std::string> strings(const Names& names) {
  return {names.begin(), names.end()};
}

}  // namespace

Family sketch_family() {
  Family family;
  family.name = "sketch";
  family.title = "Sketch";
  family.sentence = "paints a landscape from the lines that you draw";
  family.make = make_activity<SketchActivity>;
  family.make_task = training::make_task<training::SketchTask>;
  family.evaluate = evaluate_sketch;
  family.controls.push_back(choice("time", "Time of day", "Lines have no colour: the light that it is painted in.",
                                   strings(data::time_of_day_names)));
  std::vector<std::string> lands = strings(data::terrain_names);
  lands.insert(lands.begin(), "as drawn");
  family.controls.push_back(choice("terrain", "Land", "What the ground is; or what the lines look like.", lands));
  family.controls.push_back(choice("paper", "Paper",
                                   "What is on it to begin with: a drawing that draws itself, one that is finished, "
                                   "or nothing.",
                                   {"draws itself", "an example", "empty"}));
  Control pen;
  pen.name = "pen";
  pen.label = "Pen";
  pen.help = "How thick its lines are, in pixels of the painting.";
  pen.initial = 1.3;
  pen.minimum = 1;
  pen.maximum = 2;
  family.controls.push_back(pen);
  return family;
}

}  // namespace figment::studio
