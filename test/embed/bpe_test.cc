// Byte pair encoding against a plain version of itself.

#include "embed/bpe.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

namespace waggle::embed {
namespace {

using Merges = std::vector<std::pair<std::string, std::string>>;

// The same without heap, list and cutting: again and again the first merge that applies anywhere, at its leftmost place.
std::vector<TokenId> plain(std::vector<TokenId> tokens, const std::map<std::pair<TokenId, TokenId>, std::pair<std::uint32_t, TokenId>>& merges) {
  while (true) {
    std::size_t best = tokens.size();
    std::uint32_t best_rank = ~0U;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const auto found = merges.find({tokens[i], tokens[i + 1]});
      if (found == merges.end() || found->second.first >= best_rank) continue;
      best = i;
      best_rank = found->second.first;
    }
    if (best == tokens.size()) return tokens;
    tokens[best] = merges.at({tokens[best], tokens[best + 1]}).second;
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

constexpr const char* kMark = "\xe2\x96\x81";

// What becomes of characters without a token.
enum class Unknown { kLeftOut, kEach, kFused };

// A vocabulary of some characters and what merges make of them.
struct Sample {
  explicit Sample(const std::vector<std::string>& characters) {
    for (const std::string& character : characters) add(character);
  }
  TokenId add(const std::string& text) { return ids.emplace(text, static_cast<TokenId>(ids.size())).first->second; }
  void merge(const std::string& left, const std::string& right) {
    const auto rank = static_cast<std::uint32_t>(merges.size());
    merges.emplace_back(left, right);
    by_ids[{ids.at(left), ids.at(right)}] = {rank, add(left + right)};
  }
  Result<Bpe> make(Unknown unknown = Unknown::kLeftOut) const {
    Vocabulary vocabulary(ids.size());
    for (const auto& [text, id] : ids) vocabulary.add(text, id);
    BpeModel model{.vocabulary = std::move(vocabulary), .fuse_unknown = unknown == Unknown::kFused};
    if (unknown != Unknown::kLeftOut) model.unknown = "<unk>";
    for (const auto& [left, right] : merges) model.merges.emplace_back(left, right);
    return Bpe::make(model);
  }

  std::map<std::string, TokenId> ids;
  Merges merges;
  std::map<std::pair<TokenId, TokenId>, std::pair<std::uint32_t, TokenId>> by_ids;
};

std::vector<TokenId> encode(const Bpe& bpe, std::string_view text) {
  Bpe::Scratch scratch;
  std::vector<TokenId> tokens;
  bpe.encode(text, scratch, tokens);
  return tokens;
}

std::vector<TokenId> tokens_of(const std::vector<std::string>& letters, const Sample& sample, Unknown unknown) {
  const TokenId placeholder = sample.ids.at("<unk>");
  std::vector<TokenId> tokens;
  bool after_unknown = false;
  for (const std::string& letter : letters) {
    const auto known = sample.ids.find(letter);
    const bool is_known = known != sample.ids.end();
    if (is_known) tokens.push_back(known->second);
    if (!is_known && (unknown == Unknown::kEach || (unknown == Unknown::kFused && !after_unknown))) tokens.push_back(placeholder);
    after_unknown = !is_known;
  }
  return tokens;
}

// The mark that begins words is one of the characters or unknown, so that both ways, word by word and all at once, are taken.
RC_GTEST_PROP(Bpe, DoesWhatThePlainVersionDoes, ()) {
  const std::vector<std::string> letters = {"a", "b", "\xc3\xa9", kMark};
  Sample sample(*rc::gen::element(letters, std::vector<std::string>{"a", "b", "\xc3\xa9"}));
  const auto merges = *rc::gen::inRange(0, 20);
  for (int i = 0; i < merges; ++i) {
    std::vector<std::string> tokens;
    for (const auto& [text, id] : sample.ids) tokens.push_back(text);
    const auto left = *rc::gen::elementOf(tokens);
    const auto right = *rc::gen::elementOf(tokens);
    if (left.size() + right.size() < 12) sample.merge(left, right);
  }
  sample.add("<unk>");
  const auto characters = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "\xc3\xa9", kMark, kMark, "x"));
  std::string text;
  for (const std::string& character : characters) text += character;
  for (const Unknown unknown : {Unknown::kLeftOut, Unknown::kEach, Unknown::kFused}) {
    RC_ASSERT(encode(sample.make(unknown).value(), text) == plain(tokens_of(characters, sample, unknown), sample.by_ids));
  }
}

TEST(Bpe, TakesTheEarliestMergeFirstAndOfEqualsTheLeftmost) {
  Sample sample({"a", "b", "c"});
  sample.merge("b", "c");
  sample.merge("a", "b");
  sample.merge("a", "a");
  const Bpe bpe = sample.make().value();
  EXPECT_EQ(encode(bpe, "abc"), (std::vector<TokenId>{sample.ids["a"], sample.ids["bc"]}));
  EXPECT_EQ(encode(bpe, "aaa"), (std::vector<TokenId>{sample.ids["aa"], sample.ids["a"]}));
  EXPECT_EQ(encode(bpe, ""), std::vector<TokenId>());
}

TEST(Bpe, HasAWayForCharactersWithoutAToken) {
  Sample sample({"a", "<unk>"});
  const TokenId a = sample.ids["a"];
  const TokenId unknown = sample.ids["<unk>"];
  EXPECT_EQ(encode(sample.make(Unknown::kLeftOut).value(), "xayz"), (std::vector<TokenId>{a}));
  EXPECT_EQ(encode(sample.make(Unknown::kEach).value(), "xayz"), (std::vector<TokenId>{unknown, a, unknown, unknown}));
  EXPECT_EQ(encode(sample.make(Unknown::kFused).value(), "xayz"), (std::vector<TokenId>{unknown, a, unknown}));
}

TEST(Bpe, MergesMarksThatMeetWhereACharacterIsLeftOut) {
  Sample sample({kMark, "<unk>"});
  sample.merge(kMark, kMark);
  const std::string text = std::string(kMark) + "x" + kMark;
  EXPECT_EQ(encode(sample.make(Unknown::kLeftOut).value(), text).size(), 1U);
  EXPECT_EQ(encode(sample.make(Unknown::kFused).value(), text).size(), 3U);
}

TEST(Bpe, FallsBackToBytes) {
  std::vector<std::string> texts(256);
  Vocabulary vocabulary(257);
  for (TokenId byte = 0; byte < 256; ++byte) {
    texts[byte] = std::string("<0x") + "0123456789ABCDEF"[byte >> 4] + "0123456789ABCDEF"[byte & 0xf] + ">";
    vocabulary.add(texts[byte], byte);
  }
  vocabulary.add("a", 256);
  const BpeModel model{.vocabulary = vocabulary, .byte_fallback = true};
  EXPECT_EQ(encode(Bpe::make(model).value(), "a\xf0\x9f\x90\x9d"), (std::vector<TokenId>{256, 0xf0, 0x9f, 0x90, 0x9d}));
}

TEST(Bpe, RefusesWhatIsNotInTheVocabulary) {
  const auto code_of = [](BpeModel model) {
    const auto bpe = Bpe::make(model);
    return bpe ? std::string("made") : std::string(to_string(bpe.error().code()));
  };
  Vocabulary vocabulary(3);
  vocabulary.add("a", 0);
  vocabulary.add("b", 1);
  vocabulary.add("aa", 2);
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .merges = {{"a", "a"}}}), "made");
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .merges = {{"a", "b"}}}), "corruption");
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .merges = {{"a", "c"}}}), "corruption");
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .merges = {{"c", "a"}}}), "corruption");
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .unknown = "<unk>"}), "corruption");
  EXPECT_EQ(code_of({.vocabulary = vocabulary, .byte_fallback = true}), "corruption");
}

}  // namespace
}  // namespace waggle::embed
