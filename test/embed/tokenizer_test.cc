// From a text to its tokens: what is cut out, what is normalised.

#include "embed/tokenizer.h"

#include <gtest/gtest.h>

#include "embed/tiny_model.h"
#include "embed/tokenizer_json.h"

namespace waggle::embed {
namespace {

using Tokens = std::vector<TokenId>;

Tokens encode(const Tokenizer& tokenizer, std::string_view text) {
  Tokenizer::Scratch scratch;
  Tokens tokens = {99};  // of an earlier text
  EXPECT_TRUE(tokenizer.encode(text, scratch, tokens));
  return tokens;
}

class TokenizerTest : public testing::Test {
 protected:
  const Tokenizer tiny_ = parse_tokenizer(test::tiny_tokenizer()).value();
};

TEST_F(TokenizerTest, NormalisesAndMerges) {
  EXPECT_EQ(encode(tiny_, "abc"), (Tokens{test::kMark, test::kAbc}));
  EXPECT_EQ(encode(tiny_, "a bc"), (Tokens{test::kMarkA, test::kMark, test::kBc}));
  EXPECT_EQ(encode(tiny_, " "), (Tokens{test::kMark, test::kMark}));
  EXPECT_EQ(encode(tiny_, "xyzb"), (Tokens{test::kMark, test::kUnknown, test::kB}));
  EXPECT_EQ(encode(tiny_, ""), Tokens());
  EXPECT_EQ(tiny_.greatest_id(), test::kMarkA);
}

TEST_F(TokenizerTest, CutsOutAddedTokensAndNormalisesEachPartBetween) {
  EXPECT_EQ(encode(tiny_, "<s>"), (Tokens{test::kStart}));
  EXPECT_EQ(encode(tiny_, "<s><s>"), (Tokens{test::kStart, test::kStart}));
  EXPECT_EQ(encode(tiny_, "a<s>b"), (Tokens{test::kMarkA, test::kStart, test::kMark, test::kB}));
  EXPECT_EQ(encode(tiny_, "<s a"), (Tokens{test::kMark, test::kUnknown, test::kMarkA}));
}

TEST_F(TokenizerTest, TakesTheLongestAddedToken) {
  const Tokenizer tokenizer = parse_tokenizer(test::with(test::tiny_tokenizer(), R"("added_tokens":[)",
                                                         R"("added_tokens":[{"id":20,"content":"bb"},{"id":21,"content":"bbb"},)"))
                                  .value();
  EXPECT_EQ(encode(tokenizer, "bbbb"), (Tokens{21, test::kMark, test::kB}));
  EXPECT_EQ(encode(tokenizer, "bb"), (Tokens{20}));
  EXPECT_EQ(tokenizer.greatest_id(), 21U);
}

TEST_F(TokenizerTest, PrependsNothingToNothing) {
  const Tokenizer tokenizer = parse_tokenizer(test::with(test::tiny_tokenizer(), R"({"type":"Prepend")",
                                                         R"({"type":"Replace","pattern":{"String":"a"},"content":""},{"type":"Prepend")"))
                                  .value();
  EXPECT_EQ(encode(tokenizer, "aa"), Tokens());
  EXPECT_EQ(encode(tokenizer, "aba"), (Tokens{test::kMark, test::kB}));
}

TEST_F(TokenizerTest, BoundsWhatNormalisersMake) {
  std::string blowing = R"({"type":"Replace","pattern":{"String":"a"},"content":")" + std::string(64, 'a') + "\"}";
  const Tokenizer tokenizer = parse_tokenizer(test::with(test::tiny_tokenizer(), R"({"type":"Prepend","prepend":"▁"})",
                                                         blowing + "," + blowing + "," + blowing + "," + blowing + "," + blowing))
                                  .value();
  Tokenizer::Scratch scratch;
  Tokens tokens;
  const Status encoded = tokenizer.encode(std::string(1000, 'a'), scratch, tokens);
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code(), Code::kExhausted);
}

}  // namespace
}  // namespace waggle::embed
