#include "app/icon_shelf.h"

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "formats/png.h"
#include "gpu/error.h"

namespace figment::app {

namespace {

std::vector<std::uint8_t> as_rgba(const formats::Picture& picture) {
  std::vector<std::uint8_t> result;
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (std::size_t at = 0; at < picture.pixels.size(); at += channels) {
    for (std::size_t c = 0; c < 3; ++c) result.push_back(picture.pixels[at + (channels < 3 ? 0 : c)]);
    result.push_back(255);
  }
  return result;
}

}  // namespace

IconShelf::IconShelf(UiRenderer& renderer, const std::vector<studio::Family>& families) : renderer_(renderer) {
  for (const studio::Family& family : families) {
    const std::filesystem::path path = core::assets_directory() / "icons" / (family.name + ".png");
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    try {
      const formats::Picture picture = formats::read_png(path);
      Icon& icon = icons_[family.name];
      icon.image = renderer_.upload(as_rgba(picture), picture.width, picture.height);
      icon.texture = renderer_.make_texture(icon.image.view());
    } catch (const gpu::DeviceLost&) {
      throw;
    } catch (const core::Error& problem) {
      spdlog::warn("{}", problem.what());  // the list is there all the same
    }
  }
}

IconShelf::~IconShelf() {
  for (const auto& [family, icon] : icons_) renderer_.free_texture(icon.texture);
}

bool IconShelf::draw(ImDrawList& list, const std::string& family, ImVec2 at, float size, float rounding) const {
  const auto found = icons_.find(family);
  if (found == icons_.end()) return false;
  list.AddImageRounded(found->second.texture, at, {at.x + size, at.y + size}, {0, 0}, {1, 1}, IM_COL32_WHITE, rounding);
  return true;
}

}  // namespace figment::app
