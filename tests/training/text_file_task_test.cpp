#include "training/text_file_task.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "training/trainer.h"
#include "training/weights.h"

namespace figment::training {
namespace {

/// A text of one's own is learned, and its vocabulary travels with the weights and the checkpoint.
TEST(TextFileTask, LearnsSavesAndLoads) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "figment_text_file_task_test";
  std::filesystem::create_directories(folder);
  std::string text;
  for (int i = 0; i < 300; ++i) text += "The quick brown fox jumps over the lazy dog. \xF0\x9F\xA6\x8A\n";
  core::write_atomically(folder / "text.txt", text);
  runtime::ContextOptions options;
  options.device.validation = true;
  runtime::Context context(options);
  const TextFile file{folder / "text.txt", data::TextWindows::Vocabulary::byte_pairs, {}};
  auto task = make_text_file_task("gpt", "small", file);
  TrainSettings settings = task->defaults();
  settings.batch = 1;
  settings.warmup_steps = 2;
  settings.minutes = 0;
  settings.steps = 100;
  Trainer trainer(context, std::move(task), settings);
  trainer.step();
  const float first = trainer.loss();
  for (int i = 0; i < 12; ++i) trainer.step();
  EXPECT_LT(trainer.loss(), 0.8F * first);
  trainer.export_weights(folder / "weights.safetensors");
  trainer.save_checkpoint(folder / "checkpoint.safetensors");

  const data::Tokenizer tokenizer = tokenizer_of(folder / "weights.safetensors");
  EXPECT_EQ(tokenizer.cut(), data::Tokenizer::Cut::byte_pairs);
  EXPECT_EQ(tokenizer.decode(tokenizer.encode(text)), text);
  models::Gpt network(models::GptConfig{.vocabulary = tokenizer.vocabulary_size()}, 1);
  EXPECT_NO_THROW(load_weights(folder / "weights.safetensors", network.parameters()));

  TextFile resumed = file;
  resumed.checkpoint = folder / "checkpoint.safetensors";
  Trainer again(context, make_text_file_task("gpt", "small", resumed), settings);
  again.load_checkpoint(resumed.checkpoint);
  EXPECT_EQ(again.steps_done(), 13);
  EXPECT_EQ(context.device().validation_count(), 0U);
  std::filesystem::remove_all(folder);
}

TEST(TextFileTask, RefusesWithOneSentence) {
  EXPECT_THROW(make_text_file_task("vae", "small", {"nowhere.txt", {}, {}}), core::Error);
  EXPECT_THROW(make_text_file_task("gpt", "small", {"nowhere.txt", {}, {}}), core::Error);
}

}  // namespace
}  // namespace figment::training
