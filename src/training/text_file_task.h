#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "data/text_file.h"
#include "training/carries_metadata.h"
#include "training/gpt_task.h"
#include "training/held_out.h"

namespace figment::training {

/// A text file of the user's own to learn from.
struct TextFile {
  std::filesystem::path path;
  data::TextWindows::Vocabulary vocabulary = data::TextWindows::Vocabulary::byte_pairs;
  /// A checkpoint that is gone on with, whose vocabulary is taken; empty: another is learned.
  std::filesystem::path checkpoint;
};

/// The GPT learns the next token of a text file.
class TextFileTask : public GptTask, public CarriesMetadata, public HoldsOut {
 public:
  TextFileTask(const std::string& preset, data::TextWindows windows);
  std::string data_version() const override;
  TrainSettings defaults() const override;
  Preview preview(nn::Graph& graph) override;
  Writing writing(nn::Graph& graph) override;
  void write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  void write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) override;
  std::map<std::string, std::string> metadata() const override;

 private:
  data::TextWindows windows_;
};

/// Whether a model can learn a text file: the GPT.
bool takes_text_file(const std::string& model);
/// Its task. Throws core::Error with one sentence if the model takes none or the file cannot be learned from.
std::unique_ptr<Task> make_text_file_task(const std::string& model, const std::string& preset, const TextFile& file);

/// The vocabulary that came with a weight file, or that of the stories.
data::Tokenizer tokenizer_of(const std::filesystem::path& weights);
/// Whether a weight file was trained on a text file of the user's own.
bool is_of_text_file(const std::filesystem::path& weights);

}  // namespace figment::training
