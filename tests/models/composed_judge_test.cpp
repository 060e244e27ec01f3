#include "models/composed_judge/composed_judge.h"

#include <array>

#include "models/one_batch.h"

namespace figment::models {
namespace {

using ComposedJudgeOverfit = training::OverfitTest;

TEST_F(ComposedJudgeOverfit, LearnsABatchByHeart) {
  const std::vector<std::int64_t> classes = {5, 3};
  auto task = std::make_unique<training::OneBatchTask<ComposedJudge>>(
      std::make_unique<ComposedJudge>(classes, 1), std::make_unique<ComposedJudge>(classes, 1),
      [](nn::Graph& graph, const ComposedJudge& net) {
        const Tensor pictures = graph.input("pictures", {{4, 64, 64, 3}, tensor::DType::f32});
        const ComposedJudge::Verdict verdict = net(pictures);
        const Tensor first = graph.constant({4}, {0, 4, 2, 4}, tensor::DType::i32);
        const Tensor second = graph.constant({4}, {0, 1, 2, 0}, tensor::DType::i32);
        return ops::mean(ops::cross_entropy(verdict.logits[0], first), {}) +
               ops::mean(ops::cross_entropy(verdict.logits[1], second), {});
      },
      [](runtime::Program& program) {
        core::Random random(5);
        std::vector<float> pictures(4 * 64 * 64 * 3);
        for (float& value : pictures) value = random.normal();
        program.write("pictures", pictures);
      });
  EXPECT_LT(remaining_loss(std::move(task), 60), 0.05F);
}

}  // namespace
}  // namespace figment::models
