#include "studio/request.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/error.h"

namespace figment::studio {
namespace {

std::string message_of(const std::string& text) {
  try {
    request_from_json(text);
  } catch (const core::Error& error) {
    return error.what();
  }
  return {};
}

Request unusual_request() {
  Request request;
  request.picture.sampler = "heun";
  request.picture.schedule = "cosine";
  request.picture.steps = 7;
  request.picture.guidance = 2.25F;
  request.picture.seed = std::numeric_limits<std::uint64_t>::max();
  request.picture.time_of_day = 2;
  request.picture.terrain = 5;
  request.picture.count = 3;
  request.picture.eta = 0.5F;
  request.text.prompt = "Über \"Berg\" und Tal\n\t漢字 🙂";
  request.text.options.temperature = 1.25F;
  request.text.options.top_k = 40;
  request.text.options.top_p = 0.75F;
  request.text.options.min_p = 0.125F;
  request.text.options.repetition_penalty = 1.5F;
  request.text.options.penalty_window = 64;
  request.text.options.seed = 1ULL << 60;
  request.text.options.greedy = true;
  request.text.options.dry_multiplier = 0.75F;
  request.text.options.dynamic_range = 0.5F;
  request.text.options.order = sampling::parse_text_order("xtc,min_p,temperature");
  request.text.bias = "frog=5, sun=-100";
  request.text.stop = "The end|漢";
  request.text.tokens_per_second = 0;
  request.text.tokens_max = 12;
  return request;
}

TEST(Request, JsonRoundTrip) {
  EXPECT_EQ(request_from_json(to_json(Request{})), Request{});
  const Request request = unusual_request();
  EXPECT_EQ(request_from_json(to_json(request)), request);
}

TEST(Request, BiasesAndStopsAreTakenApart) {
  const auto biases = parse_biases(" frog = 5,sun=-100 , a=b=1.5,");
  ASSERT_EQ(biases.size(), 3U);
  EXPECT_EQ(biases[0].word, "frog");
  EXPECT_EQ(biases[1].value, -100);
  EXPECT_EQ(biases[2].word, "a=b");
  EXPECT_EQ(parse_stops("The end||bye"), (std::vector<std::string>{"The end", "bye"}));
  EXPECT_TRUE(parse_stops("").empty());
  EXPECT_THROW(request_from_json(R"({"figment": 1, "text": {"bias": "frog"}})"), core::Error);
  EXPECT_THROW(request_from_json(R"({"figment": 1, "text": {"options": {"order": "min_q"}}})"), core::Error);
}

TEST(Request, MissingFieldsKeepTheirDefaults) {
  const Request request = request_from_json(R"({"figment": 1, "picture": {"steps": 9}})");
  EXPECT_EQ(request.picture.steps, 9);
  EXPECT_EQ(request.picture.sampler, Request{}.picture.sampler);
  EXPECT_EQ(request.text, Request{}.text);
}

TEST(Request, DamagedJsonGivesOneSentence) {
  const std::string whole = to_json(unusual_request());
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    EXPECT_FALSE(message_of(whole.substr(0, length)).empty()) << length;
  }
  for (const char* text :
       {"", "[]", "3", "null", "{}", "\"figment\"", R"({"figment": 1, "picture": {"steps": "many"}})",
        R"({"figment": 1, "text": {"options": {"temperature": "hot"}}})", "\xFF\xFE"}) {
    const std::string message = message_of(text);
    EXPECT_FALSE(message.empty()) << text;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(Request, ValuesOutOfRangeAreNamed) {
  const auto expect = [](const std::string& json, const std::string& part) {
    const std::string message = message_of(json);
    EXPECT_NE(message.find(part), std::string::npos) << json << " gives: " << message;
  };
  expect(R"({"figment": 1, "picture": {"steps": 0}})", "steps");
  expect(R"({"figment": 1, "picture": {"steps": 201}})", "steps");
  expect(R"({"figment": 1, "picture": {"guidance": -1}})", "guidance");
  expect(R"({"figment": 1, "picture": {"count": 65}})", "65");
  expect(R"({"figment": 1, "picture": {"time_of_day": 4}})", "time of day");
  expect(R"({"figment": 1, "picture": {"terrain": -2}})", "terrain");
  expect(R"({"figment": 1, "picture": {"sampler": "magic"}})", "magic");
  expect(R"({"figment": 1, "picture": {"schedule": "magic"}})", "magic");
  expect(R"({"figment": 1, "picture": {"eta": 2}})", "eta");
  expect(R"({"figment": 1, "text": {"tokens_max": 0}})", "tokens");
  expect(R"({"figment": 1, "text": {"tokens_per_second": -1}})", "per second");
}

// Found by tests/fuzz.
TEST(Request, NumbersThatNoFieldHoldsAreRefused) {
  EXPECT_NE(message_of(R"({"figment": 1, "picture": {"steps": 4294967297}})"), "");
  EXPECT_NE(message_of(R"({"figment": 1, "picture": {"count": 1e300}})"), "");
  EXPECT_NE(message_of(R"({"figment": 1, "picture": {"guidance": 1e300}})"), "");
  EXPECT_NE(message_of(R"({"figment": 1, "picture": {"seed": -1}})"), "");
  EXPECT_NE(message_of(R"({"figment": 1, "picture": {"seed": 1e19}})"), "");
  EXPECT_NE(message_of(R"({"figment": 1, "text": {"options": {"top_k": 1e300}}})"), "");
}

TEST(Request, MessagesStayOneLine) {
  for (const char* text :
       {R"({"figment": 1, "picture": {"sampler": "a\nb"}})", R"({"figment": 1, "text": {"bias": "a\nb"}})",
        R"({"figment": 1, "picture": {"schedule": "a\nb"}})",
        R"({"figment": 1, "text": {"options": {"order": "a\nb"}}})"}) {
    const std::string message = message_of(text);
    EXPECT_NE(message, "");
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  const std::string message =
      message_of(R"({"figment": 1, "picture": {"sampler": ")" + std::string(100000, 'x') + "\"}}");
  EXPECT_LT(message.size(), 500U);
}

}  // namespace
}  // namespace figment::studio
