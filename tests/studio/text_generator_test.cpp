#include "studio/text_generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "formats/text.h"
#include "runtime/test_device.h"
#include "studio/gpt_parts.h"

namespace figment::studio {
namespace {

constexpr std::int64_t context_size = 32;

class TextGeneratorTest : public runtime::DeviceTest {
 protected:
  static std::shared_ptr<const data::Tokenizer> tokenizer() {
    static const auto shared = std::make_shared<const data::Tokenizer>(data::Tokenizer::for_stories());
    return shared;
  }

  /// Fresh, with weights large enough that its choices are far apart.
  static std::shared_ptr<models::Gpt> network() {
    models::GptConfig config;
    config.vocabulary = tokenizer()->vocabulary_size();
    config.context = context_size;
    config.channels = 32;
    config.layers = 2;
    config.heads = 2;
    auto result = std::make_shared<models::Gpt>(config, 3);
    for (float& value : result->parameters().flat()->initial) value *= 3;
    return result;
  }

  static TextRequest request(const std::string& prompt = "Once upon a time") {
    TextRequest result;
    result.prompt = prompt;
    result.tokens_max = 20;
    result.options.seed = 7;
    return result;
  }

  static std::vector<int> ids(const TextGenerator& generator) {
    std::vector<int> result;
    for (const TextGenerator::Token& token : generator.tokens()) result.push_back(token.id);
    return result;
  }

  static std::vector<int> ids_of(const TextGenerator& generator, int row) {
    std::vector<int> result;
    for (const TextGenerator::Token& token : generator.tokens(row)) result.push_back(token.id);
    return result;
  }

  std::vector<int> write(TextGenerator& generator, const TextRequest& what) {
    generator.begin(what);
    while (!generator.is_finished()) generator.run_token();
    return ids(generator);
  }

