#pragma once
#include <future>
#include <memory>
#include <vector>

#include "studio/repeating_activity.h"
#include "studio/sketch_painter.h"

namespace figment::studio {

/// Paints what is drawn, stroke by stroke: by a person, or by itself from the outlines of an unseen landscape.
///
/// The pen draws on "paper", the right button rubs out; a press on one of "times" paints at that time of day.
/// view().pictures are the paintings of count drawings; of a person's drawing or input, in count kinds of light and
/// land.
class SketchActivity : public RepeatingActivity {
 public:
  SketchActivity(runtime::Context& context, const Request& request);

  void set_input(const formats::Picture& picture, const formats::Picture& mask) override;
  std::vector<const runtime::Program*> programs() const override;

 protected:
  void begin() override;
  int step(double budget_ms) override;
  int step_once() override;
  bool is_complete() const override;
  void publish() override;
  Taken take_request(const Request& before) override;
  void take_pointer(const PointerEvent& event) override;

 private:
  /// Whose drawing is on the paper.
  enum class Hand { itself, person, file };
  /// A painter and whether it has still to paint the newest strokes, or does so now.
  struct Work {
    std::unique_ptr<SketchPainter> painter;
    bool is_stale = false;
    bool is_running = false;
    std::uint64_t version = 0;
    bool is_done() const { return !is_stale && !is_running; }
  };

  void compile_paper();
  void draw_on();  ///< the next bit of the drawing that draws itself
  bool is_drawing_itself() const;
  void begin_example();
  void draw(const PointerEvent& event);
  void rub_out(data::Point at);
  void mark_stale();
  bool write(Work& work);  ///< false: not all of it is there yet
  void write_one();
  SketchPainter::Wanted wanted_times() const;
  SketchPainter::Wanted wanted_gallery() const;
  bool run(Work& work, double budget_ms);
  bool is_held() const;  ///< a person's drawing stays for a while
  std::int32_t time() const;
  std::int32_t terrain() const;
  float pen_radius() const;
  ViewPart& add_part(const char* name, const char* title, PictureView pictures);

  std::shared_ptr<models::Sketch> network_;
  ShownPictures paper_;
  RecordedProgram paper_program_;
  Work one_, times_, gallery_;
  std::unique_ptr<SketchPainter> next_gallery_;  ///< for another count; the present one stays until it is ready

  Drawing example_;
  std::vector<data::Stroke> strokes_;  ///< in pixels of the 64x64 picture
  float drawn_ = 0;                    ///< length of the example that is drawn, in pixels
  std::vector<Drawing> others_;        ///< that follow the example in what is saved
  std::future<std::vector<Drawing>> drawing_others_;
  int bits_since_times_ = 0;    ///< of the example, since it was last painted at all times of day
  bool keeps_drawing_ = false;  ///< what is on the paper is to survive a beginning
  Hand hand_ = Hand::itself;
  std::int32_t chosen_time_ = -1;  ///< by the mouse; -1: as the control says
  core::Clock::time_point touched_;
};

}  // namespace figment::studio
