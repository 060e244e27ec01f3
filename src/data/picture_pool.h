#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <span>
#include <thread>
#include <vector>

#include "core/random.h"
#include "data/landscape.h"

namespace figment::data {

/// Landscapes in memory as bytes, drawn on background threads; batches can be taken while it still fills.
class PicturePool {
 public:
  struct Options {
    int count = 20000;       ///< pictures; 12 KiB each at 64x64
    int size = 64;           ///< pixels along each side
    std::uint64_t seed = 0;  ///< picture i depends on seed and i alone, never on the number of threads
    int threads = 1;         ///< 1 to 64
  };

  /// Starts drawing and returns at once. Throws core::Error for counts or sizes out of range.
  explicit PicturePool(const Options& options);
  ~PicturePool();
  PicturePool(const PicturePool&) = delete;
  PicturePool& operator=(const PicturePool&) = delete;

  int count() const { return options_.count; }
  int size() const { return options_.size; }
  /// Pictures that are ready: always the first ones, 0 to ready() - 1.
  int ready() const { return ready_.load(std::memory_order_acquire); }
  float progress() const { return static_cast<float>(ready()) / static_cast<float>(options_.count); }
  /// Blocks until at least this many (at most count()) are ready.
  void wait(int pictures) const;
  void wait() const { wait(options_.count); }

  /// Draws pictures at random from those that are ready, waiting for the first 256 of them if need be. `pixels` is
  /// [B, size, size, 3] (NHWC) in [-1, 1]; B is its length over one picture's. `classes` is [B, 2]: TimeOfDay and
  /// Terrain as numbers. With `flip`, half of the pictures are mirrored left to right. While the pool fills, which
  /// pictures come depends on how far it is; call wait() first where runs must repeat exactly.
  void sample_batch(core::Random& random, std::span<float> pixels, std::span<std::int32_t> classes,
                    bool flip = true) const;

  /// Picture `index` < ready() as bytes, [size, size, 3].
  std::span<const std::uint8_t> picture(int index) const;
  TimeOfDay time(int index) const { return static_cast<TimeOfDay>(classes_[2 * static_cast<std::size_t>(index)]); }
  Terrain terrain(int index) const { return static_cast<Terrain>(classes_[2 * static_cast<std::size_t>(index) + 1]); }

 private:
  void work();
  std::size_t picture_bytes() const;

  Options options_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::uint8_t> classes_;        // [count, 2]
  std::vector<std::atomic<bool>> finished_;  // by picture
  std::atomic<int> next_{0};
  mutable std::atomic<int> ready_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace figment::data
