#pragma once
#include <cstdint>

namespace figment::data::paint {

/// A colour or a per-channel weight, nominally in [0, 1].
struct Color {
  float r = 0, g = 0, b = 0;
};

constexpr Color hex(std::uint32_t rgb) {
  return {static_cast<float>(rgb >> 16 & 255) / 255.0f, static_cast<float>(rgb >> 8 & 255) / 255.0f,
          static_cast<float>(rgb & 255) / 255.0f};
}
constexpr Color operator*(Color a, float s) { return {a.r * s, a.g * s, a.b * s}; }
constexpr Color operator+(Color a, Color b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
constexpr float mix(float a, float b, float t) { return a + (b - a) * t; }
constexpr Color mix(Color a, Color b, float t) { return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)}; }
constexpr float clamp01(float x) { return x < 0.0f ? 0.0f : (x > 1.0f ? 1.0f : x); }
constexpr Color clamp01(Color c) { return {clamp01(c.r), clamp01(c.g), clamp01(c.b)}; }

/// Hue (any number, whole turns are dropped), saturation and value in [0, 1].
constexpr Color from_hsv(float hue, float saturation, float value) {
  const float turns = hue * 6.0f;
  auto whole = static_cast<std::int32_t>(turns);
  if (static_cast<float>(whole) > turns) --whole;
  const float f = turns - static_cast<float>(whole);
  const float p = value * (1.0f - saturation), q = value * (1.0f - f * saturation);
  const float t = value * (1.0f - (1.0f - f) * saturation);
  switch ((whole % 6 + 6) % 6) {
    case 0:
      return {value, t, p};
    case 1:
      return {q, value, p};
    case 2:
      return {p, value, t};
    case 3:
      return {p, q, value};
    case 4:
      return {t, p, value};
    default:
      return {value, p, q};
  }
}

}  // namespace figment::data::paint
