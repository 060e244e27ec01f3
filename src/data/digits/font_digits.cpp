#include <ft2build.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "core/error.h"
#include "data/digits.h"

namespace figment::data {
namespace {

namespace fs = std::filesystem;

/// Families by the start of their file names. OFL: Inter, JetBrains Mono, Lato, Cantarell, Fira, Comfortaa, Noto and so
/// on; Apache: Roboto, Open Sans; DejaVu: Bitstream Vera's licence.
constexpr std::array families = {"Inter",           "InterDisplay",   "JetBrainsMono", "DejaVuSans",   "DejaVuSansMono",
                                 "DejaVuSerif",     "Lato",           "Roboto",        "RobotoMono",   "RobotoSlab",
                                 "OpenSans",        "Cantarell",      "FiraSans",      "FiraMono",     "FiraCode",
                                 "Comfortaa",       "NotoSans",       "NotoSerif",     "NotoSansMono", "LiberationSans",
                                 "LiberationSerif", "LiberationMono", "Cousine",       "Oswald",       "SourceCodePro"};

/// Closed outlines of the ten digits of a font, each in a box of 1 on its longer side around the origin, y down.
using Outlines = std::array<std::vector<Stroke>, 10>;

struct Collector {
  std::vector<Stroke> contours;

  Point last() const { return contours.back().back(); }
  void curve_to(std::span<const Point> control);
};

Point point_of(const FT_Vector* v) { return {static_cast<float>(v->x), -static_cast<float>(v->y)}; }

/// Adds a Bezier curve of any degree from the last point on, as pieces of line (de Casteljau).
void Collector::curve_to(std::span<const Point> control) {
  constexpr int steps = 6;
  const Point start = last();
  for (int step = 1; step <= steps; ++step) {
    const float t = static_cast<float>(step) / steps;
    std::array<Point, 4> p{start};
    std::copy(control.begin(), control.end(), p.begin() + 1);
    for (std::size_t left = control.size(); left > 0; --left)
      for (std::size_t i = 0; i < left; ++i)
        p[i] = {p[i].x + (p[i + 1].x - p[i].x) * t, p[i].y + (p[i + 1].y - p[i].y) * t};
    contours.back().push_back(p[0]);
  }
}

/// Empty if FreeType cannot read the outline.
std::vector<Stroke> contours_of(FT_Outline& outline) {
  Collector collector;
  FT_Outline_Funcs calls{};
  const auto into = [](void* user) -> Collector& { return *static_cast<Collector*>(user); };
  static const auto to = into;
  calls.move_to = [](const FT_Vector* p, void* user) {
    to(user).contours.push_back({point_of(p)});
    return 0;
  };
  calls.line_to = [](const FT_Vector* p, void* user) {
    to(user).contours.back().push_back(point_of(p));
    return 0;
  };
  calls.conic_to = [](const FT_Vector* a, const FT_Vector* b, void* user) {
    to(user).curve_to(std::array{point_of(a), point_of(b)});
    return 0;
  };
  calls.cubic_to = [](const FT_Vector* a, const FT_Vector* b, const FT_Vector* c, void* user) {
    to(user).curve_to(std::array{point_of(a), point_of(b), point_of(c)});
    return 0;
  };
  if (FT_Outline_Decompose(&outline, &calls, &collector) != 0) return {};
  for (Stroke& contour : collector.contours) contour.push_back(contour.front());
  return collector.contours;
}

struct Bounds {
  Point low{1e9f, 1e9f}, high{-1e9f, -1e9f};

  explicit Bounds(std::span<const Stroke> strokes) {
    for (const Stroke& stroke : strokes)
      for (const Point p : stroke) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y)};
      }
  }
  float extent() const { return std::max({high.x - low.x, high.y - low.y, 1e-3f}); }
  Point middle() const { return {(low.x + high.x) / 2, (low.y + high.y) / 2}; }
};

void scale_into_box(std::vector<Stroke>& strokes, float side, Point center) {
  const Bounds bounds(strokes);
  const float scale = side / bounds.extent();
  const Point middle = bounds.middle();
  for (Stroke& stroke : strokes)
    for (Point& p : stroke) p = {(p.x - middle.x) * scale + center.x, (p.y - middle.y) * scale + center.y};
}

