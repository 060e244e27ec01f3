#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "data/strokes.h"

namespace figment::data {

inline constexpr std::string_view digits_version = "digits-1";
inline constexpr std::string_view letters_version = "letters-1";
inline constexpr std::string_view digit_fonts_version = "digits_fonts-1";
inline constexpr std::string_view other_digits_version = "digits_other-1";

/// Capitals that no digit looks like (so no O, I, S, B and the like), in the order of their class ids.
inline constexpr std::string_view letters = "ACEFHKMNPRTUVWXY";

/// One way of writing a sign as strokes of curves through a few points, in a box of about 1 x 1, y down.
struct Skeleton {
  float weight = 1;  ///< how common this way of writing is
  std::vector<Stroke> strokes;
};

/// Two people; the second writes digits from points of their own, to judge what learned from the first.
enum class Hand : std::uint8_t { first, second };

/// All the ways of writing '0' to '9' and those letters (which both write alike). Throws core::Error for any other
/// sign.
std::span<const Skeleton> skeletons_of(char sign, Hand hand = Hand::first);

/// Writes a sign by hand: a skeleton with its points, slant, width, pen and ink varied. `picture` is [32, 32], white on
/// black. A function of the state of `random`, the sign and the hand alone.
void write_by_hand(core::Random& random, char sign, std::span<std::uint8_t> picture, Hand hand = Hand::first);

/// Whether fonts under licences that allow it (OFL, Apache, Bitstream) are installed in the usual places; the first
/// call looks for them and reads their digits.
bool has_digit_fonts();
/// Prints a digit from one of these fonts, bent, slanted and emboldened at random; what comes depends on the fonts that
/// are installed. Throws core::Error that names packages if there are none.
void print_digit(core::Random& random, int digit, std::span<std::uint8_t> picture);

}  // namespace figment::data
