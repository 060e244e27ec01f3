#include "gpu/shader.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/installation.h"
#include "core/log.h"
#include "gpu/embedded_shaders.h"
#include "gpu/glsl.h"

namespace figment::gpu {

namespace fs = std::filesystem;

namespace {

ShaderCodePtr make_code(std::vector<std::uint32_t> words) {
  auto code = std::make_shared<ShaderCode>();
  code->words = std::move(words);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(code->words.data());
  code->hash = core::hash_bytes({bytes, code->words.size() * sizeof(std::uint32_t)});
  return code;
}

bool is_shader(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".comp" || extension == ".vert" || extension == ".frag";
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

ShaderLibrary::ShaderLibrary(fs::path source_directory) : directory_(std::move(source_directory)) {
  sources_win_ = !directory_.empty();
  if (directory_.empty()) {
    if (const char* variable = std::getenv("FIGMENT_SHADERS"); variable != nullptr && *variable != '\0') {
      directory_ = variable;
      sources_win_ = true;
    } else {
      const fs::path installed = core::data_directory();
      directory_ = installed.empty() ? fs::path(FIGMENT_SHADER_DIR) : installed / "shaders";
    }
  }
  times_ = file_times();
}

fs::path ShaderLibrary::source_directory() const {
  const std::scoped_lock lock(mutex_);
  return directory_;
}

void ShaderLibrary::watch(const fs::path& source_directory) {
  {
    const std::scoped_lock lock(mutex_);
    directory_ = source_directory;
    sources_win_ = true;
  }
  Times times = file_times();
  const std::scoped_lock lock(mutex_);
  times_ = std::move(times);
}

ShaderLibrary::Times ShaderLibrary::file_times() const {
  // The sources need not be there, as in an installed figment: then nothing is watched.
  const fs::path directory = source_directory();
  Times times;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    const bool is_include = it->path().extension() == ".glsl" || it->path().extension() == ".h";
    if ((is_shader(it->path()) || is_include) && it->is_regular_file(ignored)) {
      times[it->path().lexically_relative(directory).generic_string()] = it->last_write_time(ignored);
    }
  }
  return times;
}

ShaderCodePtr ShaderLibrary::find(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = codes_.find(name);
  return found == codes_.end() ? nullptr : found->second;
}

ShaderCodePtr ShaderLibrary::compile_file(const std::string& name) {
  return compile_glsl(core::read_text(source_directory() / name), name);
}

ShaderCodePtr ShaderLibrary::code(const std::string& name) {
  if (auto known = find(name)) return known;
  std::error_code ignored;
  const fs::path directory = source_directory();
  const bool has_source = is_shader(name) && fs::is_regular_file(directory / name, ignored);
  ShaderCodePtr code;
  if (sources_win_ && has_source) code = compile_file(name);
  if (!code) {
    for (const EmbeddedShader& shader : embedded_shaders()) {
      if (shader.name == name) code = make_code({shader.code.begin(), shader.code.end()});
    }
  }
  if (!code && has_source) code = compile_file(name);
  core::require(code != nullptr, "There is no shader called '{}'; put it in {} and build again.", name,
                directory.string());
  const std::scoped_lock lock(mutex_);
  return codes_.try_emplace(name, code).first->second;
}

ShaderCodePtr ShaderLibrary::compile_glsl(const std::string& source, const std::string& name) {
  const fs::path directory = source_directory();
  const std::uint64_t key = glsl::hash_with_includes(source, name, directory);
  const fs::path file = core::cache_directory() / "spirv" / (core::to_hex(key) + ".spv");
  if (auto words = glsl::read_cached(file, key)) return make_code(std::move(*words));
  auto words = glsl::compile(source, name, directory);
  try {
    glsl::write_cached(file, key, words);
  } catch (const core::Error& error) {
    spdlog::warn("A compiled shader could not be kept: {}", error.what());
  }
  {
    const std::scoped_lock lock(mutex_);
    ++compilations_;
  }
  return make_code(std::move(words));
}

ShaderCodePtr ShaderLibrary::add(const std::string& name, const std::string& source) {
  auto code = compile_glsl(source, name);
  const std::scoped_lock lock(mutex_);
  codes_[name] = code;
  return code;
}

std::vector<ShaderChange> ShaderLibrary::poll_changes() {
  Times before;
  {
    const std::scoped_lock lock(mutex_);
    if (now_ms() < next_poll_ms_) return {};
    next_poll_ms_ = now_ms() + 500;
    before = times_;
  }
  Times after = file_times();
  std::set<std::string> changed;
  for (const auto& [file, time] : after) {
    const auto old = before.find(file);
    if (old == before.end() || old->second != time) changed.insert(file);
  }
  {
    const std::scoped_lock lock(mutex_);
    times_ = after;
  }
  if (changed.empty()) return {};
  const fs::path directory = source_directory();

  std::vector<ShaderChange> changes;
  for (const auto& [file, time] : after) {
    if (!is_shader(file)) continue;
    try {
      const std::string source = core::read_text(directory / file);
      const auto includes = glsl::includes_of(source, directory);
      const bool touched = changed.contains(file) || std::ranges::any_of(includes, [&](const fs::path& include) {
                             return changed.contains(include.lexically_relative(directory).generic_string());
                           });
      if (!touched) continue;
      auto code = compile_glsl(source, file);
      const std::scoped_lock lock(mutex_);
      codes_[file] = std::move(code);
      changes.push_back({file, true, ""});
    } catch (const core::Error& error) {
      changes.push_back({file, false, error.what()});
    }
  }
  return changes;
}

std::uint64_t ShaderLibrary::compilations() const {
  const std::scoped_lock lock(mutex_);
  return compilations_;
}

}  // namespace figment::gpu
