#include "app/commands/film_scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace figment::app {
namespace {

constexpr float layout_width = 1280;
constexpr float layout_height = 720;
constexpr float painting_seconds = 3.4F;
constexpr float rest_seconds = 1.8F;
constexpr float story_rest_seconds = 1.6F;
constexpr int candidate_count = 6;

int frames_of(float seconds, int rate) {
  return std::max(1, static_cast<int>(std::lround(seconds * static_cast<float>(rate))));
}

}  // namespace

FilmScene::FilmScene(runtime::Context& context, const FilmSceneOptions& options)
    : options_(options),
      canvas_(options.width, options.height),
      scale_(std::min(static_cast<float>(options.width) / layout_width,
                      static_cast<float>(options.height) / layout_height)),
      left_(0.5F * (static_cast<float>(options.width) - scale_ * layout_width)),
      top_(0.5F * (static_cast<float>(options.height) - scale_ * layout_height)),
      regular_(FilmFont::Weight::regular, 15 * scale_),
      bold_(FilmFont::Weight::bold, 15 * scale_),
      small_(FilmFont::Weight::regular, 13 * scale_),
      small_bold_(FilmFont::Weight::bold, 11.5F * scale_),
      story_font_(FilmFont::Weight::regular, 17 * scale_),
      tokenizer_(std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories())),
      picture_request_(options.request.picture) {
  studio::check(options.request.picture);
  studio::check(options.request.text);
  picture_request_.count = 8;
  const auto network = studio::load_landscape_network();
  const auto gpt = studio::load_story_network(*tokenizer_);
  painter_title_ = fmt::format("Diffusion  ·  landscapes {0}×{0}  ·  {1:.1f} M weights", network->config().picture,
                               static_cast<double>(network->parameters().count()) * 1e-6);
  writer_title_ = fmt::format("GPT  ·  {:.1f} M weights  ·  {} words",
                              static_cast<double>(gpt->parameters().count()) * 1e-6, gpt->config().vocabulary);
  painter_ = std::make_unique<studio::PictureGenerator>(context, network, picture_request_.count);
  writer_ = std::make_unique<studio::TextGenerator>(context, gpt, tokenizer_);
  begin_pictures();
  begin_story();
}

void FilmScene::begin_pictures() {
  painter_->begin(picture_request_);
  const int rows = static_cast<int>(painter_->table().rows.size());
  frames_per_row_ =
      std::max(1, static_cast<int>(std::lround(painting_seconds * static_cast<float>(options_.frames_per_second) /
                                               static_cast<float>(rows))));
  frames_since_row_ = 0;
  strip_.assign(studio::PictureGenerator::strip_length, {});
  last_pictures_ = std::move(pictures_);
  pictures_.clear();
  take_pictures();
}

void FilmScene::begin_story() {
  studio::TextRequest request = options_.request.text;
  request.options.seed += story_;
  writer_->begin(request);
  owed_tokens_ = 0;
  candidates_.clear();
  // What a person typed is there at once.
  while (!writer_->is_finished() && (writer_->tokens().empty() || writer_->tokens().back().is_prompt)) {
    writer_->run_token();
  }
  candidates_ = writer_->candidates(candidate_count);
}

void FilmScene::take_pictures() {
  const std::vector<float> pixels = painter_->read_pixels();
  const int side = painter_->side();
  const auto floats = static_cast<std::size_t>(side * side * 3);
  const int size = static_cast<int>(std::lround(196 * scale_));
  if (!pictures_.empty()) last_pictures_.clear();
  pictures_.resize(static_cast<std::size_t>(painter_->count()));
  for (std::size_t i = 0; i < pictures_.size(); ++i) {
    pictures_[i] = enlarge(std::span(pixels).subspan(i * floats, floats), side, size);
  }
  const auto stage = static_cast<std::size_t>(painter_->strip_stage());
  if (stage < strip_.size()) {
    strip_[stage] = enlarge(std::span(pixels).first(floats), side, static_cast<int>(std::lround(56 * scale_)));
  }
}

void FilmScene::paint() {
  if (painter_->is_finished()) {
    if (++rest_frames_ < frames_of(rest_seconds, options_.frames_per_second)) return;
    rest_frames_ = 0;
    picture_request_.seed += 1;
    begin_pictures();
    return;
  }
  if (++frames_since_row_ < frames_per_row_) return;
  frames_since_row_ = 0;
  painter_->run_row();
  take_pictures();
}

void FilmScene::tell() {
  if (writer_->is_finished()) {
    if (++story_rest_frames_ < frames_of(story_rest_seconds, options_.frames_per_second)) return;
    story_rest_frames_ = 0;
    ++story_;
    begin_story();
    return;
  }
  const float pace = options_.request.text.tokens_per_second > 0 ? options_.request.text.tokens_per_second : 60.0F;
  owed_tokens_ += pace / static_cast<float>(options_.frames_per_second);
  bool wrote = false;
  for (; owed_tokens_ >= 1 && !writer_->is_finished(); owed_tokens_ -= 1) {
    writer_->run_token();
    wrote = true;
  }
  if (wrote && !writer_->is_finished()) candidates_ = writer_->candidates(candidate_count);
}

std::span<const std::uint8_t> FilmScene::next_frame() {
  if (frame_ > 0) {
    paint();
    tell();
  }
  ++frame_;
  draw();
  return canvas_.rgba();
}

}  // namespace figment::app
