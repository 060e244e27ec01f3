#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace figment::data {

class PicturePool;

/// One attribute that the pictures of a set are labelled with; a class id is an index into `values`. Never reorder.
struct ClassAxis {
  std::string_view name;  ///< "hue"
  std::vector<std::string_view> values;
};

/// A kind of labelled pictures. To add one, write its file and add its row to the list in picture_sets.cpp.
struct PictureSet {
  std::string_view name;
  std::string_view description;  ///< one sentence
  std::string_view version;      ///< changes whenever the pictures of a seed change
  int width = 0, height = 0;
  int channels = 0;  ///< 1 grey, 3 RGB
  std::vector<ClassAxis> class_axes;
  /// RGB of each index, at most 256; empty unless the pictures are painted in a fixed palette.
  std::vector<std::array<std::uint8_t, 3>> palette;
  bool is_quick = false;      ///< drawn in well under 0.1 ms: drawn afresh each time, never pooled
  bool has_mirrored = false;  ///< a picture mirrored left to right is a picture of the set as well
  /// Draws one picture: a function of the state of `random` and the asked classes alone; may be called from any thread.
  /// `pixels` is [H, W, C] bytes, or [H, W] palette indices. `classes` has one entry an axis: an id asks for it, -1 for
  /// any, and gets the id drawn. Throws core::Error if the set needs what this machine lacks (see `is_available`).
  std::function<void(core::Random& random, std::span<std::uint8_t> pixels, std::span<std::int32_t> classes)> draw;
  /// One line in plain words for these classes: "a blue tall creature".
  std::function<std::string(std::span<const std::int32_t> classes)> caption;
  /// Whether this machine has what drawing needs (fonts); empty means always.
  std::function<bool()> is_available;

  /// Bytes that draw() writes: H*W*C, or H*W with a palette.
  std::size_t drawn_bytes() const;
};

/// All sets: landscapes, digits, digits_fonts, digits_other, letters, creatures, creatures_palette, flowers.
std::span<const PictureSet> picture_sets();
/// Throws core::Error that lists the names if there is none of this name.
const PictureSet& find_picture_set(std::string_view name);

/// Pictures for evaluation are drawn with this seed and those behind it; training never uses them.
inline constexpr std::uint64_t held_out_seed = 0x6865'6c64'0000'0000;

/// Labelled pictures of one set, in batches for training and one by one for evaluation.
class PictureSource {
 public:
  struct Options {
    std::uint64_t seed = 0;  ///< of a pool's pictures; fresh ones depend on the Random of each batch alone
    int pool = 0;            ///< pictures kept in memory; 0: none if the set is quick, else 20000
    int threads = 1;         ///< that fill the pool in the background, 1 to 64
  };

  /// Throws core::Error for an unknown name, for options out of range, and if the set cannot be drawn on this machine.
  /// A pool starts to fill with start() or the first batch, so that one who only draws pays for none.
  explicit PictureSource(std::string_view name) : PictureSource(name, Options{}) {}
  PictureSource(std::string_view name, const Options& options);
  ~PictureSource();
  PictureSource(PictureSource&&) noexcept;
  PictureSource& operator=(PictureSource&&) noexcept;

  const PictureSet& set() const { return *set_; }
  std::string_view name() const { return set_->name; }
  std::string_view version() const { return set_->version; }
  int width() const { return set_->width; }
  int height() const { return set_->height; }
  int channels() const { return set_->channels; }
  std::span<const ClassAxis> class_axes() const { return set_->class_axes; }
  /// Colours of a palette set, empty otherwise; its size is the number of levels of an autoregressive model.
  std::span<const std::array<std::uint8_t, 3>> palette() const { return set_->palette; }
  /// Values of one picture, H*W*C.
  std::size_t picture_size() const;
  /// Starts to fill the pool, if there is to be one.
  void start() { pool(); }
  /// How full the pool is, 0 to 1; 1 where none is needed.
  float progress() const;

  /// Fills a training batch: `pixels` [B, H, W, C] (NHWC) in [-1, 1] (a palette set gives its colours), `classes`
  /// [B, axes]; B is the length of `pixels` over picture_size(). Fresh pictures are a function of the state of
  /// `random`. From a pool, half are mirrored where the set has mirrored pictures, and which come while it still
  /// fills depends on how far it is. Throws core::Error if the lengths do not agree.
  void sample_batch(core::Random& random, std::span<float> pixels, std::span<std::int32_t> classes);
  /// As sample_batch for a palette set: `indices` [B, H, W] are palette indices.
  void sample_indices(core::Random& random, std::span<std::int32_t> indices, std::span<std::int32_t> classes);

  /// Picture `index` of `seed`, always drawn afresh and always the same: pixels [H, W, C] in [-1, 1]. Entries of
  /// `classes` that are not -1 ask for that class; all are set to what was drawn.
  void draw(std::uint64_t index, std::uint64_t seed, std::span<float> pixels, std::span<std::int32_t> classes) const;
  /// As draw for a palette set: `indices` [H, W].
  void draw_indices(std::uint64_t index, std::uint64_t seed, std::span<std::int32_t> indices,
                    std::span<std::int32_t> classes) const;
  /// Pictures first, first + 1, ... of `seed` as one batch, of any classes: [B, H, W, C] and [B, axes].
  void draw_batch(std::uint64_t first, std::uint64_t seed, std::span<float> pixels,
                  std::span<std::int32_t> classes) const;

 private:
  std::size_t batch_of(std::size_t values, std::size_t per_picture, std::size_t classes) const;
  const PicturePool* pool();

  const PictureSet* set_;
  Options options_;
  std::unique_ptr<PicturePool> pool_;  // none for fresh pictures
};

}  // namespace figment::data