  /// Logits [places, vocabulary] of the whole text at once.
  std::vector<float> full_forward(const models::Gpt& net, const std::vector<std::int32_t>& tokens) {
    tensor::Graph graph;
    const auto length = static_cast<std::int64_t>(tokens.size());
    const tensor::Tensor input = graph.input("tokens", {{1, length}, tensor::DType::i32});
    const std::array<tensor::Tensor, 1> outputs = {ops::softmax(net(input))};
    const auto program = runtime::compile(context(), graph, outputs, {});
    program->write_ints("tokens", tokens);
    program->submit();
    return program->read(outputs[0]).floats;
  }
};

TEST_F(TextGeneratorTest, CachedDecodingEqualsTheFullForward) {
  const auto net = network();
  TextGenerator generator(context(), net, tokenizer());
  TextRequest what = request();
  what.options.greedy = true;
  write(generator, what);
  std::vector<std::int32_t> fed = {data::Tokenizer::bos};
  for (const auto& token : generator.tokens()) fed.push_back(token.id);
  ASSERT_LE(fed.size(), static_cast<std::size_t>(context_size));
  const std::vector<float> probabilities = full_forward(*net, fed);
  const auto vocabulary = static_cast<std::size_t>(net->config().vocabulary);
  int written = 0;
  for (std::size_t i = 0; i < generator.tokens().size(); ++i) {
    const TextGenerator::Token& token = generator.tokens()[i];
    if (token.is_prompt) continue;
    ++written;
    const auto row = probabilities.begin() + static_cast<std::ptrdiff_t>(i * vocabulary);
    const float expected = row[token.id];
    EXPECT_NEAR(token.probability, expected, 1e-4F * expected + 1e-7F) << i;
    EXPECT_GE(expected, *std::max_element(row, row + static_cast<std::ptrdiff_t>(vocabulary)) * (1 - 1e-4F)) << i;
  }
  EXPECT_GT(written, 3);
}

TEST_F(TextGeneratorTest, SameSeedGivesTheSameText) {
  TextGenerator generator(context(), network(), tokenizer());
  const std::vector<int> first = write(generator, request());
  TextRequest other = request();
  other.options.seed = 8;
  EXPECT_NE(write(generator, other), first);
  EXPECT_EQ(write(generator, request()), first);
  TextGenerator second(context(), network(), tokenizer());
  EXPECT_EQ(write(second, request()), first);
}

TEST_F(TextGeneratorTest, SmallBudgetsGiveTheSameText) {
  TextGenerator generator(context(), network(), tokenizer());
  const std::vector<int> whole = write(generator, request());
  TextGenerator second(context(), network(), tokenizer());
  second.begin(request());
  for (int call = 0; call < 1000000 && !second.is_finished(); ++call) second.advance(0.01);
  EXPECT_EQ(ids(second), whole);
}

TEST_F(TextGeneratorTest, BeginWhileATokenIsInFlight) {
  TextGenerator generator(context(), network(), tokenizer());
  const std::vector<int> whole = write(generator, request());
  for (const int calls : {1, 2, 5, 40}) {
    generator.begin(request("The end"));
    for (int i = 0; i < calls; ++i) generator.advance(0.01);
    EXPECT_EQ(write(generator, request()), whole) << calls;
  }
}

TEST_F(TextGeneratorTest, EmptyPrompt) {
  TextGenerator generator(context(), network(), tokenizer());
  write(generator, request(""));
  EXPECT_TRUE(generator.is_finished());
  for (const auto& token : generator.tokens()) EXPECT_FALSE(token.is_prompt);
  EXPECT_LE(generator.tokens().size(), 20U);
}

TEST_F(TextGeneratorTest, PromptLongerThanTheContext) {
  std::string prompt = "Once upon a time";
  for (int i = 0; i < 30; ++i) prompt += " there was a little frog";
  TextGenerator generator(context(), network(), tokenizer());
  generator.begin(request(prompt));
  EXPECT_NE(generator.note().find("prompt"), std::string::npos) << generator.note();
  write(generator, request(prompt));
  EXPECT_TRUE(generator.is_finished());
  EXPECT_TRUE(generator.text().starts_with(prompt));
  EXPECT_GT(generator.tokens().size(), 150U);
}

TEST_F(TextGeneratorTest, TextLongerThanTheContext) {
  TextGenerator generator(context(), network(), tokenizer());
  TextRequest what = request();
  what.tokens_max = 3 * context_size;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {  // until one does not end before
    what.options.seed = seed;
    write(generator, what);
    if (generator.tokens().size() > 2 * context_size) break;
  }
  EXPECT_GT(generator.tokens().size(), 2U * context_size);
  EXPECT_NE(generator.note().find("context"), std::string::npos) << generator.note();
  for (const auto& token : generator.tokens()) EXPECT_TRUE(std::isfinite(token.probability));
}

TEST_F(TextGeneratorTest, PromptsOfAllKinds) {
  TextGenerator generator(context(), network(), tokenizer());
  for (const char* prompt :
       {"漢字 🙂", "a", "\n\n", "x\ty", "....!!!???", "مرحبا يا عالم", "שלום", "👩‍👩‍👧"}) {
    write(generator, request(prompt));
    EXPECT_TRUE(generator.text().starts_with(prompt)) << prompt;
    // As it is shown: whole characters only.
    std::string shown;
    for (const std::string& piece : pieces_of(generator, 0)) {
      EXPECT_TRUE(formats::is_valid_utf8(piece)) << prompt;
      shown += piece;
    }
    EXPECT_TRUE(shown.starts_with(prompt)) << prompt;
  }
  EXPECT_THROW(generator.begin(request("\xFF\xFE")), core::Error);
}

TEST_F(TextGeneratorTest, PromptsOfNoneOneAndTenThousandTokens) {
  TextGenerator generator(context(), network(), tokenizer());
  std::string endless;
  for (int i = 0; i < 10000; ++i) endless += " little";
  for (const auto& [prompt, tokens] : {std::pair{std::string(), 0U}, {std::string("a"), 1U}, {endless, 10000U}}) {
    TextRequest what = request(prompt);
    what.tokens_max = 3;
    write(generator, what);
    EXPECT_TRUE(generator.is_finished());
    EXPECT_EQ(std::ranges::count(generator.tokens(), true, &TextGenerator::Token::is_prompt), tokens);
    EXPECT_EQ(generator.note().empty(), tokens < 10) << generator.note();
  }
}

TEST_F(TextGeneratorTest, StoriesOfABatchAreThoseThatAreWrittenAlone) {
  constexpr int batch = 3;
  TextGenerator alone(context(), network(), tokenizer());
  TextGenerator together(context(), network(), tokenizer(), batch);
  TextRequest what = request();
  what.tokens_max = 2 * context_size;  // the window slides on the way
  what.options.repetition_penalty = 1.2F;
  what.options.dry_multiplier = 0.5F;
  what.options.mirostat_tau = 6;
  what.options.top_k = 200;
  what.options.xtc_probability = 0.3F;
  what.options.xtc_threshold = 0.01F;
  write(together, what);
  for (int row = 0; row < batch; ++row) {
    TextRequest one = what;
    one.options.seed += static_cast<std::uint64_t>(row);
    EXPECT_EQ(write(alone, one), ids_of(together, row)) << row;
  }
  EXPECT_THROW(together.go_back(3), core::Error);
  EXPECT_THROW(TextGenerator(context(), network(), tokenizer(), 0), core::Error);
}

TEST_F(TextGeneratorTest, AttentionIsKeptForEveryTokenRead) {
  TextGenerator generator(context(), network(), tokenizer());
  generator.keep_attention(true);
  write(generator, request());
  const auto& attention = generator.attention();
  ASSERT_GE(attention.size(), generator.tokens().size());  // the mark of the beginning, all but perhaps the last token
  for (std::size_t i = 0; i < attention.size(); ++i) {
    EXPECT_EQ(attention[i].places, static_cast<int>(i) + 1);
    for (int lane = 0; lane < 4; ++lane) {  // two layers, two heads
      double sum = 0;
      for (int place = 0; place < attention[i].places; ++place) sum += attention[i].at(lane, place);
      EXPECT_NEAR(sum, 1, 1e-4) << i << ' ' << lane;
    }
  }
  // The view's parts have something to show of it.
  int first = 0;
  const auto parts = attention_parts(generator, {.query = 6, .lane = 1}, 0, first);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(std::get<HeatMapView>(parts[2].content).rows, 4);
  const auto& words = std::get<WordsView>(parts[0].content).words;
  EXPECT_TRUE(words[static_cast<std::size_t>(6 - first)].is_marked);
  EXPECT_TRUE(std::ranges::any_of(words, [](const auto& word) { return word.weight == 1; }));
}

TEST_F(TextGeneratorTest, EveryStageOfTheSamplerIsShown) {
  TextGenerator generator(context(), network(), tokenizer());
  TextRequest what = request();
  what.options.top_k = 6;
  what.options.min_p = 0.01F;
  what.options.order = sampling::parse_text_order("top_k,temperature");
  generator.begin(what);
  while (generator.tokens().back().is_prompt && !generator.is_finished()) generator.run_token();
  EXPECT_EQ(generator.stage_names(), (std::vector<std::string>{"Top-k", "Temperature", "Min-p"}));
  for (const auto& candidate : generator.candidates(10)) {
    ASSERT_EQ(candidate.stages.size(), 3U);
    EXPECT_EQ(candidate.stages.back(), candidate.kept);
  }
  EXPECT_EQ(generator.candidates(10)[6].stages[0], 0);
  EXPECT_EQ(choice_parts(generator, 0).size(), 4U);
}

TEST_F(TextGeneratorTest, BiasAndStopStrings) {
  TextGenerator generator(context(), network(), tokenizer());
  TextRequest what = request();
  what.bias = "frog=100";
  write(generator, what);
  EXPECT_NE(generator.text().find("frog"), std::string::npos);
  what.stop = "never said|frog";
  write(generator, what);
  EXPECT_TRUE(generator.text().ends_with("frog")) << generator.text();
  what.bias = "floccinaucinihilipilification=3";
  EXPECT_THROW(generator.begin(what), core::Error);
  for (const char* wrong : {"frog", "frog=", "=3", "frog=much", "frog=1000"}) {
    what.bias = wrong;
    EXPECT_THROW(generator.begin(what), core::Error) << wrong;
  }
}

TEST_F(TextGeneratorTest, CandidatesAreTheLikeliest) {
  TextGenerator generator(context(), network(), tokenizer());
  TextRequest what = request();
  what.options.top_k = 2;
  generator.begin(what);
  while (generator.tokens().empty() || generator.tokens().back().is_prompt) {
    if (generator.is_finished()) break;
    generator.run_token();
  }
  const auto candidates = generator.candidates(5);
  ASSERT_EQ(candidates.size(), 5U);
  for (std::size_t i = 0; i + 1 < candidates.size(); ++i) {
    EXPECT_GE(candidates[i].probability, candidates[i + 1].probability);
  }
  EXPECT_GT(candidates[0].kept, 0);
  EXPECT_EQ(candidates[3].kept, 0);
  EXPECT_EQ(candidates[4].kept, 0);
}

TEST_F(TextGeneratorTest, GoesBackAndWritesTheSameAgain) {
  TextGenerator generator(context(), network(), tokenizer());
  const std::vector<int> whole = write(generator, request());
  const auto tokens = generator.tokens();
  ASSERT_GT(whole.size(), 10U);
  const auto first_written = static_cast<std::size_t>(
      std::find_if(tokens.begin(), tokens.end(), [](const auto& token) { return !token.is_prompt; }) - tokens.begin());
  for (const std::size_t count :
       {whole.size(), first_written + 3, first_written + 1, first_written, whole.size() - 2}) {
    if (count > generator.tokens().size()) continue;
    generator.go_back(count);
    ASSERT_EQ(generator.tokens().size(), count);
    if (!tokens[count - 1].is_prompt) {
      // The choice that was made there: among its candidates is the one that was chosen.
      const auto candidates = generator.candidates(static_cast<int>(tokenizer()->vocabulary_size()));
      const auto chosen = std::find_if(candidates.begin(), candidates.end(),
                                       [&](const auto& candidate) { return candidate.id == tokens[count - 1].id; });
      ASSERT_NE(chosen, candidates.end());
      EXPECT_FLOAT_EQ(chosen->probability, tokens[count - 1].probability);
    }
    if (count == whole.size()) continue;  // a story that was cut would go on
    while (!generator.is_finished()) generator.run_token();
    EXPECT_EQ(ids(generator), whole) << count;
  }
  generator.go_back(1);
  EXPECT_EQ(generator.tokens().size(), 1U);
  generator.run_token();
  EXPECT_THROW(generator.go_back(0), core::Error);
  EXPECT_THROW(generator.go_back(1000), core::Error);
}

TEST_F(TextGeneratorTest, AnotherTokenMayBeChosen) {
  TextGenerator generator(context(), network(), tokenizer());
  generator.begin(request());
  EXPECT_THROW(generator.replace_last(300, 0.5F), core::Error);
  while (generator.tokens().back().is_prompt) generator.run_token();
  const auto candidate = generator.candidates(2).back();
  for (int i = 0; i < 3; ++i) generator.advance(0.01);  // the next is under way
  const std::size_t count = generator.tokens().size();
  generator.replace_last(candidate.id, candidate.probability);
  EXPECT_EQ(generator.tokens().size(), count);
  EXPECT_EQ(generator.tokens().back().id, candidate.id);
  while (generator.tokens().size() < count + 3 && !generator.is_finished()) generator.run_token();
  // What follows has been written behind it: a forward over all of it agrees.
  std::vector<std::int32_t> fed = {data::Tokenizer::bos};
  for (const auto& token : generator.tokens()) fed.push_back(token.id);
  const auto net = network();
  const std::vector<float> probabilities = full_forward(*net, fed);
  const auto vocabulary = static_cast<std::size_t>(net->config().vocabulary);
  const std::size_t last = generator.tokens().size() - 1;
  const float expected = probabilities[last * vocabulary + static_cast<std::size_t>(generator.tokens()[last].id)];
  EXPECT_NEAR(generator.tokens()[last].probability, expected, 1e-4F * expected + 1e-7F);
  if (!generator.is_finished()) {
    generator.replace_last(data::Tokenizer::eos, 0.1F);
    EXPECT_TRUE(generator.is_finished());
  }
}

TEST_F(TextGeneratorTest, GoesBackBehindTheContext) {
  TextGenerator generator(context(), network(), tokenizer());
  TextRequest what = request();
  what.tokens_max = 3 * context_size;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {  // until one does not end before
    what.options.seed = seed;
    write(generator, what);
    if (generator.tokens().size() > 2 * context_size) break;
  }
  const std::vector<int> whole = ids(generator);
  for (const std::size_t count : {std::size_t{2 * context_size}, std::size_t{context_size}, std::size_t{6}}) {
    generator.go_back(count);
    for (int i = 0; i < 3 && !generator.is_finished(); ++i) generator.run_token();
    const std::vector<int> now = ids(generator);
    EXPECT_TRUE(std::equal(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(count), now.begin()));
    for (const auto& token : generator.tokens()) EXPECT_TRUE(std::isfinite(token.probability));
  }
}

}  // namespace
}  // namespace figment::studio
