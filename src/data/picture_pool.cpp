#include "data/picture_pool.h"

#include <algorithm>

#include "core/error.h"

namespace figment::data {
namespace {

constexpr int first_pictures = 256;  // enough for varied batches at the start

PicturePool::Options checked(const PicturePool::Options& options) {
  core::require(options.count > 0, "A pool needs at least one picture, not {}.", options.count);
  core::require(options.size >= 16 && options.size <= 512, "A pool holds pictures of 16 to 512 pixels, not {}.",
                options.size);
  core::require(options.threads >= 1 && options.threads <= 64, "A pool is filled by 1 to 64 threads, not {}.",
                options.threads);
  return options;
}

}  // namespace

PicturePool::PicturePool(const Options& options)
    : options_(checked(options)),
      pixels_(static_cast<std::size_t>(options_.count) * picture_bytes()),
      classes_(static_cast<std::size_t>(options_.count) * 2),
      finished_(static_cast<std::size_t>(options_.count)) {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

PicturePool::~PicturePool() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

std::size_t PicturePool::picture_bytes() const {
  return static_cast<std::size_t>(options_.size) * static_cast<std::size_t>(options_.size) * 3;
}

void PicturePool::work() {
  while (!stop_) {
    const int index = next_.fetch_add(1);
    if (index >= options_.count) return;
    const auto at = static_cast<std::size_t>(index);
    core::Random random(options_.seed, at);
    const Landscape landscape = draw_landscape(random, {.size = options_.size, .time = {}, .terrain = {}});
    std::copy(landscape.pixels.begin(), landscape.pixels.end(),
              pixels_.begin() + static_cast<std::ptrdiff_t>(at * picture_bytes()));
    classes_[2 * at] = static_cast<std::uint8_t>(landscape.time);
    classes_[2 * at + 1] = static_cast<std::uint8_t>(landscape.terrain);
    finished_[at].store(true, std::memory_order_seq_cst);
    // Whoever finds the first unfinished picture finished moves the mark on, so that ready() counts without gaps.
    int mark = ready_.load();
    while (mark < options_.count && finished_[static_cast<std::size_t>(mark)].load(std::memory_order_seq_cst)) {
      if (ready_.compare_exchange_weak(mark, mark + 1)) ++mark;
    }
    ready_.notify_all();
  }
}

void PicturePool::wait(int pictures) const {
  const int wanted = std::min(pictures, options_.count);
  for (int now = ready_.load(); now < wanted; now = ready_.load()) ready_.wait(now);
}

std::span<const std::uint8_t> PicturePool::picture(int index) const {
  core::require(index >= 0 && index < ready(), "Picture {} is not ready; {} are.", index, ready());
  return {pixels_.data() + static_cast<std::size_t>(index) * picture_bytes(), picture_bytes()};
}

void PicturePool::sample_batch(core::Random& random, std::span<float> pixels, std::span<std::int32_t> classes,
                               bool flip) const {
  const std::size_t bytes = picture_bytes(), batch = pixels.size() / bytes;
  core::require(batch > 0 && pixels.size() == batch * bytes && classes.size() == 2 * batch,
                "A batch of {} pictures of {}x{} needs {} pixels' values and {} classes, not {} and {}.", batch, size(),
                size(), batch * bytes, 2 * batch, pixels.size(), classes.size());
  wait(first_pictures);
  const auto available = static_cast<std::uint32_t>(ready());
  const auto width = static_cast<std::size_t>(size());
  for (std::size_t b = 0; b < batch; ++b) {
    const std::size_t index = random.below(available);
    const bool mirror = random.chance(0.5f) && flip;
    const std::uint8_t* from = pixels_.data() + index * bytes;
    float* to = pixels.data() + b * bytes;
    for (std::size_t y = 0; y < width; ++y, from += width * 3, to += width * 3) {
      if (!mirror) {
        for (std::size_t i = 0; i < width * 3; ++i) to[i] = static_cast<float>(from[i]) * (2.0f / 255.0f) - 1.0f;
        continue;
      }
      for (std::size_t x = 0; x < width; ++x)
        for (std::size_t c = 0; c < 3; ++c)
          to[x * 3 + c] = static_cast<float>(from[(width - 1 - x) * 3 + c]) * (2.0f / 255.0f) - 1.0f;
    }
    classes[2 * b] = classes_[2 * index];
    classes[2 * b + 1] = classes_[2 * index + 1];
  }
}

}  // namespace figment::data
