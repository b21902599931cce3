// The tokenizer's file: what is understood, what is named as not understood, what is not sound.

#include "embed/tokenizer_json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "embed/tiny_model.h"

namespace waggle::embed {
namespace {

using test::tiny_tokenizer;
using test::with;

TEST(TokenizerJson, IgnoresWhatDoesNotChangeTheTokens) {
  EXPECT_TRUE(parse_tokenizer(tiny_tokenizer()));
  EXPECT_TRUE(parse_tokenizer(with(tiny_tokenizer(), R"("truncation":null)", R"("truncation":{"max_length":8})")));
  EXPECT_TRUE(parse_tokenizer(with(tiny_tokenizer(), R"("post_processor":null)", R"("post_processor":{"type":"ByteLevel"})")));
  EXPECT_TRUE(parse_tokenizer(with(tiny_tokenizer(), R"("continuing_subword_prefix":null)", R"("continuing_subword_prefix":"")")));
  EXPECT_TRUE(parse_tokenizer(R"({"model":{"type":"BPE","vocab":{},"merges":[]}})"));
}

struct Refusal {
  std::string json;
  Code code;
  std::string says;
};

void expect_refused(const Refusal& refusal) {
  const auto tokenizer = parse_tokenizer(refusal.json);
  ASSERT_FALSE(tokenizer) << refusal.says;
  EXPECT_EQ(tokenizer.error().code(), refusal.code) << refusal.says;
  EXPECT_NE(tokenizer.error().message().find(refusal.says), std::string::npos) << tokenizer.error().message();
  EXPECT_FALSE(tokenizer.error().hint().empty());
}

TEST(TokenizerJson, NamesWhatWouldChangeTheTokens) {
  const auto refused = [](std::string_view from, std::string_view to, std::string says) {
    expect_refused({with(tiny_tokenizer(), from, to), Code::kUnsupported, std::move(says)});
  };
  refused(R"("type":"BPE")", R"("type":"WordPiece")", "a model WordPiece");
  refused(R"("type":"BPE",)", "", "a model without a type");
  refused(R"("dropout":null)", R"("dropout":0.1)", "dropout");
  refused(R"("end_of_word_suffix":null)", R"("end_of_word_suffix":"</w>")", "end_of_word_suffix");
  refused(R"("continuing_subword_prefix":null)", R"("continuing_subword_prefix":"##")", "continuing_subword_prefix");
  refused(R"("fuse_unk":true)", R"("fuse_unk":true,"ignore_merges":true)", "ignore_merges");
  refused(R"("pre_tokenizer":null)", R"("pre_tokenizer":{"type":"Metaspace"})", "a pre-tokenizer");
  refused(R"("type":"Prepend")", R"("type":"NFKC")", "the normaliser NFKC");
  refused(R"("type":"Prepend")", R"("type":"Sequence")", "in each other");
  refused(R"({"String":" "})", R"({"Regex":"\\s"})", "something else than a text");
  refused(R"({"String":" "})", R"({"String":""})", "something else than a text");
  refused(R"("prepend":"▁")", R"("prepend":")" + std::string(65, 'x') + "\"", "too long");
  for (const char* const name : {"single_word", "lstrip", "rstrip", "normalized"}) {
    refused(std::string("\"") + name + "\":false", std::string("\"") + name + "\":true", std::string("added token with ") + name);
  }
}

TEST(TokenizerJson, RefusesWhatIsNotSound) {
  const auto refused = [](std::string_view from, std::string_view to, std::string says) {
    expect_refused({with(tiny_tokenizer(), from, to), Code::kCorruption, std::move(says)});
  };
  expect_refused({"", Code::kCorruption, "not valid JSON"});
  expect_refused({tiny_tokenizer().substr(0, 500), Code::kCorruption, "not valid JSON"});
  expect_refused({"[]", Code::kCorruption, "no model"});
  refused(R"("merges":[)", R"("merges":["a"],"more":[)", "neither two tokens");
  refused(R"("merges":[)", R"("merges":["a b c"],"more":[)", "neither two tokens");
  refused(R"("merges":[)", R"("merges":[["a"]],"more":[)", "neither two tokens");
  refused(R"("merges":[)", R"("merges":[["a",1]],"more":[)", "neither two tokens");
  refused(R"("merges":[)", R"("merges":[1],"more":[)", "neither two tokens");
  refused(R"("merges":)", R"("merge":)", "no merges");
  refused(R"("vocab":{)", R"("vocab":[],"other":{)", "no vocabulary");
  refused(R"("abc":8)", R"("abx":8)", "not in the vocabulary");
  refused(R"("abc":8)", R"("ab":8)", "twice");
  refused(R"("abc":8)", R"("abc":-8)", "has no id");
  refused(R"("abc":8)", R"("abc":2147483648)", "has no id");
  refused(R"("unk_token":"<unk>")", R"("unk_token":7)", "no text");
  refused(R"("unk_token":"<unk>")", R"("unk_token":"<none>")", "not in the vocabulary");
  refused(R"("fuse_unk":true)", R"("fuse_unk":1)", "neither true nor false");
  refused(R"("byte_fallback":false)", R"("byte_fallback":true)", "not in the vocabulary");
  refused(R"("id":1,)", "", "has no id");
  refused(R"("content":"<s>")", R"("content":"")", "no content");
  refused(R"("prepend":"▁")", R"("other":"▁")", "what it puts in");
  refused(R"("normalizers":[)", R"("normalizers":7,"more":[)", "holds no array");
}

RC_GTEST_PROP(TokenizerJson, EndsWithAnAnswerWhateverIsChanged, ()) {
  std::string json = tiny_tokenizer();
  const auto changes = *rc::gen::inRange(1, 4);
  for (int i = 0; i < changes; ++i) json[*rc::gen::inRange<std::size_t>(0, json.size())] = *rc::gen::arbitrary<char>();
  const auto tokenizer = parse_tokenizer(json);
  if (!tokenizer) return;
  Tokenizer::Scratch scratch;
  std::vector<TokenId> tokens;
  RC_ASSERT(tokenizer->encode("abc <s> bca xyz", scratch, tokens).has_value());
  for (const TokenId token : tokens) RC_ASSERT(token <= tokenizer->greatest_id());
}

}  // namespace
}  // namespace waggle::embed
