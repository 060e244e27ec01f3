#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "data/picture_source.h"
#include "data/stories.h"
#include "data/token_stream.h"
#include "formats/png.h"

namespace figment::data {
namespace {

using Progress = std::function<void(int)>;

void write_pictures(const PictureSet& set, int count, std::uint64_t seed, const std::filesystem::path& folder,
                    const Progress& advanced) {
  const PictureSource source(set.name);  // says what is missing, if anything is
  std::vector<std::uint8_t> drawn(set.drawn_bytes());
  std::vector<std::int32_t> classes(set.class_axes.size());
  std::string captions;
  for (int i = 0; i < count; ++i) {
    core::Random random(seed, static_cast<std::uint64_t>(i));
    std::fill(classes.begin(), classes.end(), -1);
    set.draw(random, drawn, classes);
    formats::Picture picture{set.width, set.height, set.channels, drawn};
    if (!set.palette.empty()) {
      picture.pixels.clear();
      for (const std::uint8_t index : drawn)
        picture.pixels.insert(picture.pixels.end(), set.palette[index].begin(), set.palette[index].end());
    }
    const std::string file = fmt::format("{:05}.png", i), caption = set.caption(classes);
    const formats::PngText text = {{"Description", caption},
                                   {"Software", "figment"},
                                   {"Source", fmt::format("{} seed {} picture {}", set.version, seed, i)}};
    formats::write_png(folder / file, picture, text);
    nlohmann::ordered_json line{{"file", file}, {"caption", caption}};
    for (std::size_t axis = 0; axis < classes.size(); ++axis)
      line[std::string(set.class_axes[axis].name)] =
          set.class_axes[axis].values[static_cast<std::size_t>(classes[axis])];
    captions += line.dump() + '\n';
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

/// All picture sets, then the texts.
std::vector<Dataset> list_datasets() {
  std::vector<Dataset> all;
  for (const PictureSet& set : picture_sets())
    all.push_back({set.name, set.description, set.version, DatasetKind::pictures,
                   [&set](auto&&... arguments) { write_pictures(set, arguments...); }});
  all.push_back({"stories", "Short stories for children with a one-line summary each, from a grammar of known entropy.",
                 stories_version, DatasetKind::text, write_stories});
  return all;
}

}  // namespace

std::span<const Dataset> datasets() {
  static const std::vector<Dataset> all = list_datasets();
  return all;
}

const Dataset& find_dataset(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Dataset& dataset : datasets()) {
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
