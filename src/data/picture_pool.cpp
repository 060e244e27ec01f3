#include "data/picture_pool.h"

#include <algorithm>

#include "core/error.h"
#include "core/threads.h"

namespace figment::data {
namespace {

constexpr int first_pictures = 256;  // enough for varied batches at the start

PicturePool::Options checked(const PicturePool::Options& options) {
  core::require(options.count > 0, "A pool needs at least one picture, not {}.", options.count);
  core::require(options.threads >= 1 && options.threads <= 64, "A pool is filled by 1 to 64 threads, not {}.",
                options.threads);
  return options;
}

}  // namespace

PicturePool::PicturePool(const PictureSet& set, const Options& options)
    : set_(set),
      options_(checked(options)),
      picture_bytes_(set.drawn_bytes()),
      axes_(set.class_axes.size()),
      pixels_(static_cast<std::size_t>(options_.count) * picture_bytes_),
      classes_(static_cast<std::size_t>(options_.count) * axes_),
      finished_(static_cast<std::size_t>(options_.count)) {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
}

PicturePool::~PicturePool() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void PicturePool::work() {
  std::vector<std::int32_t> classes(axes_);
  core::work_behind_others();
  while (!stop_) {
    const int index = next_.fetch_add(1);
    if (index >= options_.count) return;
    const auto at = static_cast<std::size_t>(index);
    core::Random random(options_.seed, at);
    std::fill(classes.begin(), classes.end(), -1);
    set_.draw(random, std::span(pixels_).subspan(at * picture_bytes_, picture_bytes_), classes);
    for (std::size_t axis = 0; axis < axes_; ++axis)
      classes_[at * axes_ + axis] = static_cast<std::uint8_t>(classes[axis]);
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

int PicturePool::choose(core::Random& random) const {
  wait(first_pictures);
  return static_cast<int>(random.below(static_cast<std::uint32_t>(ready())));
}

std::span<const std::uint8_t> PicturePool::picture(int index) const {
  core::require(index >= 0 && index < ready(), "Picture {} is not ready; {} are.", index, ready());
  return {pixels_.data() + static_cast<std::size_t>(index) * picture_bytes_, picture_bytes_};
}

std::span<const std::uint8_t> PicturePool::classes(int index) const {
  core::require(index >= 0 && index < ready(), "Picture {} is not ready; {} are.", index, ready());
  return {classes_.data() + static_cast<std::size_t>(index) * axes_, axes_};
}

}  // namespace figment::data
