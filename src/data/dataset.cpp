#include "data/dataset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "data/bilingual_words.h"
#include "data/names.h"
#include "data/picture_source.h"
#include "data/stories.h"
#include "data/stories2.h"
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

void write_second_stories(int count, std::uint64_t seed, const std::filesystem::path& folder,
                          const Progress& advanced) {
  core::Random random = training_random(seed);
  std::string text, summaries;
  for (int i = 0; i < count; ++i) {
    const Story story = make_questioned_story(random).story;
    text += story.text + '\n';
    summaries += nlohmann::ordered_json{{"text", story.text}, {"summary", story.summary}}.dump() + '\n';
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "stories.txt", text);
  core::write_atomically(folder / "summaries.jsonl", summaries);
}

void write_questions(int count, std::uint64_t seed, const std::filesystem::path& folder, const Progress& advanced) {
  core::Random random = training_random(seed);
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const QuestionedStory story = make_questioned_story(random);
    nlohmann::ordered_json questions = nlohmann::ordered_json::array();
    for (const StoryFact& fact : story.facts)
      questions.push_back({{"kind", question_kind_names[static_cast<std::size_t>(fact.kind)]},
                           {"questions", fact.questions},
                           {"answer", fact.answer},
                           {"said", story.story.text.substr(fact.begin, fact.length)},
                           {"begin", fact.begin},
                           {"end", fact.begin + fact.length}});
    lines += nlohmann::ordered_json{{"text", story.story.text}, {"facts", questions}}.dump() + '\n';
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "questions.jsonl", lines);
}

void write_names(int count, std::uint64_t seed, const std::filesystem::path& folder, const Progress& advanced) {
  core::Random random(seed);
  std::string text;
  for (int i = 0; i < count; ++i) {
    const Name name = make_name(random);
    text += fmt::format("{}\t{}\n", name_of(name.kind), name.text);
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "names.txt", text);
}

void write_sentences(int count, std::uint64_t seed, const std::filesystem::path& folder, const Progress& advanced) {
  core::Random random(seed);
  std::string lines;
  for (int i = 0; i < count; ++i) {
    const Sentence sentence = make_sentence(random, Pairs::any);
    lines += nlohmann::ordered_json{{"english", written(sentence.english, true)},
                                    {"french", written(sentence.french, false)},
                                    {"spanish", written(sentence.spanish, false)}}
                 .dump() +
             '\n';
    if (advanced) advanced(i + 1);
  }
  core::write_atomically(folder / "sentences.jsonl", lines);
}

/// All picture sets, then the texts.
std::vector<Dataset> list_datasets() {
  std::vector<Dataset> all;
  for (const PictureSet& set : picture_sets())
    all.push_back({set.name, set.description, set.version, DatasetKind::pictures,
                   [&set](auto&&... arguments) { write_pictures(set, arguments...); }});
  all.push_back({"stories", "Short stories for children with a one-line summary each, from a grammar of known entropy.",
                 stories_version, DatasetKind::text, write_stories});
  all.push_back({"stories2", "Short stories with more plots, talk at their ends and a one-line summary each.",
                 stories2_version, DatasetKind::text, write_second_stories});
  all.push_back({"questions",
                 "Such stories with questions (who, where, what, why), short answers and where they stand.",
                 stories2_version, DatasetKind::text, write_questions});
  all.push_back({"names", "Names of girls, boys, places and dragons, from a grammar of syllables.", names_version,
                 DatasetKind::text, write_names});
  all.push_back({"bilingual",
                 "English sentences with their French and Spanish translations, from one grammar of all three.",
                 bilingual_version, DatasetKind::text, write_sentences});
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
