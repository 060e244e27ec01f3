#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "app/commands/film_scene.h"
#include "data/landscape.h"
#include "sampling/sampler.h"
#include "sampling/schedule.h"

/// The look of a film: the window's, without controls. Lengths are for a frame of 1280 x 720.
namespace figment::app {
namespace {

constexpr FilmColor background{15, 17, 21};
constexpr FilmColor panel{18, 20, 25};
constexpr FilmColor line_color{38, 42, 50};
constexpr FilmColor track{38, 66, 92};
constexpr FilmColor accent{122, 193, 255};
constexpr FilmColor text{220, 224, 232};
constexpr FilmColor dim{139, 145, 158};
constexpr FilmColor faint{92, 98, 110};
constexpr FilmColor likely{25, 53, 38};
constexpr FilmColor middling{66, 58, 26};
constexpr FilmColor surprising{88, 42, 28};

constexpr float margin = 24;
constexpr float cell = 196;
constexpr float gap = 8;
constexpr float grid_top = 84;
constexpr float strip_top = 496;
constexpr float strip_cell = 56;
constexpr float side_left = 872;
constexpr float bottom_top = 576;
constexpr float story_width = 812;
constexpr float story_line = 26;
constexpr int story_lines_max = 4;

FilmColor tint(float probability) {
  // Even steps of surprise, not of probability.
  const float surprise = std::clamp(-std::log(std::max(probability, 1e-4F)) / 3.5F, 0.0F, 1.0F);
  return surprise < 0.5F ? mix(likely, middling, 2 * surprise) : mix(middling, surprising, 2 * surprise - 1);
}

std::string_view without_space(std::string_view piece) {
  if (piece.starts_with(' ')) piece.remove_prefix(1);
  return piece;
}

}  // namespace

struct FilmScene::Word {
  std::string text;  ///< with its space, unless it begins a line
  float width = 0;
  float probability = 1;
  bool is_prompt = false;
};

FilmBox FilmScene::box(float left, float top, float width, float height) const {
  return {place_x(left), place_y(top), scale_ * width, scale_ * height};
}

float FilmScene::write(FilmFont& font, float x, float y, std::string_view words, FilmColor color) {
  return (font.write(canvas_, place_x(x), place_y(y), words, color) - left_) / scale_;
}

void FilmScene::draw() {
  canvas_.clear(background);
  draw_top();
  draw_grid();
  draw_strip();
  draw_curve();
  draw_settings();
  canvas_.box(box(0, bottom_top, 1280, 144), panel);
  canvas_.box(box(0, bottom_top, 1280, 1), line_color);
  draw_story();
  draw_choice();
}

void FilmScene::draw_top() {
  canvas_.box(box(0, 0, 1280, 44), panel);
  canvas_.box(box(0, 44, 1280, 1), line_color);
  const float after = write(bold_, margin, 28, "figment", text);
  write(regular_, after + 18, 28, painter_title_, dim);
  const float right = small_.width(options_.device) / scale_;
  write(small_, 1280 - margin - right, 28, options_.device, faint);
  write(
      regular_, margin, 70,
      "Start from pure noise; at each step the network guesses the noise that is left, and the sampler removes a part "
      "of it.",
      dim);
}

void FilmScene::draw_grid() {
  const int size = static_cast<int>(std::lround(cell * scale_));
  // New noise comes in gently over the pictures before.
  constexpr float fade_frames = 8;
  const float shown = std::min(1.0F, static_cast<float>(frames_since_row_ + 1) / fade_frames);
  const bool fades = !last_pictures_.empty() && painter_->row() == 0;
  for (std::size_t i = 0; i < pictures_.size(); ++i) {
    const float x = place_x(margin + static_cast<float>(i % 4) * (cell + gap));
    const float y = place_y(grid_top + static_cast<float>(i / 4) * (cell + gap));
    if (fades) canvas_.picture(last_pictures_[i], size, x, y, 7 * scale_);
    canvas_.picture(pictures_[i], size, x, y, 7 * scale_, fades ? shown : 1.0F);
  }
}

void FilmScene::draw_strip() {
  const int size = static_cast<int>(std::lround(strip_cell * scale_));
  const int current = painter_->strip_stage();
  for (std::size_t i = 0; i < strip_.size(); ++i) {
    const float x = margin + static_cast<float>(i) * (strip_cell + 6);
    if (strip_[i].empty()) {
      canvas_.box(box(x, strip_top, strip_cell, strip_cell), panel, 5 * scale_);
    } else {
      canvas_.picture(strip_[i], size, place_x(x), place_y(strip_top), 5 * scale_);
    }
    if (static_cast<int>(i) == current) {
      canvas_.outline(box(x, strip_top, strip_cell, strip_cell), accent, 5 * scale_, 2 * scale_);
    }
  }
  const auto& points = painter_->points();
  const auto step = std::min<std::size_t>(static_cast<std::size_t>(painter_->step()), points.size() - 1);
  const float x = margin + 9 * (strip_cell + 6) + 12;
  write(regular_, x, strip_top + 25, fmt::format("step {} of {}", step, points.size() - 1), text);
  write(small_, x, strip_top + 45, fmt::format("noise σ {:.2f}", points[step].sigma), dim);
  const float share = static_cast<float>(painter_->row()) / static_cast<float>(painter_->table().rows.size());
  const float width = 4 * cell + 3 * gap;
  canvas_.box(box(margin, 563, width, 3), line_color, 1.5F * scale_);
  if (share > 0) canvas_.box(box(margin, 563, width * share, 3), accent, 1.5F * scale_);
}

void FilmScene::draw_curve() {
  write(small_bold_, side_left, 66, "NOISE LEVEL", dim);
  const float width = 1280 - margin - side_left;
  constexpr float height = 150;
  canvas_.box(box(side_left, grid_top, width, height), panel, 6 * scale_);
  canvas_.outline(box(side_left, grid_top, width, height), line_color, 6 * scale_, scale_);
  const auto& points = painter_->points();
  float top = 0;
  for (const auto& point : points) top = std::max(top, static_cast<float>(point.sigma));
  if (points.size() < 2 || top <= 0) return;
  std::vector<std::pair<float, float>> curve;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float x = side_left + 16 + (width - 32) * static_cast<float>(i) / static_cast<float>(points.size() - 1);
    const float y = grid_top + height - 16 - (height - 32) * static_cast<float>(points[i].sigma) / top;
    curve.emplace_back(place_x(x), place_y(y));
  }
  canvas_.line(curve, track, 2 * scale_);
  const auto step = std::min<std::size_t>(static_cast<std::size_t>(painter_->step()), curve.size() - 1);
  canvas_.line(std::span(curve).first(step + 1), accent, 2 * scale_);
  canvas_.disc(curve[step].first, curve[step].second, 5 * scale_, text);
}

