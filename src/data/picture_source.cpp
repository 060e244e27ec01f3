#include "data/picture_source.h"

#include <algorithm>

#include "core/error.h"
#include "data/picture_pool.h"

namespace figment::data {
namespace {

constexpr int default_pool = 20000;

/// Bytes [H, W, C], or indices [H, W], as [H, W, C] in [-1, 1].
void convert(const PictureSet& set, std::span<const std::uint8_t> from, bool mirror, std::span<float> to) {
  const auto height = static_cast<std::size_t>(set.height), width = static_cast<std::size_t>(set.width);
  const auto channels = static_cast<std::size_t>(set.channels);
  const auto value = [](std::uint8_t byte) { return static_cast<float>(byte) * (2.0f / 255.0f) - 1.0f; };
  if (!mirror && set.palette.empty()) {
    std::transform(from.begin(), from.end(), to.begin(), value);
    return;
  }
  float* out = to.data();
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const std::size_t pixel = y * width + (mirror ? width - 1 - x : x);
      const std::uint8_t* color = set.palette.empty() ? &from[pixel * channels] : set.palette[from[pixel]].data();
      for (std::size_t c = 0; c < channels; ++c) *out++ = value(color[c]);
    }
}

void convert(const PictureSet& set, std::span<const std::uint8_t> from, bool mirror, std::span<std::int32_t> to) {
  const auto width = static_cast<std::size_t>(set.width);
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[mirror ? i - i % width + (width - 1 - i % width) : i];
}

void require_palette(const PictureSet& set) {
  core::require(!set.palette.empty(), "The pictures of {} have no palette; take their pixels.", set.name);
}

/// Draws or takes a picture and hands it to `use(bytes, mirror)`.
template <typename Use>
void sample(const PictureSet& set, const PicturePool* pool, core::Random& random, std::span<std::int32_t> classes,
            std::vector<std::uint8_t>& scratch, const Use& use) {
  if (pool == nullptr) {
    scratch.resize(set.drawn_bytes());
    std::fill(classes.begin(), classes.end(), -1);
    set.draw(random, scratch, classes);
    use(std::span<const std::uint8_t>(scratch), false);
    return;
  }
  const int index = pool->choose(random);
  const std::span<const std::uint8_t> ids = pool->classes(index);
  std::copy(ids.begin(), ids.end(), classes.begin());
  use(pool->picture(index), random.chance(0.5f) && set.has_mirrored);
}

}  // namespace

std::size_t PictureSet::drawn_bytes() const {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
         (palette.empty() ? static_cast<std::size_t>(channels) : 1);
}

PictureSource::PictureSource(std::string_view name, const Options& options)
    : set_(&find_picture_set(name)), options_(options) {
  core::require(options.pool >= 0 && options.threads >= 1 && options.threads <= 64,
                "A pool has at least 0 pictures and 1 to 64 threads, not {} and {}.", options.pool, options.threads);
  if (set_->is_available && !set_->is_available()) {
    // Drawing one says which package is missing.
    std::vector<std::uint8_t> pixels(set_->drawn_bytes());
    std::vector<std::int32_t> classes(set_->class_axes.size(), -1);
    core::Random random(0);
    set_->draw(random, pixels, classes);
  }
  if (options_.pool == 0 && !set_->is_quick) options_.pool = default_pool;
}

PictureSource::~PictureSource() = default;
PictureSource::PictureSource(PictureSource&&) noexcept = default;
PictureSource& PictureSource::operator=(PictureSource&&) noexcept = default;

std::size_t PictureSource::picture_size() const {
  return static_cast<std::size_t>(width()) * static_cast<std::size_t>(height()) * static_cast<std::size_t>(channels());
}

float PictureSource::progress() const {
  if (options_.pool == 0) return 1.0f;
  return pool_ ? pool_->progress() : 0.0f;
}

const PicturePool* PictureSource::pool() {
  if (options_.pool > 0 && !pool_)
    pool_ = std::make_unique<PicturePool>(
        *set_, PicturePool::Options{.count = options_.pool, .seed = options_.seed, .threads = options_.threads});
  return pool_.get();
}

std::size_t PictureSource::batch_of(std::size_t values, std::size_t per_picture, std::size_t classes) const {
  const std::size_t batch = values / per_picture, axes = set_->class_axes.size();
  core::require(batch > 0 && values == batch * per_picture && classes == batch * axes,
                "A batch of {} pictures of {} needs {} values and {} classes, not {} and {}.",
                std::max<std::size_t>(batch, 1), name(), std::max<std::size_t>(batch, 1) * per_picture,
                std::max<std::size_t>(batch, 1) * axes, values, classes);
  return batch;
}

void PictureSource::sample_batch(core::Random& random, std::span<float> pixels, std::span<std::int32_t> classes) {
  const std::size_t size = picture_size(), axes = set_->class_axes.size();
  const std::size_t batch = batch_of(pixels.size(), size, classes.size());
  std::vector<std::uint8_t> scratch;
  for (std::size_t b = 0; b < batch; ++b)
    sample(*set_, pool(), random, classes.subspan(b * axes, axes), scratch,
           [&](auto bytes, bool mirror) { convert(*set_, bytes, mirror, pixels.subspan(b * size, size)); });
}

void PictureSource::sample_indices(core::Random& random, std::span<std::int32_t> indices,
                                   std::span<std::int32_t> classes) {
  require_palette(*set_);
  const std::size_t size = set_->drawn_bytes(), axes = set_->class_axes.size();
  const std::size_t batch = batch_of(indices.size(), size, classes.size());
  std::vector<std::uint8_t> scratch;
  for (std::size_t b = 0; b < batch; ++b)
    sample(*set_, pool(), random, classes.subspan(b * axes, axes), scratch,
           [&](auto bytes, bool mirror) { convert(*set_, bytes, mirror, indices.subspan(b * size, size)); });
}

void PictureSource::draw(std::uint64_t index, std::uint64_t seed, std::span<float> pixels,
                         std::span<std::int32_t> classes) const {
  batch_of(pixels.size(), picture_size(), classes.size());
  core::require(pixels.size() == picture_size(), "One picture of {} has {} values, not {}.", name(), picture_size(),
                pixels.size());
  core::Random random(seed, index);
  std::vector<std::uint8_t> bytes(set_->drawn_bytes());
  set_->draw(random, bytes, classes);
  convert(*set_, bytes, false, pixels);
}

void PictureSource::draw_indices(std::uint64_t index, std::uint64_t seed, std::span<std::int32_t> indices,
                                 std::span<std::int32_t> classes) const {
  require_palette(*set_);
  batch_of(indices.size(), set_->drawn_bytes(), classes.size());
  core::Random random(seed, index);
  std::vector<std::uint8_t> bytes(set_->drawn_bytes());
  set_->draw(random, bytes, classes);
  convert(*set_, bytes, false, indices);
}

void PictureSource::draw_batch(std::uint64_t first, std::uint64_t seed, std::span<float> pixels,
                               std::span<std::int32_t> classes) const {
  const std::size_t size = picture_size(), axes = set_->class_axes.size();
  const std::size_t batch = batch_of(pixels.size(), size, classes.size());
  std::fill(classes.begin(), classes.end(), -1);
  for (std::size_t b = 0; b < batch; ++b)
    draw(first + b, seed, pixels.subspan(b * size, size), classes.subspan(b * axes, axes));
}

}  // namespace figment::data
