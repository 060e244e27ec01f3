#pragma once
#include <atomic>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "core/random.h"
#include "data/picture_source.h"

namespace figment::data {

/// Pictures of a set in memory as bytes, drawn on background threads; they can be taken while it still fills.
/// For sets that are slow to draw; PictureSource makes one where it needs it.
class PicturePool {
 public:
  struct Options {
    int count = 20000;       ///< pictures; 12 KiB each at 64x64
    std::uint64_t seed = 0;  ///< picture i depends on seed and i alone, never on the number of threads
    int threads = 1;         ///< 1 to 64
  };

  /// Starts drawing and returns at once. Throws core::Error for options out of range.
  PicturePool(const PictureSet& set, const Options& options);
  ~PicturePool();
  PicturePool(const PicturePool&) = delete;
  PicturePool& operator=(const PicturePool&) = delete;

  int count() const { return options_.count; }
  /// Pictures that are ready: always the first ones, 0 to ready() - 1.
  int ready() const { return ready_.load(std::memory_order_acquire); }
  float progress() const { return static_cast<float>(ready()) / static_cast<float>(options_.count); }
  /// Blocks until at least this many (at most count()) are ready.
  void wait(int pictures) const;
  void wait() const { wait(options_.count); }

  /// Index of a picture drawn at random from those that are ready, waiting for the first 256 of them if need be. While
  /// the pool fills, which comes depends on how far it is; call wait() first where runs must repeat exactly.
  int choose(core::Random& random) const;
  /// Picture `index` < ready() as PictureSet::draw gives it.
  std::span<const std::uint8_t> picture(int index) const;
  /// Its class ids, one an axis.
  std::span<const std::uint8_t> classes(int index) const;

 private:
  void work();

  const PictureSet& set_;
  Options options_;
  std::size_t picture_bytes_;
  std::size_t axes_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::uint8_t> classes_;        // [count, axes]
  std::vector<std::atomic<bool>> finished_;  // by picture
  std::atomic<int> next_{0};
  mutable std::atomic<int> ready_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace figment::data
