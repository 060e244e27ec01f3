#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "data/landscape.h"

namespace figment::data {

/// Names the look of the pictures and the words of their captions; changes whenever either does.
inline constexpr std::string_view composed_version = "composed-1";

inline constexpr int composed_side = 64;  ///< pixels along each side

/// What a composed picture can show, a sign of the emoji font.
struct ComposedNoun {
  char32_t sign;  ///< code point
  std::string_view singular;
  std::string_view plural;
  bool may_be_tinted = true;  ///< otherwise it is what its own colours make it, and takes no colour word
};

inline constexpr int composed_noun_count = 120;
/// The 120 nouns. The indices are class ids that models are trained on; never reorder them.
std::span<const ComposedNoun> composed_nouns();

// The values are class ids that models are trained on; never reorder them.
inline constexpr std::array<std::string_view, 3> composed_number_names = {"one", "two", "three"};
inline constexpr std::array<std::string_view, 3> composed_size_names = {"small", "normal", "big"};
inline constexpr std::array<std::string_view, 8> composed_color_names = {"none",  "red",  "orange", "yellow",
                                                                         "green", "blue", "purple", "pink"};
inline constexpr std::array<std::string_view, 3> composed_position_names = {"middle", "left", "right"};
inline constexpr std::array<std::string_view, 6> composed_plain_names = {"white", "black", "blue",
                                                                         "pink",  "green", "yellow"};
inline constexpr int composed_background_count = 30;

/// What is to be seen in a composed picture.
struct ComposedScene {
  int noun = 0;      ///< index into composed_nouns()
  int number = 1;    ///< 1 to 3
  int size = 1;      ///< index into composed_size_names; 1 unless the number is 1
  int color = 0;     ///< index into composed_color_names; 0 (its own colours) if the noun may not be tinted
  int position = 0;  ///< index into composed_position_names; 0 unless the number is 1 and the size not 2
  Terrain terrain = Terrain::mountains;  ///< of the landscape behind
  TimeOfDay time = TimeOfDay::day;
  int plain = -1;  ///< index into composed_plain_names: no landscape but this colour; -1: the landscape

  /// Class id of the background, 0 to 29: time * 6 + terrain, or 24 + plain.
  int background() const;
  void set_background(int id);
  bool operator==(const ComposedScene&) const = default;
};

/// "a landscape of the sea at sunset" as captions say it: "by the sea at sunset"; "on white".
std::string background_phrase(int background);

/// Entries that are not -1 are asked for, the rest is up to chance.
struct ComposedWish {
  int noun = -1, number = -1, size = -1, color = -1, background = -1;
};
/// A scene that makes sense. Throws core::Error for a wish out of range or for one that contradicts itself (a colour
/// for a noun that takes none, two that are big).
ComposedScene draw_scene(core::Random& random, const ComposedWish& wish = {});

/// Whether the emoji font is installed (Debian's fonts-noto-color-emoji).
bool has_emoji_font();
/// Paints a scene: RGB8 [64, 64, 3], a function of the state of `random` and of the scene alone. From any thread.
/// Throws core::Error that names the package if the emoji font is missing, and for a scene out of range.
void draw_composed(core::Random& random, const ComposedScene& scene, std::span<std::uint8_t> pixels);
/// Draws a scene for each picture and paints it: `pixels` [B, 64, 64, 3] in [-1, 1], `scenes` [B].
void sample_composed(core::Random& random, std::span<float> pixels, std::span<ComposedScene> scenes);
/// Scene `index` of `seed`, always the same (held_out_seed: for evaluation), before a landscape that no other picture
/// has: pixels [64, 64, 3].
ComposedScene draw_composed_at(std::uint64_t index, std::uint64_t seed, std::span<float> pixels);

/// All that there is to say, in the usual order: "two blue doves by the lake at sunset".
std::string caption(const ComposedScene& scene);
/// As people say it: some attributes are left unsaid, the background may come first. Never says what is not so.
std::string caption(const ComposedScene& scene, core::Random& random);

// The words that captions are made of. A person may type freely: case and punctuation do not matter, common synonyms
// and plurals stand for the word of the list, other words are unknown.
inline constexpr int caption_length = 14;        ///< words of a caption at most; what is behind them is dropped
inline constexpr std::int32_t padding_word = 0;  ///< behind the end
inline constexpr std::int32_t unknown_word = 1;
/// By id; 0 is "" (padding) and 1 "?" (unknown). The same on every machine, with or without the font.
std::span<const std::string_view> caption_words();
using CaptionIds = std::array<std::int32_t, caption_length>;

/// A word as it was typed (lower case, without punctuation), and its id.
struct CaptionWord {
  std::string text;
  std::int32_t id = unknown_word;
};
/// All words of a text, as many as there are.
std::vector<CaptionWord> read_caption(std::string_view text);
/// The ids of the first caption_length words, then padding.
CaptionIds tokenize_caption(std::string_view text);
/// The words of a prompt that captions never hold, each once.
std::vector<std::string> unknown_words(std::string_view text);
/// Prompts that are worth trying.
std::span<const std::string_view> suggested_prompts();

}  // namespace figment::data
