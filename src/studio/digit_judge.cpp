#include "studio/digit_judge.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "training/weights.h"

namespace figment::studio {
namespace {

constexpr std::int64_t digit_count = 10;

}  // namespace

DigitJudge::DigitJudge(runtime::Context& context, const std::filesystem::path& weights)
    : network_({digit_count}, 1, digit_side, 1) {
  training::load_weights(weights.empty() ? training::shipped_weights("digit_judge") : weights, network_.parameters());
  traced_ = network_(recorded_.graph.input("pictures", {{batch, digit_side, digit_side, 1}, tensor::DType::f32}));
  recorded_.compile(context, std::array{traced_.features, traced_.logits[0]}, "digit judge");
}

DigitJudge::Verdict DigitJudge::judge(std::span<const float> pixels) {
  const auto count = static_cast<std::int64_t>(pixels.size() / digit_pixels);
  Verdict verdict;
  verdict.features.dimensions = models::Judge::feature_count;
  std::vector<float> rows(static_cast<std::size_t>(batch) * digit_pixels, -1.0F);
  for (std::int64_t first = 0; first < count; first += batch) {
    const std::int64_t some = std::min(batch, count - first);
    std::copy_n(pixels.begin() + first * static_cast<std::int64_t>(digit_pixels),
                some * static_cast<std::int64_t>(digit_pixels), rows.begin());
    recorded_.program->write("pictures", rows);
    recorded_.program->submit();
    const std::vector<float> features = recorded_.program->read(traced_.features).floats;
    verdict.features.values.insert(verdict.features.values.end(), features.begin(),
                                   features.begin() + some * models::Judge::feature_count);
    const std::vector<float> logits = recorded_.program->read(traced_.logits[0]).floats;
    for (std::int64_t i = 0; i < some; ++i) {
      const auto begin = logits.begin() + i * digit_count;
      const auto best = std::max_element(begin, begin + digit_count);
      float sum = 0;
      for (auto logit = begin; logit != begin + digit_count; ++logit) sum += std::exp(*logit - *best);
      verdict.digits.push_back(static_cast<int>(best - begin));
      verdict.confidence.push_back(1 / sum);
    }
  }
  return verdict;
}

double agreement(const DigitJudge::Verdict& verdict, std::span<const int> labels) {
  core::require(!labels.empty() && verdict.digits.size() == labels.size(),
                "{} verdicts cannot be held against {} labels", verdict.digits.size(), labels.size());
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += verdict.digits[i] == labels[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

std::vector<double> agreement_by_digit(const DigitJudge::Verdict& verdict, std::span<const int> labels) {
  std::vector<double> right(digit_count);
  std::vector<double> all(digit_count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    all[static_cast<std::size_t>(labels[i])] += 1;
    right[static_cast<std::size_t>(labels[i])] += verdict.digits[i] == labels[i] ? 1 : 0;
  }
  for (std::size_t i = 0; i < right.size(); ++i) right[i] /= std::max(all[i], 1.0);
  return right;
}

double share_sure(const DigitJudge::Verdict& verdict, float confidence) {
  const auto sure = std::count_if(verdict.confidence.begin(), verdict.confidence.end(),
                                  [&](float value) { return value > confidence; });
  return static_cast<double>(sure) / static_cast<double>(std::max<std::size_t>(verdict.confidence.size(), 1));
}

}  // namespace figment::studio