void FilmScene::draw_settings() {
  float y = grid_top + 190;
  const auto heading = [&](std::string_view name) {
    write(small_bold_, side_left, y, name, dim);
    y += 27;
  };
  const auto row = [&](std::string_view name, const std::string& value, float left = side_left) {
    write(regular_, left, y, name, dim);
    write(regular_, left + 138, y, value, text);
    y += 25;
  };
  const studio::PictureRequest& picture = picture_request_;
  heading("SAMPLER");
  row("Sampler", std::string(sampling::sampler_named(picture.sampler).title));
  row("Schedule", std::string(sampling::schedule_named(picture.schedule).title));
  row("Guidance", fmt::format("{:.1f}", picture.guidance));
  row("Seed", std::to_string(picture.seed));
  row("Time of day", picture.time_of_day < 0
                         ? "any"
                         : std::string(data::time_of_day_names[static_cast<std::size_t>(picture.time_of_day)]));
  row("Terrain",
      picture.terrain < 0 ? "any" : std::string(data::terrain_names[static_cast<std::size_t>(picture.terrain)]));
  y += 10;
  const sampling::TextOptions& words = options_.request.text.options;
  heading("WORDS");
  // Temperature and top-p always, of the others those that a person has set; in two columns.
  constexpr int rows_max = 3;
  const float words_top = y;
  int shown = 0;
  for (const sampling::TextOptionInfo& info : sampling::text_options()) {
    const bool is_usual = info.name != "temperature" && info.name != "top_p" && info.get(words) == info.get({});
    if (is_usual || shown == 2 * rows_max) continue;
    y = words_top + 25 * static_cast<float>(shown % rows_max);
    row(info.title, fmt::format("{:.{}f}", info.get(words), info.is_integer ? 0 : 2),
        side_left + 200 * static_cast<float>(shown / rows_max));
    ++shown;
  }
}

