#pragma once
#include <map>
#include <string>
#include <vector>

#include "app/ui_renderer.h"
#include "studio/family.h"

namespace figment::app {

/// Small pictures of what families make, from assets/icons, for the list of models. What is missing there is left out.
class IconShelf {
 public:
  IconShelf(UiRenderer& renderer, const std::vector<studio::Family>& families);
  ~IconShelf();
  IconShelf(const IconShelf&) = delete;
  IconShelf& operator=(const IconShelf&) = delete;

  /// Draws the family's picture with round corners. False if there is none.
  bool draw(ImDrawList& list, const std::string& family, ImVec2 at, float size, float rounding) const;

 private:
  struct Icon {
    gpu::Image image;
    ImTextureID texture{};
  };
  UiRenderer& renderer_;
  std::map<std::string, Icon> icons_;
};

}  // namespace figment::app
