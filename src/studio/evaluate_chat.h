#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/conversations.h"
#include "models/gpt/gpt.h"
#include "runtime/context.h"

namespace figment::studio {

/// How many questions were answered right, word for word, taking the likeliest word each time.
struct AnswerCount {
  std::int64_t asked = 0;
  std::int64_t right = 0;
  double share() const { return asked > 0 ? static_cast<double>(right) / static_cast<double>(asked) : 0; }
};

struct ChatScore {
  std::int64_t stories = 0;
  std::array<AnswerCount, data::question_kind_names.size()> kinds;
  AnswerCount all;    ///< of who, where, what and why: what the story does say
  AnswerCount first;  ///< those of them that were the first of their conversation
  /// Some that went wrong.
  struct Mistake {
    std::string question, right, given;
  };
  std::vector<Mistake> mistakes;
};

/// Asks about `count` stories that training never sees, several questions each, one after the other.
ChatScore score_chat(runtime::Context& context, const models::Gpt& network, std::int64_t count, std::uint64_t seed,
                     const std::function<void(double)>& progress = {});

/// How often the word of the story that the network looks at hardest, over a whole answer, lies in the words that say
/// so: one question each about `count` stories that training never sees.
AnswerCount score_looks(runtime::Context& context, std::shared_ptr<models::Gpt> network, std::int64_t count,
                        std::uint64_t seed);

/// The network with the weights of a file (default: the shipped ones).
std::shared_ptr<models::Gpt> load_chat_network(const std::filesystem::path& weights = {});

}  // namespace figment::studio
