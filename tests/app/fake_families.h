#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "core/random.h"
#include "data/landscape.h"
#include "gpu/buffer.h"
#include "sampling/schedule.h"
#include "studio/family.h"

namespace figment::app {

/// Paints data::draw_landscape out of noise, on the host.
class FakePainter : public studio::Activity {
 public:
  static constexpr int size = 64;
  static constexpr int stages = 9;

  FakePainter(runtime::Context& context, const studio::Request& request) : device_(context.device()) {
    view_.title = "Diffusion";
    view_.subtitle = "landscapes 64×64 · 3.3 M weights";
    view_.sentence =
        "Start from pure noise; at each step the network guesses the noise that is left, and the sampler removes a "
        "part "
        "of it.";
    view_.rate_unit = "steps/s";
    view_.rate = 41;
    set_request(request);
  }

  void set_request(const studio::Request& request) override {
    const bool is_same_picture = view_.pictures.count != 0 && request.picture == request_.picture;
    request_ = request;
    try {
      studio::check(request.picture);
      view_.error.clear();
    } catch (const core::Error& error) {
      view_.error = error.what();
      return;
    }
    if (!is_same_picture) restart();
  }

  void advance(double) override {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(120)) return;
    last_ = now;
    single_step();
  }

  void restart() override {
    step_ = 0;
    make_targets();
    make_curve();
    show();
  }

  void single_step() override {
    if (step_ >= request_.picture.steps && ++rest_ > 8) {
      ++request_.picture.seed;
      rest_ = 0;
      restart();
      return;
    }
    step_ = std::min(step_ + 1, request_.picture.steps);
    show();
  }

  const studio::View& view() const override { return view_; }
  bool is_finished() const override { return false; }
  std::vector<const runtime::Program*> programs() const override { return {}; }

 private:
  static constexpr std::size_t one = std::size_t{size} * size * 3;

  void make_targets() {
    const auto count = static_cast<std::size_t>(request_.picture.count);
    core::Random random(request_.picture.seed);
    targets_.resize(count * one);
    noise_.resize(count * one);
    for (std::size_t n = 0; n < count; ++n) {
      data::LandscapeOptions options;
      if (request_.picture.time_of_day >= 0) options.time = static_cast<data::TimeOfDay>(request_.picture.time_of_day);
      if (request_.picture.terrain >= 0) options.terrain = static_cast<data::Terrain>(request_.picture.terrain);
      const data::Landscape landscape = data::draw_landscape(random, options);
      for (std::size_t i = 0; i < one; ++i) {
        targets_[n * one + i] = static_cast<float>(landscape.pixels[i]) / 127.5F - 1.0F;
        noise_[n * one + i] = random.normal();
      }
    }
    const VkDeviceSize bytes = targets_.size() * sizeof(float);
    if (!pictures_ || pictures_.size() < bytes) {
      device_.wait_idle();
      pictures_ = gpu::Buffer(device_, bytes, gpu::MemoryKind::upload);
    }
    if (!strip_) strip_ = gpu::Buffer(device_, stages * one * sizeof(float), gpu::MemoryKind::upload);
    view_.pictures = {
        {pictures_.handle(), 0, bytes, &pictures_}, request_.picture.count, size, size, view_.pictures.version + 1};
    view_.strip.pictures = {
        {strip_.handle(), 0, strip_.size(), &strip_}, stages, size, size, view_.strip.pictures.version + 1};
  }

  void make_curve() {
    const auto process = sampling::NoiseProcess::cosine();
    const auto points =
        sampling::make_schedule(sampling::schedule_named(request_.picture.schedule), process, request_.picture.steps);
    view_.curve = {};
    for (const auto& point : points) {
      view_.curve.x.push_back(static_cast<float>(view_.curve.x.size()));
      view_.curve.y.push_back(static_cast<float>(point.sigma));
    }
  }

  void show() {
    const float share = static_cast<float>(step_) / static_cast<float>(request_.picture.steps);
    const float noise = std::cos(share * 1.5708F);
    const auto stage = static_cast<std::size_t>(share * (stages - 1) + 0.001F);
    auto* pixels = pictures_.mapped_as<float>();
    for (std::size_t i = 0; i < targets_.size(); ++i) pixels[i] = targets_[i] * (1 - noise) + noise_[i] * noise;
    std::copy_n(pixels, one, strip_.mapped_as<float>() + stage * one);
    ++view_.pictures.version;
    ++view_.strip.pictures.version;
    view_.strip.current = static_cast<int>(stage);
    view_.strip.labels.assign(stages, fmt::format("σ {:.2f}", noise));
    view_.curve.marker = step_;
    view_.progress = fmt::format("step {} of {}", step_, request_.picture.steps);
    view_.fraction = share;
  }

