#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace figment::gpu {

/// SPIR-V with a hash of its words.
struct ShaderCode {
  std::vector<std::uint32_t> words;
  std::uint64_t hash = 0;
};
using ShaderCodePtr = std::shared_ptr<const ShaderCode>;

/// What became of a source file that changed.
struct ShaderChange {
  std::string file;  ///< "matmul.comp"
  bool ok = false;
  std::string error;  ///< the compiler's message, if not ok; the old code stays in use
};

/// The shaders by file name: built in, rebuilt from changed sources, or generated at run time. Thread-safe.
class ShaderLibrary {
 public:
  /// `source_directory` is where shaders are watched; empty takes $FIGMENT_SHADERS, else an installed figment's, else
  /// those that figment was built from. With $FIGMENT_SHADERS or an explicit folder, its files win over the built-in.
  explicit ShaderLibrary(std::filesystem::path source_directory = {});

  /// The code of a shader of shaders/ ("matmul.comp") or one given to add(). Throws core::Error if there is none.
  ShaderCodePtr code(const std::string& name);

  /// Compiles GLSL for Vulkan 1.3, optimised, with #include "x" resolved in shaders/include and shaders/; the stage
  /// follows the name's extension (.vert, .frag, else compute). Results are kept on disk. Throws core::Error with the
  /// compiler's message.
  ShaderCodePtr compile_glsl(const std::string& source, const std::string& name);

  /// compile_glsl(), and code(name) finds the result from then on.
  ShaderCodePtr add(const std::string& name, const std::string& source);

  /// For hot reload: looks at most twice a second for changed sources (includes count), rebuilds the shaders that
  /// they touch and says what happened. Pipelines made of the old code go on working; ask PipelineCache again.
  std::vector<ShaderChange> poll_changes();

  std::filesystem::path source_directory() const;
  /// Takes and watches the sources of another folder from now on, such as a copy that a person may edit; code that is
  /// in use stays until a file there changes.
  void watch(const std::filesystem::path& source_directory);
  /// Compilations that the disk cache could not answer.
  std::uint64_t compilations() const;

 private:
  using Times = std::map<std::string, std::filesystem::file_time_type>;
  Times file_times() const;
  ShaderCodePtr find(const std::string& name) const;
  ShaderCodePtr compile_file(const std::string& name);

  std::filesystem::path directory_;
  bool sources_win_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, ShaderCodePtr> codes_;
  Times times_;
  std::mutex poll_mutex_;
  std::int64_t next_poll_ms_ = 0;
  std::uint64_t compilations_ = 0;
};

}  // namespace figment::gpu
