#pragma once
#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "data/landscape.h"
#include "gpu/buffer.h"
#include "studio/family.h"

namespace figment::app {

/// What fakes were told by the mouse; written by the window's thread, read by the test's.
class PointerLog {
 public:
  static PointerLog& instance() {
    static PointerLog log;
    return log;
  }
  void add(const studio::PointerEvent& event) {
    const std::scoped_lock lock(mutex_);
    events_.push_back(event);
  }
  std::vector<studio::PointerEvent> take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<studio::PointerEvent> events_;
};

/// Pictures in memory that the host writes.
class FakePictures {
 public:
  FakePictures(gpu::Device& device, int count, int side)
      : buffer_(device, static_cast<VkDeviceSize>(count * side * side * 3) * sizeof(float), gpu::MemoryKind::upload),
        side_(side) {
    view_ = {{buffer_.handle(), 0, buffer_.size(), &buffer_}, count, side, side, 1};
    std::fill_n(buffer_.mapped_as<float>(), buffer_.size() / sizeof(float), -1.0F);
  }
  float* picture(int index) { return buffer_.mapped_as<float>() + static_cast<std::size_t>(index * side_ * side_ * 3); }
  void set(int index, int x, int y, float value) {
    if (x < 0 || y < 0 || x >= side_ || y >= side_) return;
    std::fill_n(picture(index) + static_cast<std::size_t>((y * side_ + x) * 3), 3, value);
  }
  /// A landscape, with so much noise over it.
  void draw_landscape(int index, std::uint64_t seed, float noise) {
    core::Random random(seed);
    const data::Landscape landscape = data::draw_landscape(random, {});
    const auto size = static_cast<int>(std::sqrt(landscape.pixels.size() / 3.0));
    for (int y = 0; y < side_; ++y) {
      for (int x = 0; x < side_; ++x) {
        for (int c = 0; c < 3; ++c) {
          const int from = ((y * size / side_) * size + x * size / side_) * 3 + c;
          const float value = static_cast<float>(landscape.pixels[static_cast<std::size_t>(from)]) / 127.5F - 1.0F;
          picture(index)[(y * side_ + x) * 3 + c] = value * (1 - noise) + noise * random.normal();
        }
      }
    }
  }
  const studio::PictureView& view() {
    ++view_.version;
    return view_;
  }

 private:
  gpu::Buffer buffer_;
  int side_;
  studio::PictureView view_;
};

/// An activity that shows parts of every kind, draws what a pen draws, and notes what the mouse does.
class FakeLaboratory : public studio::Activity {
 public:
  enum class Kind { code, training, attention };

  FakeLaboratory(runtime::Context& context, Kind kind)
      : kind_(kind),
        canvas_(context.device(), 1, 32),
        output_(context.device(), 1, 32),
        grid_(context.device(), 12, 64) {
    view_.title = "Laboratory";
    view_.subtitle = "parts of every kind";
    for (int i = 0; i < 12; ++i) grid_.draw_landscape(i, static_cast<std::uint64_t>(i), 0);
    draw_ring();
    view_.pictures = kind == Kind::code ? canvas_.view() : grid_.view();
    restart();
  }

  void set_request(const studio::Request& request) override { request_ = request; }
  void advance(double) override {}
  void restart() override {
    view_.parts.clear();
    if (kind_ == Kind::code) make_code();
    if (kind_ == Kind::training) make_training();
    if (kind_ == Kind::attention) make_attention();
  }
  void single_step() override { view_.pictures.version++; }
  const studio::View& view() const override { return view_; }
  bool is_finished() const override { return true; }
  std::vector<const runtime::Program*> programs() const override { return {}; }

  void point(const studio::PointerEvent& event) override {
    PointerLog::instance().add(event);
    for (studio::ViewPart& part : view_.parts) {
      if (part.name != event.part) continue;
      if (auto* bars = std::get_if<studio::BarsView>(&part.content); bars != nullptr && event.item >= 0) {
        bars->bars[static_cast<std::size_t>(event.item)].value = 1 - 2 * event.y;
      }
      if (auto* points = std::get_if<studio::PointsView>(&part.content)) {
        points->marker_x = points->minimum + (points->maximum - points->minimum) * event.x;
        points->marker_y = points->maximum - (points->maximum - points->minimum) * event.y;
      }
      if (event.part == "canvas") {
        draw_spot(event.x * 32, event.y * 32, event.is_secondary ? -1.0F : 1.0F);
        part.content = canvas_.view();
      }
      if (event.part == "samples") part.marked = event.item;
    }
    ++view_.pictures.version;
  }

