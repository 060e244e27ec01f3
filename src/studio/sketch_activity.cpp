#include "studio/sketch_activity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "data/hand.h"
#include "data/landscape.h"
#include "studio/family.h"

namespace figment::studio {
namespace {

using data::Point;
using data::Stroke;
using tensor::DType;
using tensor::Tensor;

constexpr double rest_seconds = 4.0;   // how long a finished drawing stays
constexpr double held_seconds = 45;    // how long a person's drawing stays untouched
constexpr float length_a_step = 3.0F;  // of a drawing that draws itself, in pixels
constexpr float paper_value = 0.88F;   // of pixels in [-1, 1]: pure white would glare
constexpr float ink_value = -0.9F;
constexpr double all_at_once_ms = 1e9;
constexpr int paper_side = 256;
constexpr float rubber_radius = 3.0F;
constexpr int bits_a_row = 12;  // of the drawing, after which all times of day are painted
constexpr int time_count = static_cast<int>(data::time_of_day_names.size());

enum class Paper { draws_itself, example, empty };

int whole(const Request& request, const char* control) {
  return static_cast<int>(std::lround(number(request, family_named("sketch"), control)));
}

Paper paper_of(const Request& request) { return static_cast<Paper>(whole(request, "paper")); }

float distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// The first `length` pixels of strokes, in their order; setting the pen down counts as one.
std::vector<Stroke> beginning(const std::vector<Stroke>& strokes, float length) {
  std::vector<Stroke> drawn;
  for (const Stroke& stroke : strokes) {
    if (length <= 0) break;
    drawn.emplace_back();
    for (std::size_t i = 0; i < stroke.size() && length > 0; ++i) {
      length -= i > 0 ? distance(stroke[i - 1], stroke[i]) : 1.0F;
      drawn.back().push_back(stroke[i]);
    }
  }
  return drawn;
}

float length_of(const std::vector<Stroke>& strokes) {
  float length = 0;
  for (const Stroke& stroke : strokes) {
    length += 1;
    for (std::size_t i = 1; i < stroke.size(); ++i) length += distance(stroke[i - 1], stroke[i]);
  }
  return length;
}

/// The same strokes without what lies within `radius` of a point; what is rubbed through becomes two.
std::vector<Stroke> without(const std::vector<Stroke>& strokes, Point at, float radius) {
  std::vector<Stroke> left;
  for (const Stroke& stroke : strokes) {
    Stroke part;
    for (const Point p : stroke) {
      if (distance(p, at) > radius) {
        part.push_back(p);
      } else if (!part.empty()) {
        left.push_back(std::exchange(part, {}));
      }
    }
    if (!part.empty()) left.push_back(std::move(part));
  }
  return left;
}

}  // namespace

SketchActivity::SketchActivity(runtime::Context& context, const Request& request)
    : RepeatingActivity(context, request, "paintings/s", rest_seconds) {
  view().title = "Sketch";
  view().subtitle = "landscapes";
  view().sentence =
      "Draw a landscape: a network that has seen many landscapes with their outlines paints what the lines may mean, "
      "with every stroke anew.";
  loading().read("Reading the weights", [this] { network_ = load_sketch(); });
  loading().run("Laying out the network", [this] {
    view().subtitle = fmt::format("landscapes {0}\u00d7{0}, {1:.2f} M weights", sketch_side,
                                  static_cast<double>(network_->parameters().count()) * 1e-6);
    compile_paper();
    one_.painter = std::make_unique<SketchPainter>(this->context(), network_, 1);
    times_.painter = std::make_unique<SketchPainter>(this->context(), network_, time_count);
  });
  loading().warm([this] {
    return std::vector<runtime::Program*>{paper_program_.program.get(), &one_.painter->program(),
                                          &times_.painter->program()};
  });
}

void SketchActivity::compile_paper() {
  paper_ = ShownPictures("sketch.paper", 1, paper_side, paper_side);
  const Tensor ink = paper_program_.graph.input("ink", {{1, paper_side, paper_side, 1}, DType::f32});
  paper_.show((ink_value - paper_value) * ink + paper_value);
  paper_program_.compile(context(), {}, "sketch paper");
}

std::int32_t SketchActivity::time() const { return chosen_time_ >= 0 ? chosen_time_ : whole(request(), "time"); }

std::int32_t SketchActivity::terrain() const {
  const int choice = whole(request(), "terrain");
  return choice == 0 ? any_terrain : choice - 1;
}

float SketchActivity::pen_radius() const {
  return static_cast<float>(number(request(), family_named("sketch"), "pen")) / 2;
}

bool SketchActivity::is_held() const {
  return hand_ == Hand::file ||
         (hand_ == Hand::person && std::chrono::duration<double>(core::Clock::now() - touched_).count() < held_seconds);
}

void SketchActivity::set_input(const formats::Picture& picture, const formats::Picture& /*mask*/) {
  strokes_ = strokes_of_picture(picture);
  core::require(!strokes_.empty(), "there is no line in the picture; choose one with dark lines on light paper");
  hand_ = Hand::file;
  keeps_drawing_ = true;
  if (!is_loading()) begin_anew();
}

void SketchActivity::begin() {
  check(request(), family_named("sketch"));
  check(request().picture);
  const int count = request().picture.count;
  if (next_gallery_ && next_gallery_->count() == count) {
    context().device().wait_idle();  // the pictures that are shown are about to go
    gallery_ = {std::move(next_gallery_), false, false, gallery_.version};
  }
  if (!gallery_.painter || gallery_.painter->count() != count) {
    loading().run("Laying out the network",
                  [this, count] { next_gallery_ = std::make_unique<SketchPainter>(context(), network_, count); });
    loading().warm([this] { return std::vector<runtime::Program*>{&next_gallery_->program()}; });
    return;
  }
  const bool is_restart = round() == 0 && !keeps_drawing_;
  keeps_drawing_ = false;
  if (is_restart || !is_held()) begin_example();
  mark_stale();
  bits_since_times_ = bits_a_row;  // an empty row would be no sight
}

void SketchActivity::begin_example() {
  hand_ = Hand::itself;
  chosen_time_ = -1;
  drawn_ = 0;
  strokes_.clear();
  if (paper_of(request()) == Paper::empty) return;
  const std::uint64_t seed = request().picture.seed;
  const auto count = static_cast<std::uint64_t>(gallery_.painter->count());
  const std::uint64_t first = round() * count;
  example_ = held_out_drawing(seed, first);
  if (paper_of(request()) == Paper::example) strokes_ = example_.strokes;
  drawing_others_ = std::async(std::launch::async, [seed, first, count] {
    std::vector<Drawing> others;
    for (std::uint64_t i = 1; i < count; ++i) others.push_back(held_out_drawing(seed, first + i));
    return others;
  });
}

void SketchActivity::mark_stale() { one_.is_stale = times_.is_stale = gallery_.is_stale = true; }

bool SketchActivity::is_drawing_itself() const {
  return hand_ == Hand::itself && paper_of(request()) == Paper::draws_itself && drawn_ < length_of(example_.strokes);
}

void SketchActivity::draw_on() {
  if (!is_drawing_itself()) return;
  drawn_ += length_a_step;
  ++bits_since_times_;
  strokes_ = beginning(example_.strokes, drawn_);
  one_.is_stale = times_.is_stale = true;
}

bool SketchActivity::is_complete() const {
  return !is_drawing_itself() && one_.is_done() && times_.is_done() && gallery_.is_done();
}

void SketchActivity::write_one() {
  std::vector<float> ink(std::size_t{paper_side} * paper_side);
  constexpr float zoom = static_cast<float>(paper_side) / sketch_side;
  std::vector<Stroke> large = strokes_;
  for (Stroke& stroke : large) {
    for (Point& p : stroke) p = {p.x * zoom, p.y * zoom};
  }
  data::ink_strokes(large, pen_radius() * zoom, paper_side, paper_side, ink);
  paper_program_.program->write("ink", ink);
  paper_program_.program->submit();
  one_.painter->set({sketch_ink(strokes_, pen_radius()), {time()}, {terrain()}});
}

SketchPainter::Wanted SketchActivity::wanted_times() const {
  SketchPainter::Wanted wanted;
  const std::vector<float> ink = sketch_ink(strokes_, pen_radius());
  for (std::int32_t i = 0; i < time_count; ++i) {
    wanted.ink.insert(wanted.ink.end(), ink.begin(), ink.end());
    wanted.times.push_back(i);
    wanted.terrains.push_back(terrain());
  }
  return wanted;
}

/// The example, finished, and the drawings that follow it; a person's own in other lights and lands.
SketchPainter::Wanted SketchActivity::wanted_gallery() const {
  SketchPainter::Wanted wanted;
  const bool has_others = hand_ == Hand::itself && paper_of(request()) != Paper::empty &&
                          others_.size() + 1 >= static_cast<std::size_t>(gallery_.painter->count());
  for (std::int32_t i = 0; i < gallery_.painter->count(); ++i) {
    const std::vector<Stroke>& strokes = !has_others ? strokes_
                                         : i == 0    ? example_.strokes
                                                     : others_[static_cast<std::size_t>(i) - 1].strokes;
    const std::vector<float> ink = sketch_ink(strokes, pen_radius());
    wanted.ink.insert(wanted.ink.end(), ink.begin(), ink.end());
    wanted.times.push_back(has_others ? time() : (time() + i) % time_count);
    wanted.terrains.push_back(!has_others && i >= time_count ? i % any_terrain : terrain());
  }
  return wanted;
}

bool SketchActivity::write(Work& work) {
  if (&work == &one_) {
    write_one();
  } else if (&work == &times_) {
    times_.painter->set(wanted_times());
  } else {
    if (drawing_others_.valid()) {
      if (drawing_others_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return false;
      others_ = drawing_others_.get();
    }
    gallery_.painter->set(wanted_gallery());
  }
  return true;
}

/// Goes on with one of the paintings; true when it was finished.
bool SketchActivity::run(Work& work, double budget_ms) {
  if (work.is_running && work.painter->is_idle()) {
    work.is_running = false;
    ++work.version;
    return true;
  }
  if (!work.is_running) {
    if (!work.is_stale || !write(work)) return false;
    work.is_stale = false;
    work.is_running = true;
    work.painter->advance(budget_ms);
  } else if (work.painter->program().is_mid_replay()) {
    work.painter->advance(budget_ms);
  }
  return false;
}

/// The painting beside the paper comes first, then the times of day and what is saved. A drawing that draws itself
/// waits for these now and then.
int SketchActivity::step(double budget_ms) {
  int finished = 0;
  if (one_.is_running) {
    if (!run(one_, budget_ms)) return 0;
    finished = 1;
  }
  const bool waits = bits_since_times_ >= bits_a_row && !(times_.is_done() && gallery_.is_done());
  if (!one_.is_stale && !waits) draw_on();
  if (one_.is_stale) {
    run(one_, budget_ms);
    return finished;
  }
  Work& next = times_.is_done() ? gallery_ : times_;
  finished += run(next, budget_ms) ? 1 : 0;
  if (times_.is_done() && gallery_.is_done()) bits_since_times_ = 0;
  return finished;
}

int SketchActivity::step_once() {
  draw_on();
  if (drawing_others_.valid()) drawing_others_.wait();
  for (Work* work : {&one_, &times_, &gallery_}) {
    if (work == &times_ && is_drawing_itself() && bits_since_times_ < bits_a_row) continue;
    while (!work->is_done()) {
      run(*work, all_at_once_ms);
      work->painter->program().wait();
    }
    if (work == &times_) bits_since_times_ = 0;
  }
  return 1;
}

RepeatingActivity::Taken SketchActivity::take_request(const Request& before) {
  check(request(), family_named("sketch"));
  check(request().picture);
  if (request().picture.seed != before.picture.seed || request().picture.count != before.picture.count) {
    keeps_drawing_ = request().picture.seed == before.picture.seed || hand_ == Hand::file;
    return Taken::start_over;
  }
  const auto differs = [&](const char* control) {
    return number(request(), family_named("sketch"), control) != number(before, family_named("sketch"), control);
  };
  if (differs("paper")) {
    hand_ = Hand::itself;
    return Taken::begin_again;
  }
  if (!differs("time") && !differs("terrain") && !differs("pen")) return Taken::nothing;
  if (differs("time")) chosen_time_ = -1;
  mark_stale();
  resume();
  return Taken::on_the_way;
}

void SketchActivity::take_pointer(const PointerEvent& event) {
  if (event.part == "paper") draw(event);
  if (event.part == "times" && event.phase == PointerEvent::Phase::press && event.item >= 0) {
    chosen_time_ = std::min(event.item, time_count - 1);
    one_.is_stale = gallery_.is_stale = true;
    resume();
  }
}

void SketchActivity::draw(const PointerEvent& event) {
  const Point at = {event.x * sketch_side, event.y * sketch_side};
  touched_ = core::Clock::now();
  if (event.phase == PointerEvent::Phase::release) return;
  const bool begins = event.phase == PointerEvent::Phase::press;
  if (begins && !event.is_secondary && hand_ == Hand::itself && paper_of(request()) == Paper::draws_itself) {
    strokes_.clear();  // a person takes the pen out of its hand
  }
  hand_ = Hand::person;
  if (event.is_secondary) {
    strokes_ = without(strokes_, at, rubber_radius);
  } else if (begins || strokes_.empty()) {
    strokes_.push_back({at});
  } else {
    strokes_.back().push_back(at);
  }
  mark_stale();
  resume();
}

ViewPart& SketchActivity::add_part(const char* name, const char* title, PictureView pictures) {
  ViewPart part;
  part.name = name;
  part.title = title;
  part.content = pictures;
  view().parts.push_back(std::move(part));
  return view().parts.back();
}

void SketchActivity::publish() {
  View& shown = view();
  shown.pictures = gallery_.painter->view(gallery_.version);
  shown.parts.clear();
  ViewPart& paper = add_part("paper", "Draw here", paper_.view(context(), one_.version));
  paper.takes_pointer = true;
  paper.pen = 2 * pen_radius() / sketch_side;
  paper.height = 2;
  paper.note = hand_ == Hand::itself
                   ? "or look at the outlines of a landscape that it has not seen; right button: rub out"
                   : "right button: rub out";
  ViewPart& painting = add_part("painting", "What it paints", one_.painter->view(one_.version));
  const std::string_view when = data::name_of(static_cast<data::TimeOfDay>(time()));
  painting.note = terrain() == any_terrain
                      ? fmt::format("{}, the land as the lines say", when)
                      : fmt::format("{}, {}", when, data::name_of(static_cast<data::Terrain>(terrain())));
  painting.height = 2;
  ViewPart& times = add_part("times", "The same lines at four times of day", times_.painter->view(times_.version));
  times.row = 1;
  times.columns = time_count;
  times.captions = {data::time_of_day_names.begin(), data::time_of_day_names.end()};
  times.marked = time();
  times.takes_pointer = true;
  times.note = "press one to paint it above";
  shown.fraction = is_drawing_itself() ? drawn_ / length_of(example_.strokes) : 1.0F;
  shown.progress = strokes_.size() == 1 ? "1 stroke" : fmt::format("{} strokes", strokes_.size());
}

std::vector<const runtime::Program*> SketchActivity::programs() const {
  std::vector<const runtime::Program*> all;
  if (paper_program_.program) all.push_back(paper_program_.program.get());
  for (const Work* work : {&one_, &times_, &gallery_}) {
    if (work->painter) all.push_back(&work->painter->program());
  }
  return all;
}

}  // namespace figment::studio
