#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/encoder_decoder/encoder_decoder.h"
#include "runtime/context.h"

namespace figment::studio {

/// ROUGE-L of two texts (Lin, 2004): the harmonic mean of precision and recall of their longest common subsequence of
/// words. Words are what lies between blanks, without the marks at their ends. 1 for two empty texts.
double rouge_l(const std::string& written, const std::string& wanted);

struct SummaryScore {
  std::int64_t stories = 0;
  std::int64_t exact = 0;
  double rouge_sum = 0;
  /// Some that are not as wanted.
  struct Mistake {
    std::string wanted, written;
  };
  std::vector<Mistake> mistakes;

  double exact_share() const { return stories > 0 ? static_cast<double>(exact) / static_cast<double>(stories) : 0; }
  double rouge() const { return stories > 0 ? rouge_sum / static_cast<double>(stories) : 0; }
};

/// Summarises `count` stories that training never sees, the likeliest word each time.
SummaryScore score_summaries(runtime::Context& context, std::shared_ptr<const models::EncoderDecoder> network,
                             std::int64_t count, std::uint64_t seed, const std::function<void(double)>& progress = {});

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::EncoderDecoder> load_summarizer(const std::filesystem::path& weights = {});

}  // namespace figment::studio