/// False if the file lacks a digit or cannot be read.
bool read_digits(FT_Library library, const fs::path& path, Outlines& outlines) {
  FT_Face face = nullptr;
  if (FT_New_Face(library, path.c_str(), 0, &face) != 0) return false;
  bool is_whole = (face->face_flags & FT_FACE_FLAG_SCALABLE) != 0 && FT_Set_Pixel_Sizes(face, 0, 96) == 0;
  for (int digit = 0; digit < 10 && is_whole; ++digit) {
    const FT_UInt glyph = FT_Get_Char_Index(face, static_cast<FT_ULong>('0' + digit));
    is_whole = glyph != 0 && FT_Load_Glyph(face, glyph, FT_LOAD_NO_BITMAP | FT_LOAD_NO_HINTING) == 0 &&
               face->glyph->format == FT_GLYPH_FORMAT_OUTLINE;
    if (!is_whole) break;
    std::vector<Stroke>& contours = outlines[static_cast<std::size_t>(digit)];
    contours = contours_of(face->glyph->outline);
    is_whole = !contours.empty();
    scale_into_box(contours, 1.0f, {0, 0});
  }
  FT_Done_Face(face);
  return is_whole;
}

/// Files of the families above, by family and in the order of their names, wherever distributions put fonts.
std::map<std::string, std::vector<fs::path>> font_files() {
  std::map<std::string, std::vector<fs::path>> files;
  std::error_code error;
  constexpr auto skip = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry("/usr/share/fonts", skip, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension(), stem = entry->path().stem();
    if (extension != ".ttf" && extension != ".otf") continue;
    const std::string family = stem.substr(0, stem.find('-'));
    const std::string base = family.ends_with("Condensed") ? family.substr(0, family.size() - 9) : family;
    if (std::find(families.begin(), families.end(), base) != families.end()) files[base].push_back(entry->path());
  }
  for (auto& [family, paths] : files) std::sort(paths.begin(), paths.end());
  return files;
}

/// The digits of all fonts, by family, so that one with many weights is not drawn more often.
const std::vector<std::vector<Outlines>>& all_fonts() {
  static const std::vector<std::vector<Outlines>> fonts = [] {
    std::vector<std::vector<Outlines>> found;
    FT_Library library = nullptr;
    if (FT_Init_FreeType(&library) != 0) return found;
    for (const auto& [family, paths] : font_files()) {
      std::vector<Outlines> faces;
      for (const fs::path& path : paths) {
        Outlines outlines;
        if (read_digits(library, path, outlines)) faces.push_back(std::move(outlines));
      }
      if (!faces.empty()) found.push_back(std::move(faces));
    }
    FT_Done_FreeType(library);
    return found;
  }();
  return fonts;
}

/// Winding number at the middle of each pixel of row y.
void add_winding(std::span<const Stroke> contours, float y, std::array<int, glyph_size>& winding) {
  winding.fill(0);
  for (const Stroke& contour : contours) {
    for (std::size_t i = 0; i + 1 < contour.size(); ++i) {
      const Point a = contour[i], b = contour[i + 1];
      if ((a.y <= y) == (b.y <= y)) continue;
      const float x = a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y);
      const int first = std::clamp(static_cast<int>(std::ceil(x - 0.5f)), 0, glyph_size);
      for (int at = first; at < glyph_size; ++at) winding[static_cast<std::size_t>(at)] += a.y <= y ? 1 : -1;
    }
  }
}

