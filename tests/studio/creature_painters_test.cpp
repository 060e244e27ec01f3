#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "data/creatures.h"
#include "runtime/test_device.h"
#include "studio/cell_painter.h"
#include "studio/evaluate_creatures.h"
#include "studio/flow_painter.h"
#include "studio/gan_painter.h"

namespace figment::studio {
namespace {

using CreaturePaintersTest = runtime::DeviceTest;

std::shared_ptr<models::PixelCnn> small_pixelcnn() {
  models::PixelCnnConfig config;
  config.channels = 16;
  config.layers = 1;
  return std::make_shared<models::PixelCnn>(config, 4);
}

CellPainter::Wanted wanted(std::uint64_t seed) { return {seed, {1, 8}, {0, 5}, 1.0F}; }

TEST_F(CreaturePaintersTest, CellsThatAreGivenStay) {
  CellPainter painter(context(), small_pixelcnn(), 2);
  std::vector<std::int32_t> cells(512, painter.empty());
  for (std::size_t i = 0; i < 250; ++i) cells[i] = cells[256 + i] = static_cast<std::int32_t>(i % 16);
  cells[255] = 7;  // the last one of the first picture, below what is painted
  painter.begin(wanted(1), cells);
  EXPECT_EQ(painter.position(), 250);
  painter.run_all();
  EXPECT_TRUE(painter.is_finished());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] != painter.empty()) {
      EXPECT_EQ(painter.cells()[i], cells[i]) << i;
    }
    EXPECT_GE(painter.cells()[i], 0);
    EXPECT_LT(painter.cells()[i], 16);
  }
  EXPECT_EQ(painter.surprise()[3], 0.0F);
  EXPECT_GT(painter.surprise()[251], 0.0F);
  float sum = 0;
  for (int i = 0; i < 16; ++i) sum += painter.probabilities()[static_cast<std::size_t>(i)];
  EXPECT_NEAR(sum, 1.0F, 1e-4F);
}

TEST_F(CreaturePaintersTest, SeedsDecideAndErasedCellsComeAnew) {
  CellPainter painter(context(), small_pixelcnn(), 2);
  std::vector<std::int32_t> start(512, painter.empty());
  for (std::size_t i = 0; i < 512; ++i) {
    if (i % 256 < 224) start[i] = 0;
  }
  const auto paint = [&](std::uint64_t seed) {
    painter.begin(wanted(seed), start);
    painter.run_all();
    return painter.cells();
  };
  const std::vector<std::int32_t> first = paint(1);
  EXPECT_NE(paint(2), first);
  EXPECT_EQ(paint(1), first);
  std::vector<std::int32_t> erased = first;
  for (std::size_t i = 240; i < 256; ++i) erased[i] = painter.empty();
  painter.set_cells(erased);
  EXPECT_EQ(painter.position(), 240);
  painter.run_all();
  EXPECT_NE(painter.cells(), first) << "it came back as it was";
  EXPECT_TRUE(std::equal(first.begin() + 256, first.end(), painter.cells().begin() + 256)) << "the other picture stays";
}

TEST_F(CreaturePaintersTest, SmallBudgetsPaintTheSameCells) {
  CellPainter painter(context(), small_pixelcnn(), 2);
  std::vector<std::int32_t> start(512, 3);
  for (std::size_t i = 244; i < 256; ++i) start[i] = painter.empty();
  painter.begin(wanted(5), start);
  painter.run_all();
  const std::vector<std::int32_t> whole = painter.cells();
  painter.begin(wanted(5), start);
  int painted = 0;
  for (int call = 0; call < 1000000 && !painter.is_finished(); ++call) painted += painter.advance(0.01);
  EXPECT_EQ(painted, 12);
  EXPECT_EQ(painter.cells(), whole);
}

TEST_F(CreaturePaintersTest, FlowComesBackAndKeepsItsStages) {
  models::FlowConfig config;
  config.side = 8;
  config.steps = {1, 1};
  config.hidden = {16, 16};
  auto network = std::make_shared<models::Flow>(config, 2);
  FlowPainter painter(context(), network, 2);
  EXPECT_EQ(painter.stages(), 3);
  painter.make_noise(3, 0.7F);
  const std::vector<float> noise = painter.read_noise();
  double sum = 0;
  for (const float value : noise) sum += value * value;
  EXPECT_NEAR(std::sqrt(sum / static_cast<double>(noise.size())), 0.7, 0.1);
  painter.decode();
  const std::vector<float> pictures = painter.read_pictures();
  painter.encode();
  const std::vector<float> again = painter.read_noise();
  for (std::size_t i = 0; i < noise.size(); ++i) EXPECT_NEAR(again[i], noise[i], 1e-3F);
  EXPECT_LE(painter.stage_memory(2).offset + painter.stage_memory(2).bytes, painter.stage_memory(2).owner->size());
  EXPECT_EQ(pictures.size(), 2U * 8 * 8 * 3);
}

TEST_F(CreaturePaintersTest, GanMakesTheSameOfTheSameNoise) {
  models::GanConfig config;
  config.generator = config.discriminator = 16;
  GanPainter painter(context(), std::make_shared<models::Gan>(config, 2), 2);
  const std::vector<float> noise = latent_point(5, 2 * painter.latent());
  painter.set_noise(noise);
  painter.run();
  const std::vector<float> first = painter.read_pictures();
  EXPECT_EQ(painter.made_scores().size(), 2U);
  EXPECT_EQ(painter.real_scores(first), painter.made_scores());
  painter.set_noise(latent_point(6, 2 * painter.latent()));
  painter.run();
  EXPECT_NE(painter.read_pictures(), first);
  painter.set_noise(noise);
  painter.run();
  EXPECT_EQ(painter.read_pictures(), first);
}

TEST(HeldOutCreatures, ClassesTakeTurnsAndCellsAreEnlarged) {
  const CreatureSet palette = held_out_creatures("creatures_palette", 41, 2);
  EXPECT_EQ(palette.count(), 41);
  EXPECT_EQ(palette.hue[40], palette.hue[0]);
  EXPECT_EQ(palette.body[3], 3);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(palette.pixels[i], palette.pixels[33 * 3 + i]) << "a cell is 2x2 pixels";
  EXPECT_THROW(held_out_creatures("flowers", 1, 2), core::Error);
  CreatureSet set;
  EXPECT_THROW(add_enlarged(set, palette.pixels, 31), core::Error);
}

TEST(CreatureAgreement, CountsWhatIsRight) {
  CreatureSet labelled;
  labelled.hue = {1, 2, 3, 4};
  labelled.body = {0, 1, 2, 3};
  CreatureJudging::Verdict verdict;
  verdict.hue = {1, 2, 3, 0};
  verdict.body = {0, 1, 0, 3};
  const CreatureAgreement result = agreement(verdict, labelled);
  EXPECT_DOUBLE_EQ(result.hue, 0.75);
  EXPECT_DOUBLE_EQ(result.body, 0.75);
  EXPECT_DOUBLE_EQ(result.both, 0.5);
}

}  // namespace
}  // namespace figment::studio
