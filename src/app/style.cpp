#include "app/style.h"

#include <algorithm>
#include <array>

#include "formats/fonts.h"

namespace figment::app {

namespace {

// Latin with its extensions, Greek, dashes and bullets, arrows, mathematics, blocks and shapes.
constexpr ImWchar glyph_ranges[] = {0x0020, 0x024F, 0x0391, 0x03C9, 0x2010, 0x2044, 0x2190,
                                    0x21FF, 0x2200, 0x22FF, 0x2580, 0x25FF, 0};

ImFont* load_font(const std::string& path, float pixels, const ImWchar* ranges = glyph_ranges) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  config.RasterizerMultiply = 1.1F;  // light on dark looks thin otherwise
  if (path.empty()) {
    config.SizePixels = std::max(13.0F, 13.0F * static_cast<float>(static_cast<int>(pixels / 13.0F)));
    return atlas.AddFontDefault(&config);
  }
  return atlas.AddFontFromFileTTF(path.c_str(), pixels, &config, ranges);
}

Fonts load_fonts(float scale, std::string& missing) {
  constexpr std::array regulars{"Inter-Regular.otf", "Inter-Regular.ttf", "InterVariable.ttf"};
  constexpr std::array bolds{"Inter-SemiBold.otf", "Inter-SemiBold.ttf", "Inter-Bold.otf", "InterVariable.ttf"};
  constexpr std::array monos{"JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular.otf"};
  const std::string regular = formats::find_font(regulars);
  const std::string bold = formats::find_font(bolds);
  const std::string mono = formats::find_font(monos);
  if (regular.empty() || bold.empty()) missing = "The typeface Inter is not installed; apt install fonts-inter.";
  if (mono.empty()) {
    missing += missing.empty() ? "" : " ";
    missing += "The typeface JetBrains Mono is not installed; apt install fonts-jetbrains-mono.";
  }
  const auto size = [&](float pixels) { return static_cast<float>(static_cast<int>(pixels * scale + 0.5F)); };
  Fonts fonts;
  fonts.regular = load_font(regular, size(15));
  fonts.bold = load_font(bold, size(15));
  fonts.small_bold = load_font(bold, size(12));
  fonts.small = load_font(regular, size(13));
  fonts.mono = load_font(mono, size(13));
  fonts.large = load_font(regular, size(18));
  fonts.larger = load_font(regular, size(22));
  fonts.title = load_font(bold, size(26), ImGui::GetIO().Fonts->GetGlyphRangesDefault());
  return fonts;
}

}  // namespace

void set_widget_colors() {
  ImGuiStyle& style = ImGui::GetStyle();
  const auto set = [&](ImGuiCol index, ImU32 value) { style.Colors[index] = ImGui::ColorConvertU32ToFloat4(value); };
  set(ImGuiCol_Text, color::text);
  set(ImGuiCol_TextDisabled, color::dim);
  set(ImGuiCol_WindowBg, color::panel);
  set(ImGuiCol_ChildBg, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_PopupBg, color::popup);
  set(ImGuiCol_Border, color::line);
  set(ImGuiCol_FrameBg, color::control);
  set(ImGuiCol_FrameBgHovered, color::control_hovered);
  set(ImGuiCol_FrameBgActive, color::control_hovered);
  set(ImGuiCol_Button, color::control);
  set(ImGuiCol_ButtonHovered, color::control_hovered);
  set(ImGuiCol_ButtonActive, color::track);
  set(ImGuiCol_Header, color::selected);
  set(ImGuiCol_HeaderHovered, color::control_hovered);
  set(ImGuiCol_HeaderActive, color::track);
  set(ImGuiCol_Separator, color::line);
  set(ImGuiCol_ScrollbarBg, IM_COL32(0, 0, 0, 0));
  set(ImGuiCol_ScrollbarGrab, color::line);
  set(ImGuiCol_ScrollbarGrabHovered, color::faint);
  set(ImGuiCol_ScrollbarGrabActive, color::faint);
  set(ImGuiCol_CheckMark, color::accent);
  set(ImGuiCol_TextSelectedBg, color::track_hovered);
  set(ImGuiCol_NavHighlight, color::accent);
}

Style make_style(float scale) {
  Style result;
  result.scale = std::clamp(scale, 0.75F, 4.0F);
  ImGuiIO& io = ImGui::GetIO();
  io.Fonts->Clear();
  result.fonts = load_fonts(result.scale, result.missing_fonts);
  io.FontDefault = result.fonts.regular;

  ImGuiStyle style;
  style.WindowRounding = 0;
  style.WindowBorderSize = 0;
  style.WindowPadding = {14, 12};
  style.FrameRounding = 6;
  style.FramePadding = {9, 5};
  style.PopupRounding = 6;
  style.PopupBorderSize = 1;
  style.ItemSpacing = {8, 4};
  style.ItemInnerSpacing = {6, 4};
  style.ScrollbarSize = 7;
  style.ScrollbarRounding = 4;
  style.WindowMinSize = {1, 1};
  style.AntiAliasedLinesUseTex = true;
  style.ScaleAllSizes(result.scale);
  ImGui::GetStyle() = style;
  set_widget_colors();
  return result;
}

ImU32 mix(ImU32 from, ImU32 to, float share) {
  const ImVec4 a = ImGui::ColorConvertU32ToFloat4(from);
  const ImVec4 b = ImGui::ColorConvertU32ToFloat4(to);
  const float t = std::clamp(share, 0.0F, 1.0F);
  return ImGui::ColorConvertFloat4ToU32(
      {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.z + (b.z - a.z) * t, a.w + (b.w - a.w) * t});
}

ImU32 with_alpha(ImU32 color, float alpha) {
  const auto value = static_cast<ImU32>(std::clamp(alpha, 0.0F, 1.0F) * 255.0F + 0.5F);
  return (color & ~IM_COL32_A_MASK) | (value << IM_COL32_A_SHIFT);
}

}  // namespace figment::app
