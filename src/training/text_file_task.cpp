#include "training/text_file_task.h"

#include "core/error.h"
#include "training/weights.h"

namespace figment::training {
namespace {

constexpr const char* vocabulary_key = "tokenizer";

}  // namespace

TextFileTask::TextFileTask(const std::string& preset, data::TextWindows windows)
    : GptTask(data::TokenStream(windows.tokenizer()), preset), windows_(std::move(windows)) {}

std::string TextFileTask::data_version() const {
  return fmt::format("{} ({} bytes)", windows_.path().filename().string(), windows_.bytes());
}

TrainSettings TextFileTask::defaults() const {
  TrainSettings settings = GptTask::defaults();
  settings.minutes = 10;
  return settings;
}

void TextFileTask::write_batch(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch * length);
  std::vector<std::int32_t> tokens(count);
  std::vector<std::int32_t> targets(count);
  windows_.sample_batch(random, static_cast<int>(batch), length, tokens, targets);
  program.write_ints("tokens", tokens);
  program.write_ints("targets", targets);
}

void TextFileTask::write_held_out(runtime::Program& program, std::int64_t batch, core::Random& random) {
  const auto count = static_cast<std::size_t>(batch * length);
  std::vector<std::int32_t> tokens(count);
  std::vector<std::int32_t> targets(count);
  windows_.sample_held_out(random, static_cast<int>(batch), length, tokens, targets);
  program.write_ints("tokens", tokens);
  program.write_ints("targets", targets);
}

Preview TextFileTask::preview(nn::Graph& graph) {
  constexpr int rows = 4;
  constexpr int read = 24;  // tokens of each text
  core::Random random(1, 9);
  std::vector<std::int32_t> tokens(rows * read);
  std::vector<std::int32_t> targets(tokens.size());
  windows_.sample_held_out(random, rows, read, tokens, targets);
  return guess_next(graph, tokens, {read, read, read, read});
}

Writing TextFileTask::writing(nn::Graph& graph) {
  constexpr int read = 8;  // tokens that it goes on from
  core::Random random(1, 10);
  std::vector<std::int32_t> tokens(read);
  std::vector<std::int32_t> targets(read);
  windows_.sample_held_out(random, 1, read, tokens, targets);
  Writing writing = write_on(graph, tokens);
  writing.given = tokenizer().decode(tokens);
  writing.is_about_given = false;
  return writing;
}

std::map<std::string, std::string> TextFileTask::metadata() const {
  return {{vocabulary_key, tokenizer().to_json()}, {"text", std::filesystem::absolute(windows_.path()).string()}};
}

bool takes_text_file(const std::string& model) { return model == "gpt"; }

std::unique_ptr<Task> make_text_file_task(const std::string& model, const std::string& preset, const TextFile& file) {
  core::require(takes_text_file(model), "{} learns no text files; choose gpt", model);
  if (file.checkpoint.empty()) {
    return std::make_unique<TextFileTask>(preset, data::TextWindows(file.path, file.vocabulary));
  }
  core::require(is_of_text_file(file.checkpoint), "{} was not trained on a text file; start from nothing",
                file.checkpoint.string());
  return std::make_unique<TextFileTask>(preset, data::TextWindows(file.path, tokenizer_of(file.checkpoint)));
}

data::Tokenizer tokenizer_of(const std::filesystem::path& weights) {
  const auto metadata = weight_metadata(weights);
  const auto found = metadata.find(vocabulary_key);
  return found == metadata.end() ? data::Tokenizer::for_stories()
                                 : data::Tokenizer::from_json(found->second, weights.string());
}

bool is_of_text_file(const std::filesystem::path& weights) { return weight_metadata(weights).contains(vocabulary_key); }

}  // namespace figment::training