 private:
  void draw_spot(float x, float y, float value) {
    for (int j = 0; j < 32; ++j) {
      for (int i = 0; i < 32; ++i) {
        if (std::hypot(static_cast<float>(i) + 0.5F - x, static_cast<float>(j) + 0.5F - y) < 1.6F) {
          canvas_.set(0, i, j, value);
        }
      }
    }
  }
  void draw_ring() {
    for (int i = 0; i < 80; ++i) {
      const float angle = static_cast<float>(i) * 6.2832F / 80;
      draw_spot(16 + 7 * std::cos(angle), 16 + 10 * std::sin(angle), 1);
    }
    std::copy_n(canvas_.picture(0), 32 * 32 * 3, output_.picture(0));
  }

  studio::ViewPart& add(const char* name, const char* title, int row, float width, float height) {
    studio::ViewPart& part = view_.parts.emplace_back();
    part.name = name;
    part.title = title;
    part.row = row;
    part.width = width;
    part.height = height;
    return part;
  }

  void make_code() {
    view_.sentence = "Draw a digit: the encoder squeezes it into 32 numbers, and the decoder draws it again from them.";
    studio::ViewPart& canvas = add("canvas", "your drawing", 0, 1, 1);
    canvas.content = canvas_.view();
    canvas.takes_pointer = true;
    canvas.pen = 0.1F;
    canvas.note = "left draws, right wipes";
    core::Random random(3);
    studio::BarsView bars;
    for (int i = 0; i < 32; ++i) bars.bars.push_back({"", 0.45F * random.normal()});
    studio::ViewPart& code = add("code", "code", 0, 1.4F, 1);
    code.content = bars;
    code.takes_pointer = true;
    code.note = "drag a bar to change the code";
    studio::ViewPart& output = add("output", "drawn again", 0, 1, 1);
    output.content = output_.view();
    output.note = "PSNR 24.1 dB";
    make_map(random);
    studio::BarsView guesses;
    for (int i = 0; i < 10; ++i)
      guesses.bars.push_back({"digit " + std::to_string(i), i == 0 ? 0.93F : 0.01F * static_cast<float>(i)});
    add("guesses", "which digit is it?", 1, 1, 1).content = guesses;
  }

  void make_map(core::Random& random) {
    studio::PointsView points;
    for (int i = 0; i < 10; ++i) points.groups.push_back(std::to_string(i));
    for (int i = 0; i < 1500; ++i) {
      const int group = i % 10;
      const float angle = static_cast<float>(group) * 0.628F;
      points.x.push_back(1.7F * std::cos(angle) + 0.3F * random.normal());
      points.y.push_back(1.7F * std::sin(angle) + 0.3F * random.normal());
      points.group.push_back(group);
    }
    points.has_marker = true;
    studio::ViewPart& map = add("map", "where it lies among all digits", 1, 1.3F, 1.1F);
    map.content = points;
    map.takes_pointer = true;
  }