  gpu::Device& device_;
  studio::Request request_;
  studio::View view_;
  gpu::Buffer pictures_;
  gpu::Buffer strip_;
  std::vector<float> targets_;
  std::vector<float> noise_;
  int step_ = 0;
  int rest_ = 0;
  std::chrono::steady_clock::time_point last_{};
};

/// Writes the same words again and again.
class FakeWriter : public studio::Activity {
 public:
  FakeWriter(runtime::Context&, const studio::Request& request) : request_(request) {
    view_.title = "GPT";
    view_.subtitle = "stories · 2.1 M weights";
    view_.rate = 96;
    view_.rate_unit = "tokens/s";
    restart();
  }

  void set_request(const studio::Request& request) override {
    const bool is_new = request.text.prompt != request_.text.prompt;
    request_ = request;
    if (is_new) restart();
  }
  void advance(double) override {
    const auto now = std::chrono::steady_clock::now();
    const double pause_s =
        request_.text.tokens_per_second > 0 ? 1.0 / static_cast<double>(request_.text.tokens_per_second) : 0;
    if (std::chrono::duration<double>(now - last_).count() < pause_s) return;
    last_ = now;
    single_step();
  }
  void restart() override {
    next_ = 0;
    random_ = core::Random(7);
    view_.text.tokens = {{request_.text.prompt, 1.0F, true}};
    ++view_.text.version;
  }
  void single_step() override {
    static const std::vector<std::string> words = {
        ", there", " was", " a",     " little", " frog",   " named", " Omar",  ".",     " He", " lived",
        " near",   " a",   " deep",  " green",  " forest", ".",      " Every", " day",  ",",   " he",
        " liked",  " to",  " plant", " seeds",  ".",       " One",   " snowy", " day",  ",",   " Omar",
        " wanted", " to",  " build", " a",      " house",  " out",   " of",    " clay", ".\n"};
    if (view_.text.tokens.size() > static_cast<std::size_t>(request_.text.tokens_max)) restart();
    const float draw = random_.uniform();
    view_.text.tokens.push_back({words[next_], std::max(0.002F, 1.0F - draw * draw), false});
    next_ = (next_ + 1) % words.size();
    ++view_.text.version;
    view_.bars.title = "next token";
    view_.bars.note = "grey: removed by top-p";
    view_.bars.bars.clear();
    float rest = 1;
    for (int i = 0; i < 6; ++i) {
      const float value = rest * (0.4F + 0.3F * random_.uniform());
      rest -= value;
      view_.bars.bars.push_back({words[(next_ + static_cast<std::size_t>(i)) % words.size()], value, i > 3, i});
    }
  }
  const studio::View& view() const override { return view_; }
  bool is_finished() const override { return false; }
  std::vector<const runtime::Program*> programs() const override { return {}; }

 private:
  studio::Request request_;
  studio::View view_;
  std::size_t next_ = 0;
  core::Random random_{7};
  std::chrono::steady_clock::time_point last_{};
};

/// Families that need no network, and one that fails to start.
inline const std::vector<studio::Family>& fake_families() {
  static const std::vector<studio::Family> list = [] {
    std::vector<studio::Family> families(3);
    families[0].name = "diffusion";
    families[0].title = "Diffusion";
    families[0].sentence = "Paints landscapes out of noise.";
    families[0].has_sampler = true;
    families[0].has_landscapes = true;
    families[0].make = [](runtime::Context& context,
                          const studio::Request& request) -> std::unique_ptr<studio::Activity> {
      return std::make_unique<FakePainter>(context, request);
    };
    families[1].name = "broken";
    families[1].title = "Broken";
    families[1].sentence = "Has no weights.";
    families[1].make = [](runtime::Context&, const studio::Request&) -> std::unique_ptr<studio::Activity> {
      core::fail("The weights of the model are missing; run `figment train broken`.");
    };
    families[2].name = "gpt";
    families[2].title = "GPT";
    families[2].paints = false;
    families[2].fills_stage = false;
    families[2].sentence = "Writes a story.";
    families[2].make = [](runtime::Context& context,
                          const studio::Request& request) -> std::unique_ptr<studio::Activity> {
      return std::make_unique<FakeWriter>(context, request);
    };
    return families;
  }();
  return list;
}

}  // namespace figment::app
