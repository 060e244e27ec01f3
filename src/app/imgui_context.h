#pragma once
#include <imgui.h>

namespace figment::app {

/// ImGui's state for one window, or for one film.
class OwnedImGuiContext {
 public:
  OwnedImGuiContext() {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().ConfigWindowsMoveFromTitleBarOnly = true;
  }
  ~OwnedImGuiContext() { ImGui::DestroyContext(); }
  OwnedImGuiContext(const OwnedImGuiContext&) = delete;
  OwnedImGuiContext& operator=(const OwnedImGuiContext&) = delete;
};

}  // namespace figment::app
