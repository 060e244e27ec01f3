#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/commands/film_canvas.h"
#include "app/commands/film_text.h"
#include "studio/picture_generator.h"
#include "studio/text_generator.h"

namespace figment::app {

struct FilmSceneOptions {
  studio::Request request;
  int width = 1280;
  int height = 720;
  int frames_per_second = 30;
  std::string device;  ///< named in the corner; may be empty
};

/// The demo without a display: pictures emerge from noise, and beside them a story is written. Every frame is a
/// function of the request and its number, never of the clock.
class FilmScene {
 public:
  /// Throws Error if weights or typefaces are missing, or the request makes no sense.
  FilmScene(runtime::Context& context, const FilmSceneOptions& options);

  /// Goes one frame on and draws it: [height, width, 4] RGBA, valid until the next call.
  std::span<const std::uint8_t> next_frame();

 private:
  struct Word;

  void begin_pictures();
  void begin_story();
  void paint();
  void tell();
  void take_pictures();

  FilmBox box(float left, float top, float width, float height) const;
  float place_x(float x) const { return left_ + scale_ * x; }
  float place_y(float y) const { return top_ + scale_ * y; }
  float write(FilmFont& font, float x, float y, std::string_view text, FilmColor color);
  void draw();
  void draw_top();
  void draw_grid();
  void draw_strip();
  void draw_curve();
  void draw_settings();
  void draw_story();
  void draw_choice();
  std::vector<std::vector<Word>> story_lines(float width);

  FilmSceneOptions options_;
  FilmCanvas canvas_;
  float scale_;  ///< pixels of a unit; the layout is made for 1280 x 720
  float left_;
  float top_;
  FilmFont regular_;
  FilmFont bold_;
  FilmFont small_;
  FilmFont small_bold_;
  FilmFont story_font_;

  std::shared_ptr<const data::Tokenizer> tokenizer_;
  std::unique_ptr<studio::PictureGenerator> painter_;
  std::unique_ptr<studio::TextGenerator> writer_;
  studio::PictureRequest picture_request_;
  std::string painter_title_;
  std::string writer_title_;

  std::vector<std::vector<std::uint8_t>> pictures_;       ///< enlarged, as they are shown
  std::vector<std::vector<std::uint8_t>> last_pictures_;  ///< those before, which fade
  std::vector<std::vector<std::uint8_t>> strip_;
  std::vector<float> first_picture_;  ///< [64, 64, 3], of the strip
  int frames_since_row_ = 0;
  int frames_per_row_ = 1;
  int rest_frames_ = 0;
  float owed_tokens_ = 0;
  int story_rest_frames_ = 0;
  std::uint64_t frame_ = 0;
  std::uint64_t story_ = 0;
  std::vector<studio::TextGenerator::Candidate> candidates_;
};

}  // namespace figment::app
