#include "data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/composed.h"
#include "data/digits.h"
#include "formats/png.h"

namespace figment::data {
namespace {

namespace fs = std::filesystem;

class DatasetTest : public testing::Test {
 protected:
  DatasetTest() { fs::remove_all(folder_); }
  ~DatasetTest() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / "figment_dataset_test";
};

TEST_F(DatasetTest, NamesAreUniqueAndDescribed) {
  std::set<std::string_view> names;
  for (const Dataset& dataset : datasets()) {
    EXPECT_TRUE(names.insert(dataset.name).second);
    EXPECT_TRUE(dataset.description.ends_with('.'));
    EXPECT_TRUE(dataset.version.find_first_of("123456789") != std::string_view::npos) << dataset.name;
    EXPECT_EQ(&find_dataset(dataset.name), &dataset);
  }
}

TEST_F(DatasetTest, EveryDatasetWritesTheSameFilesForASeed) {
  for (const Dataset& dataset : datasets()) {
    if (dataset.name == "digits_fonts" && !has_digit_fonts()) continue;
    if (dataset.name == "composed" && !has_emoji_font()) continue;
    int last = 0;
    write_dataset(dataset.name, 3, 9, folder_ / "a", [&](int done) { last = done; });
    write_dataset(dataset.name, 3, 9, folder_ / "b");
    EXPECT_EQ(last, 3);
    int files = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "a")) {
      EXPECT_EQ(core::read_text(entry.path()), core::read_text(folder_ / "b" / entry.path().filename()));
      ++files;
    }
    EXPECT_GE(files, 1) << dataset.name;
    fs::remove_all(folder_);
  }
}

TEST_F(DatasetTest, PicturesHaveCaptions) {
  write_dataset("landscapes", 3, 1, folder_);
  const formats::Picture picture = formats::read_png(folder_ / "00002.png");
  EXPECT_EQ(picture.width, 64);
  EXPECT_EQ(picture.channels, 3);
  const std::string captions = core::read_text(folder_ / "captions.jsonl");
  EXPECT_EQ(std::count(captions.begin(), captions.end(), '\n'), 3);
  EXPECT_NE(captions.find("\"file\":\"00002.png\""), std::string::npos);
}

TEST_F(DatasetTest, RefusesWhatItCannotWrite) {
  EXPECT_THROW(write_dataset("whales", 3, 1, folder_), core::Error);
  EXPECT_THROW(write_dataset("stories", 0, 1, folder_), core::Error);
  core::write_atomically(folder_, "a file, not a folder");
  EXPECT_THROW(write_dataset("stories", 1, 1, folder_), core::Error);
}

}  // namespace
}  // namespace figment::data