/// The story's tokens in lines: a line is broken only before a token that begins with a space.
std::vector<std::vector<FilmScene::Word>> FilmScene::story_lines(float width) {
  std::vector<std::vector<Word>> lines(1);
  float used = 0;
  const auto& tokens = writer_->tokens();
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::string piece = writer_->piece(tokens[i].id);
    float whole = story_font_.width(piece);
    for (std::size_t next = i + 1; next < tokens.size(); ++next) {  // up to the next space, so that no word is torn
      const std::string more = writer_->piece(tokens[next].id);
      if (more.starts_with(' ')) break;
      whole += story_font_.width(more);
    }
    if (piece.starts_with(' ') && (used + whole > width || used == 0)) {
      if (used > 0) lines.emplace_back();
      used = 0;
      piece.erase(0, 1);
    }
    const float advance = story_font_.width(piece);
    lines.back().push_back({piece, advance, tokens[i].probability, tokens[i].is_prompt});
    used += advance;
  }
  return lines;
}

void FilmScene::draw_story() {
  write(small_bold_, margin, bottom_top + 24, "A STORY, WORD BY WORD", dim);
  write(small_, margin + 168, bottom_top + 24, writer_title_, faint);
  const auto lines = story_lines(story_width * scale_);
  const std::size_t first = lines.size() > story_lines_max ? lines.size() - story_lines_max : 0;
  float y = bottom_top + 52;
  float end = margin;
  for (std::size_t i = first; i < lines.size(); ++i, y += story_line) {
    float x = place_x(margin);
    for (const Word& word : lines[i]) {
      const std::string_view visible = without_space(word.text);
      const float space = word.width - story_font_.width(visible);
      if (!word.is_prompt) {
        canvas_.box({x + space - scale_, place_y(y - 16.5F), word.width - space + 2 * scale_, scale_ * 22},
                    tint(word.probability), 3 * scale_);
      }
      story_font_.write(canvas_, x, place_y(y), word.text, word.is_prompt ? dim : text);
      x += word.width;
    }
    end = (x - left_) / scale_;
  }
  if (!writer_->is_finished()) canvas_.box(box(end + 4, y - story_line - 15, 8, 19), accent, 2 * scale_);
}

void FilmScene::draw_choice() {
  write(small_bold_, side_left, bottom_top + 24, "THE CHOICE OF THE LAST WORD", dim);
  float y = bottom_top + 47;
  for (std::size_t i = 0; i < std::min<std::size_t>(candidates_.size(), 5); ++i, y += 19.5F) {
    const auto& candidate = candidates_[i];
    const bool is_removed = candidate.kept <= 0;
    const std::string piece = writer_->piece(candidate.id);
    write(small_, side_left, y, without_space(piece), is_removed ? faint : text);
    constexpr float bar_left = side_left + 110;
    constexpr float bar_width = 230;
    const float length = std::max(2.0F, bar_width * std::clamp(candidate.probability, 0.0F, 1.0F));
    canvas_.box(box(bar_left, y - 9.5F, length, 10), is_removed ? line_color : accent, 2 * scale_);
    write(small_, bar_left + bar_width + 16, y, fmt::format("{:.2f}", candidate.probability), is_removed ? faint : dim);
  }
}

}  // namespace figment::app
