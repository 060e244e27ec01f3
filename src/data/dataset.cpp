#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "data/landscape.h"
#include "data/stories.h"
#include "data/token_stream.h"
#include "formats/png.h"

namespace figment::data {
namespace {

using Progress = std::function<void(int)>;

void write_landscapes(int count, std::uint64_t seed, const std::filesystem::path& folder, const Progress& advanced) {
  std::string captions;
  for (int i = 0; i < count; ++i) {
    core::Random random(seed, static_cast<std::uint64_t>(i));
    Landscape landscape = draw_landscape(random);
    const std::string file = fmt::format("{:05}.png", i), caption = landscape.caption();
    const formats::PngText text = {{"Description", caption},
                                   {"Software", "figment"},
                                   {"Source", fmt::format("{} seed {} picture {}", landscape_version, seed, i)}};
    formats::write_png(folder / file, {landscape.size, landscape.size, 3, std::move(landscape.pixels)}, text);
    captions += nlohmann::ordered_json{{"file", file},
                                       {"caption", caption},
                                       {"time", name_of(landscape.time)},
                                       {"terrain", name_of(landscape.terrain)}}
                    .dump() +
                '\n';
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "captions.jsonl", captions);
}

void write_stories(int count, std::uint64_t seed, const std::filesystem::path& folder, const Progress& advanced) {
  core::Random random = training_random(seed);
  std::string text, summaries;
  for (int i = 0; i < count; ++i) {
    const Story story = make_story(random);
    text += story.text + '\n';
    summaries += nlohmann::ordered_json{{"text", story.text}, {"summary", story.summary}}.dump() + '\n';
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "stories.txt", text);
  core::write_atomically(folder / "summaries.jsonl", summaries);
}

constexpr Dataset all[] = {
    {"landscapes", "Painted landscapes at four times of day in six terrains, 64 pixels a side.", landscape_version,
     DatasetKind::pictures, write_landscapes},
    {"stories", "Short stories for children with a one-line summary each, from a grammar of known entropy.",
     stories_version, DatasetKind::text, write_stories},
};

}  // namespace

std::span<const Dataset> datasets() { return all; }

const Dataset& find_dataset(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Dataset& dataset : all) {
    if (dataset.name == name) return dataset;
    names.push_back(dataset.name);
  }
  core::fail("There is no data set called '{}'; choose one of {}.", name, fmt::join(names, ", "));
}

void write_dataset(std::string_view name, int count, std::uint64_t seed, const std::filesystem::path& folder,
                   const Progress& advanced) {
  const Dataset& dataset = find_dataset(name);
  core::require(count > 0, "Ask for at least one sample of {}, not {}.", name, count);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  core::require(std::filesystem::is_directory(folder), "The folder {} cannot be made ({}); choose another.",
                folder.string(), error.message());
  dataset.write(count, seed, folder, advanced);
}

}  // namespace figment::data
