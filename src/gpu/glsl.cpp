#include "gpu/glsl.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <shaderc/shaderc.hpp>
#include <span>
#include <sstream>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"

namespace figment::gpu::glsl {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t cache_version = 1;  // raise when the settings of compile() change
constexpr std::uint32_t spirv_magic = 0x07230203;

std::optional<fs::path> resolve(const std::string& name, const fs::path& directory) {
  std::error_code ignored;
  for (const fs::path& candidate : {directory / "include" / name, directory / name}) {
    if (fs::is_regular_file(candidate, ignored)) return candidate.lexically_normal();
  }
  return std::nullopt;
}

/// The names in the #include lines of one text.
std::vector<std::string> include_names(const std::string& source) {
  std::vector<std::string> names;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string::npos || line[hash] != '#') continue;
    const auto word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string::npos || line.compare(word, 7, "include") != 0) continue;
    const auto open = line.find_first_of("\"<", word + 7);
    const auto close = open == std::string::npos ? open : line.find_first_of("\">", open + 1);
    if (close != std::string::npos) names.push_back(line.substr(open + 1, close - open - 1));
  }
  return names;
}

shaderc_shader_kind kind_of(const std::string& name) {
  if (name.ends_with(".vert")) return shaderc_glsl_vertex_shader;
  if (name.ends_with(".frag")) return shaderc_glsl_fragment_shader;
  return shaderc_glsl_compute_shader;
}

class Includer : public shaderc::CompileOptions::IncluderInterface {
 public:
  explicit Includer(fs::path directory) : directory_(std::move(directory)) {}

  shaderc_include_result* GetInclude(const char* requested, shaderc_include_type, const char*, std::size_t) override {
    auto* answer = new Answer;
    if (const auto path = resolve(requested, directory_)) {
      answer->name = path->string();
      try {
        answer->content = core::read_text(*path);
      } catch (const core::Error& error) {
        answer->name.clear();
        answer->content = error.what();
      }
    } else {
      answer->content = "not found in " + (directory_ / "include").string();
    }
    answer->result = {answer->name.data(), answer->name.size(), answer->content.data(), answer->content.size(), answer};
    return &answer->result;
  }
  void ReleaseInclude(shaderc_include_result* result) override { delete static_cast<Answer*>(result->user_data); }

 private:
  struct Answer {
    std::string name, content;
    shaderc_include_result result{};
  };
  fs::path directory_;
};

std::span<const std::uint8_t> bytes_of(const std::vector<std::uint32_t>& words) {
  return {reinterpret_cast<const std::uint8_t*>(words.data()), words.size() * sizeof(std::uint32_t)};
}

/// Head of a cache file; the words follow.
struct CacheHead {
  char magic[8] = {'f', 'i', 'g', 's', 'p', 'v', '0', '1'};
  std::uint64_t key = 0;
  std::uint64_t word_count = 0;
  std::uint64_t check = 0;
};
static_assert(sizeof(CacheHead) == 32);

}  // namespace

std::vector<fs::path> includes_of(const std::string& source, const fs::path& directory) {
  std::vector<fs::path> found;
  std::vector<std::string> pending = include_names(source);
  while (!pending.empty()) {
    const auto path = resolve(pending.back(), directory);
    pending.pop_back();
    if (!path || std::ranges::find(found, *path) != found.end()) continue;
    found.push_back(*path);
    for (auto& name : include_names(core::read_text(*path))) pending.push_back(std::move(name));
  }
  return found;
}

std::uint64_t hash_with_includes(const std::string& source, const std::string& name, const fs::path& directory) {
  std::uint64_t hash = core::hash_text(source);
  for (const fs::path& path : includes_of(source, directory)) {
    hash = core::hash_text(path.filename().string(), hash);
    hash = core::hash_text(core::read_text(path), hash);
  }
  return core::hash_text(fmt::format("stage {} version {}", static_cast<int>(kind_of(name)), cache_version), hash);
}

std::vector<std::uint32_t> compile(const std::string& source, const std::string& name, const fs::path& directory) {
  shaderc::CompileOptions options;
  options.SetSourceLanguage(shaderc_source_language_glsl);
  options.SetTargetEnvironment(shaderc_target_env_vulkan, shaderc_env_version_vulkan_1_3);
  options.SetTargetSpirv(shaderc_spirv_version_1_6);
  options.SetOptimizationLevel(shaderc_optimization_level_performance);
  options.SetIncluder(std::make_unique<Includer>(directory));
  const shaderc::Compiler compiler;
  const auto result = compiler.CompileGlslToSpv(source, kind_of(name), name.c_str(), options);
  if (result.GetCompilationStatus() != shaderc_compilation_status_success) {
    core::fail("The shader {} does not compile: {}", name, result.GetErrorMessage());
  }
  return {result.cbegin(), result.cend()};
}

std::optional<std::vector<std::uint32_t>> read_cached(const fs::path& file, std::uint64_t key) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return std::nullopt;
  std::vector<std::uint8_t> bytes;
  try {
    bytes = core::read_bytes(file);
  } catch (const core::Error&) {
    return std::nullopt;  // a cache that cannot be read is as good as none
  }
  CacheHead head;
  const CacheHead expected;
  if (bytes.size() < sizeof(head)) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof(head));
  const std::size_t size = bytes.size() - sizeof(head);
  if (std::memcmp(head.magic, expected.magic, sizeof(head.magic)) != 0 || head.key != key || size % 4 != 0 ||
      head.word_count != size / 4 || size < 20) {
    return std::nullopt;
  }
  std::vector<std::uint32_t> words(size / 4);
  std::memcpy(words.data(), bytes.data() + sizeof(head), size);
  if (words[0] != spirv_magic || core::hash_bytes(bytes_of(words)) != head.check) return std::nullopt;
  return words;
}

void write_cached(const fs::path& file, std::uint64_t key, const std::vector<std::uint32_t>& words) {
  CacheHead head;
  head.key = key;
  head.word_count = words.size();
  head.check = core::hash_bytes(bytes_of(words));
  std::vector<std::uint8_t> bytes(sizeof(head) + words.size() * sizeof(std::uint32_t));
  std::memcpy(bytes.data(), &head, sizeof(head));
  std::memcpy(bytes.data() + sizeof(head), words.data(), words.size() * sizeof(std::uint32_t));
  core::write_atomically(file, std::span<const std::uint8_t>(bytes));
}

}  // namespace figment::gpu::glsl
