#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace figment::app {

/// The words of the command that edits a file: $FIGMENT_EDITOR, else $VISUAL, else $EDITOR, else xdg-open.
std::vector<std::string> editor_command();

/// Whether a command is known to need a terminal ("vim", "nano").
bool needs_terminal(const std::string& command);

/// Opens the file there and does not wait. Throws Error with one sentence, which names the file, if the editor needs a
/// terminal or cannot be started.
void open_editor(const std::filesystem::path& file);

/// A file of shaders/ that its owner may edit: `folder / name` if it can be written, else its copy in
/// $XDG_DATA_HOME/figment/shaders, where all of `folder` is copied first (what is there already stays). Throws Error.
std::filesystem::path editable_shader(const std::filesystem::path& folder, const std::string& name);

}  // namespace figment::app
