// Weight files: their bytes, what their headers claim, and what is read from them.
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "core/files.h"
#include "data/byte_pair.h"
#include "formats/safetensors.h"
#include "fuzz/fuzz.h"
#include "training/text_file_task.h"
#include "training/warm_start.h"
#include "training/weights.h"

namespace figment::fuzz {
namespace {

class FuzzWeights : public InFolder {
 protected:
  void SetUp() override {
    InFolder::SetUp();
    fill(network_);
    std::vector<float> flat(static_cast<std::size_t>(network_.flat()->type.shape.count()));
    Random random(1);
    for (float& value : flat) value = random.normal();
    const data::Tokenizer tokenizer = data::learn_byte_pairs("the cat sat on the mat, the cat ate the rat", 280);
    const std::map<std::string, std::string> metadata = {
        {"model", "gpt"}, {"preset", "small"}, {"tokenizer", tokenizer.to_json()}};
    for (const bool is_half : {false, true}) {
      training::write_weights(folder_ / "good.safetensors", network_, flat, metadata, is_half);
      seeds_.push_back(apart(folder_ / "good.safetensors"));
    }
  }

  static void fill(nn::ParameterList& list) {
    const nn::Scope scope(list);
    (scope / "block.0" / "self" / "query").parameter("weight", {4, 6}, nn::Initializer::normal(1));
    (scope / "block.0").parameter("bias", {6}, nn::Initializer::zeros());
    (scope / "embedding").parameter("table", {16, 4}, nn::Initializer::ones());
    list.pack();
  }

  /// Header and data apart.
  struct Seed {
    nlohmann::json header;
    Bytes data;
  };
  static Seed apart(const std::filesystem::path& path) {
    const Bytes bytes = core::read_bytes(path);
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    const auto data = bytes.begin() + 8 + static_cast<std::ptrdiff_t>(size);
    return {nlohmann::json::parse(bytes.begin() + 8, data), Bytes(data, bytes.end())};
  }

  static Bytes whole(std::string header, const Bytes& data, Random& random) {
    header.resize((header.size() + 7) / 8 * 8, ' ');
    std::uint64_t size = header.size();
    if (random.chance(0.05F)) size = std::uint64_t{random.bits()} << random.below(33);  // a lie
    Bytes bytes(sizeof size + header.size() + data.size());
    std::memcpy(bytes.data(), &size, sizeof size);
    std::copy(header.begin(), header.end(), bytes.begin() + sizeof size);
    std::copy(data.begin(), data.end(), bytes.end() - static_cast<std::ptrdiff_t>(data.size()));
    return bytes;
  }

  Bytes damaged(Random& random) const {
    const Seed& seed = pick(seeds_, random);
    switch (random.below(4)) {
      case 0: {  // any byte
        Bytes bytes = whole(seed.header.dump(), seed.data, random);
        mutate_bytes(bytes, random);
        return bytes;
      }
      case 1: {  // the vocabulary within the metadata, in a header that is whole
        nlohmann::json header = seed.header;
        const auto vocabulary = nlohmann::json::parse(header["__metadata__"]["tokenizer"].get<std::string>());
        header["__metadata__"]["tokenizer"] = whole_utf8(mutated_json_text(vocabulary, random));
        return whole(header.dump(), seed.data, random);
      }
      default:
        return whole(mutated_json_text(seed.header, random), seed.data, random);
    }
  }
  static std::string whole_utf8(const std::string& text) {  // JSON holds no broken UTF-8
    return nlohmann::json::parse(nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
  }

  static void read_all(const formats::SafetensorsFile& file, Random& random) {
    for (const formats::TensorRecord& record : file.records()) {
      EXPECT_EQ(record.count() * static_cast<std::int64_t>(formats::dtype_size(record.dtype)),
                static_cast<std::int64_t>(record.bytes.size()));
      if (random.chance(0.5F)) {
        std::ignore = file.read_floats(record.name);
      } else {
        std::ignore = file.read_ints(record.name);
      }
    }
    std::ignore = file.at(any_text(random));
  }

  nn::ParameterList network_{1};
  std::vector<Seed> seeds_;
};

TEST_F(FuzzWeights, AreReadOrRefused) {
  run_cases("weights", 0.3, [&](Random& random) {
    const Bytes bytes = damaged(random);
    switch (random.below(6)) {
      case 0: {
        nn::ParameterList list(2);
        fill(list);
        training::load_weights(write("weights.safetensors", bytes), list, random.chance(0.1F) ? any_text(random) : "");
        break;
      }
      case 1: {
        nn::ParameterList list(2);
        fill(list);
        training::warm_start(write("weights.safetensors", bytes), list);
        break;
      }
      case 2: {
        const data::Tokenizer tokenizer = training::tokenizer_of(write("weights.safetensors", bytes));
        const std::string text = any_text(random);
        EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
        training::preset_of(folder_ / "weights.safetensors");
        break;
      }
      default:
        read_all(formats::SafetensorsFile(bytes, "weights.safetensors"), random);
    }
  });
}

}  // namespace
}  // namespace figment::fuzz
