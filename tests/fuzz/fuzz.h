#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

/// Tests with bad input: each case mutates something that is good, and must end by success or by core::Error with one
/// sentence. The same seed gives the same cases.
///
/// FIGMENT_FUZZ_CASES: how many in all (4000). FIGMENT_FUZZ_SEED: another seed (1). FIGMENT_FUZZ_CASE: this one only.
namespace figment::fuzz {

using core::Random;
using Bytes = std::vector<std::uint8_t>;

/// What became of the cases of one kind.
struct Outcome {
  std::int64_t cases = 0;
  std::int64_t refused = 0;  ///< with a sentence
  double slowest_s = 0;
};

/// Runs `share` (0..1) of all cases. Fails for another exception than core::Error, for a message that is not one
/// sentence, for a case over 10 s of processor time, for one allocation over 1 GB or memory that grows by as much. A
/// crash says which case it was.
Outcome run_cases(const std::string& kind, double share, const std::function<void(Random&)>& one_case);

/// Fails unless it is one line of valid UTF-8 that is not empty and can be read at a glance.
void expect_sentence(const std::string& message);

/// A folder for the files of a test, removed after it.
class InFolder : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  std::filesystem::path folder_;
  std::filesystem::path write(const std::string& name, const Bytes& bytes) const;
};

/// Flips bits, changes, removes, doubles and inserts stretches, cuts short: a few of them.
void mutate_bytes(Bytes& bytes, Random& random);
std::string mutated(std::string_view text, Random& random);
/// Puts something else at one to four places: another type, a huge number, a long text, deep nesting.
void mutate_json(nlohmann::json& value, Random& random);
/// As text, once in a while damaged again as such: doubled keys, NaN, numbers of a thousand digits, deep brackets.
std::string mutated_json_text(const nlohmann::json& value, Random& random);

/// Words, random bytes, broken UTF-8, control characters, emoji, right-to-left marks, very long ones: anything typed.
std::string any_text(Random& random);
/// A number as a person or a file may give it: small, huge, not a number.
std::string any_number(Random& random);
/// One of several.
template <typename Value>
const Value& pick(const std::vector<Value>& values, Random& random) {
  return values[random.below(static_cast<std::uint32_t>(values.size()))];
}

}  // namespace figment::fuzz
