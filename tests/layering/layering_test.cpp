// The map of the house, enforced: which folder of src/ may include which.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

/// What each folder may include directly; what lies beneath comes along.
const std::map<std::string, Folders> allowed = {
    {"core", {}},
    {"gpu", {"core"}},
    {"tensor", {"core"}},
    {"formats", {"core"}},
    {"ops", {"tensor"}},
    {"nn", {"ops"}},
    {"data", {"formats", "tensor"}},
    {"models", {"nn"}},
    {"sampling", {"nn"}},
    {"runtime", {"gpu", "ops"}},
    {"training", {"models", "sampling", "data", "runtime"}},
    {"studio", {"training"}},
    {"embed", {"studio", "gpu"}},
    {"app", {"studio", "gpu"}},
};

/// Headers of the system that only some folders may see.
struct Restriction {
  std::regex header;
  Folders folders;
};
const std::vector<Restriction> restrictions = {
    {std::regex(R"((vulkan/.*|volk\.h|vk_mem_alloc\.h|.*shaderc.*))"), {"gpu", "runtime", "embed", "app"}},
    {std::regex(R"((.*/)?(imgui|ImGui|imstb).*)"), {"app"}},
    {std::regex(R"((.*/)?glfw3\.h)"), {"app"}},
};

/// All that `folder` may include: itself and every folder beneath it.
Folders reachable(const std::string& folder) {
  Folders result = {folder};
  for (const std::string& below : allowed.at(folder)) result.merge(reachable(below));
  return result;
}

struct Include {
  std::string file;  // from src/
  int line = 0;
  std::string path;
  bool is_quoted = false;
};

std::vector<Include> includes_of(const fs::path& source, const std::string& shown) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">].*)re");
  std::vector<Include> result;
  std::ifstream stream(source);
  std::string text;
  for (int line = 1; std::getline(stream, text); ++line) {
    std::smatch match;
    if (std::regex_match(text, match, pattern)) result.push_back({shown, line, match[2], match[1] == "\""});
  }
  return result;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::vector<Include> all_includes() {
  const fs::path root = fs::path(FIGMENT_SOURCE_DIR) / "src";
  std::vector<Include> result;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".h" && extension != ".cpp" && extension != ".hpp" && extension != ".inc") continue;
    for (Include& include : includes_of(entry.path(), fs::relative(entry.path(), root).generic_string())) {
      result.push_back(std::move(include));
    }
  }
  return result;
}

std::string place(const Include& include) { return "src/" + include.file + ":" + std::to_string(include.line) + ": "; }

}  // namespace

TEST(Layering, EveryFolderIsOnTheMap) {
  for (const auto& entry : fs::directory_iterator(fs::path(FIGMENT_SOURCE_DIR) / "src")) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(allowed.contains(name)) << "src/" << name << " is not in the layering table";
  }
}

TEST(Layering, QuotedIncludesNameAFolderAndAFileThatExists) {
  const fs::path root = fs::path(FIGMENT_SOURCE_DIR) / "src";
  for (const Include& include : all_includes()) {
    if (!include.is_quoted) continue;
    EXPECT_TRUE(allowed.contains(folder_of(include.path)))
        << place(include) << "\"" << include.path << "\" must begin with a folder of src/";
    EXPECT_TRUE(fs::exists(root / include.path)) << place(include) << include.path << " does not exist";
  }
}

TEST(Layering, IncludesOnlyGoDown) {
  std::map<std::string, Folders> may_include;
  for (const auto& [folder, unused] : allowed) may_include[folder] = reachable(folder);
  int checked = 0;
  for (const Include& include : all_includes()) {
    const std::string from = folder_of(include.file);
    const std::string to = folder_of(include.path);
    if (!allowed.contains(from) || !allowed.contains(to)) continue;  // other tests say so
    if (!include.is_quoted && !fs::exists(fs::path(FIGMENT_SOURCE_DIR) / "src" / include.path)) continue;
    EXPECT_TRUE(include.is_quoted) << place(include) << "write \"" << include.path << "\", in quotes";
    EXPECT_TRUE(may_include[from].contains(to)) << place(include) << from << " must not include from " << to;
    ++checked;
  }
  EXPECT_GT(checked, 10);
}

TEST(Layering, VulkanAndImguiStayInTheirFolders) {
  for (const Include& include : all_includes()) {
    for (const Restriction& restriction : restrictions) {
      if (!std::regex_match(include.path, restriction.header)) continue;
      EXPECT_TRUE(restriction.folders.contains(folder_of(include.file)))
          << place(include) << include.path << " does not belong in " << folder_of(include.file);
    }
  }
}

TEST(Layering, GpuAndTensorMeetOnlyAboveBoth) {
  EXPECT_FALSE(reachable("gpu").contains("tensor"));
  EXPECT_FALSE(reachable("tensor").contains("gpu"));
  EXPECT_FALSE(reachable("models").contains("gpu"));
  EXPECT_TRUE(reachable("app").contains("formats"));
}