/// Fills outlines in pixels, made bolder by `bold` pixels on each side. The distance to the outline, with the sign of
/// the winding number, gives edges as soft as those of a pen.
void fill_outlines(std::span<const Stroke> contours, float bold, float ink, std::span<std::uint8_t> picture) {
  for (int y = 0; y < glyph_size; ++y) {
    std::array<float, glyph_size> nearest;  // squared
    nearest.fill(16.0f);
    const float py = static_cast<float>(y) + 0.5f;
    for (const Stroke& contour : contours) {
      for (std::size_t i = 0; i + 1 < contour.size(); ++i) {
        const Point a = contour[i], b = contour[i + 1];
        if (std::min(a.y, b.y) > py + 3 || std::max(a.y, b.y) < py - 3) continue;
        const int left = std::clamp(static_cast<int>(std::min(a.x, b.x)) - 3, 0, glyph_size);
        const int right = std::clamp(static_cast<int>(std::max(a.x, b.x)) + 4, 0, glyph_size);
        const float dx = b.x - a.x, dy = b.y - a.y, scale = 1.0f / (dx * dx + dy * dy + 1e-6f);
        for (int x = left; x < right; ++x) {
          const float px = static_cast<float>(x) + 0.5f - a.x;
          const float along = std::clamp((px * dx + (py - a.y) * dy) * scale, 0.0f, 1.0f);
          const float ex = px - along * dx, ey = py - a.y - along * dy;
          float& least = nearest[static_cast<std::size_t>(x)];
          least = std::min(least, ex * ex + ey * ey);
        }
      }
    }
    std::array<int, glyph_size> winding;
    add_winding(contours, py, winding);
    for (std::size_t x = 0; x < glyph_size; ++x) {
      const float distance = std::sqrt(nearest[x]) * (winding[x] != 0 ? 1.0f : -1.0f);
      const float cover = std::clamp(0.5f + distance + bold, 0.0f, 1.0f);
      picture[static_cast<std::size_t>(y) * glyph_size + x] =
          static_cast<std::uint8_t>(std::min(cover * ink, 1.0f) * 255.0f + 0.5f);
    }
  }
}

/// Two slow waves across the sign, then width, slant and turn.
void bend(core::Random& random, std::vector<Stroke>& strokes) {
  for (int wave = 0; wave < 2; ++wave) {
    const float height = random.uniform(0, 0.06f), rate = random.uniform(2, 6), phase = random.uniform(0, 6.2832f);
    const float along = random.uniform(0, 6.2832f), across = random.uniform(0, 6.2832f);
    const Point direction{std::cos(along), std::sin(along)}, move{std::cos(across), std::sin(across)};
    for (Stroke& stroke : strokes)
      for (Point& p : stroke) {
        const float shift = height * std::sin((p.x * direction.x + p.y * direction.y) * rate + phase);
        p = {p.x + shift * move.x, p.y + shift * move.y};
      }
  }
  const auto bounded = [&](float deviation) { return deviation * std::clamp(random.normal(), -2.0f, 2.0f); };
  const float turn = bounded(0.1f), shear = 0.1f + bounded(0.17f);  // people lean to the right
  const float wide = std::exp(bounded(0.12f)), high = std::exp(bounded(0.06f));
  const float cosine = std::cos(turn), sine = std::sin(turn);
  for (Stroke& stroke : strokes)
    for (Point& p : stroke) {
      const float x = wide * p.x - shear * p.y, y = high * p.y;
      p = {cosine * x - sine * y, sine * x + cosine * y};
    }
}

}  // namespace

bool has_digit_fonts() { return !all_fonts().empty(); }

void print_digit(core::Random& random, int digit, std::span<std::uint8_t> picture) {
  core::require(digit >= 0 && digit <= 9 && picture.size() == static_cast<std::size_t>(glyph_size * glyph_size),
                "Only the digits 0 to 9 are printed, as {0}x{0} pixels; asked for {1}.", glyph_size, digit);
  const auto& fonts = all_fonts();
  core::require(
      !fonts.empty(),
      "No font was found to print digits with; install fonts-inter, fonts-jetbrains-mono or fonts-dejavu-core.");
  const auto& family = fonts[random.below(static_cast<std::uint32_t>(fonts.size()))];
  const Outlines& face = family[random.below(static_cast<std::uint32_t>(family.size()))];
  std::vector<Stroke> strokes = face[static_cast<std::size_t>(digit)];
  bend(random, strokes);
  const float bold = random.uniform(-0.2f, 0.6f), ink = random.uniform(0.85f, 1.2f);
  constexpr float middle = glyph_size / 2.0f;
  scale_into_box(strokes, (glyph_extent - 2 * bold) * random.uniform(0.94f, 1.04f), {middle, middle});
  fill_outlines(strokes, bold, ink, picture);
}

}  // namespace figment::data