  void make_training() {
    view_.sentence = "Two networks train each other: one forges pictures, the other tells them from real ones.";
    view_.progress = "step 1200 of 5000";
    view_.fraction = 0.24F;
    studio::ViewPart& samples = add("samples", "", 0, 1, 1.5F);
    samples.content = grid_.view();
    samples.columns = 6;
    for (int i = 0; i < 12; ++i) samples.captions.push_back("seed " + std::to_string(7000 + i));
    samples.takes_pointer = true;
    samples.marked = 2;
    core::Random random(5);
    studio::CurvesView curves;
    curves.lines = {{"generator", {}}, {"discriminator", {}}};
    for (int i = 0; i < 1200; ++i) {
      const float t = static_cast<float>(i) / 1200;
      curves.lines[0].values.push_back(1.4F - 0.6F * t + 0.12F * random.normal());
      curves.lines[1].values.push_back(0.5F + 0.3F * t + 0.08F * random.normal());
    }
    add("losses", "losses", 1, 1, 1).content = curves;
    studio::CurvesView distance;
    distance.is_logarithmic = true;
    distance.lines = {{"", {}}};
    for (int i = 0; i < 40; ++i) {
      distance.x.push_back(static_cast<float>(i) * 50);
      distance.lines[0].values.push_back(200 * std::exp(-0.15F * static_cast<float>(i)));
    }
    add("distance", "Fr\u00e9chet distance", 1, 0.8F, 1).content = distance;
    studio::HistogramView scores;
    scores.sets = {{"real", std::vector<float>(40)}, {"forged", std::vector<float>(40)}};
    for (int i = 0; i < 4000; ++i) {
      for (const int set : {0, 1}) {
        const float value = (set == 0 ? 0.65F : 0.4F) + 0.14F * random.normal();
        if (value >= 0 && value < 1) {
          scores.sets[static_cast<std::size_t>(set)].counts[static_cast<std::size_t>(value * 40)] += 1;
        }
      }
    }
    add("scores", "what the discriminator says", 1, 1, 1).content = scores;
  }

  void make_attention() {
    view_.sentence = "Which word each part of the picture looks at.";
    core::Random random(9);
    studio::HeatMapView words;
    words.row_labels = {"two", "blue", "doves", "by the", "lake", "at", "sunset"};
    words.rows = 7;
    words.columns = 12;
    for (int i = 0; i < 12; ++i) words.column_labels.push_back(std::to_string(i + 1));
    for (int i = 0; i < 7 * 12; ++i) words.values.push_back(std::pow(random.uniform(), 3.0F));
    studio::ViewPart& table = add("words", "attention over the steps", 0, 1.5F, 1);
    table.content = words;
    table.takes_pointer = true;
    studio::HeatMapView where;
    where.rows = where.columns = 32;
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        const float d = std::hypot(static_cast<float>(x - 20), static_cast<float>(y - 12));
        where.values.push_back(std::exp(-d * d / 60));
      }
    }
    add("where", "\u201cdoves\u201d", 0, 1, 1).content = where;
    studio::ViewPart& one = add("picture", "the picture", 1, 1, 1);
    one.content = grid_.view();
    one.columns = 12;
  }

  Kind kind_;
  studio::Request request_;
  studio::View view_;
  FakePictures canvas_;
  FakePictures output_;
  FakePictures grid_;
};

/// Families whose views are made of parts; the first has a control of every kind.
inline std::vector<studio::Family> fake_laboratories() {
  using studio::Control;
  const auto family = [](const char* name, const char* title) {
    studio::Family result;
    result.name = name;
    result.title = title;
    result.sentence = "shows parts";
    return result;
  };
  std::vector<studio::Family> list{family("autoencoder", "Autoencoder"), family("gan", "GAN"),
                                   family("latent", "Latent diffusion")};
  list[0].make = [](runtime::Context& context, const studio::Request&) -> std::unique_ptr<studio::Activity> {
    return std::make_unique<FakeLaboratory>(context, FakeLaboratory::Kind::code);
  };
  list[1].make = [](runtime::Context& context, const studio::Request&) -> std::unique_ptr<studio::Activity> {
    return std::make_unique<FakeLaboratory>(context, FakeLaboratory::Kind::training);
  };
  list[2].make = [](runtime::Context& context, const studio::Request&) -> std::unique_ptr<studio::Activity> {
    return std::make_unique<FakeLaboratory>(context, FakeLaboratory::Kind::attention);
  };
  list[0].controls = {
      {"noise", "Noise", "How much noise is laid over the drawing.", Control::Kind::slider, 0.3, 0, 1, {}, ""},
      {"layer", "Layer", "Which layer is shown.", Control::Kind::whole_number, 2, 1, 6, {}, ""},
      {"variant", "Variant", "Which network.", Control::Kind::choice, 0, 0, 1, {"plain", "denoising", "sparse"}, ""},
      {"walk", "Walk", "Wanders through the code by itself.", Control::Kind::toggle, 0, 0, 1, {}, ""},
      {"caption", "Caption", "What the picture is called.", Control::Kind::text, 0, 0, 1, {}, "two blue doves"},
  };
  return list;
}

}  // namespace figment::app
