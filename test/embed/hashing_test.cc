// Feature hashing: the same bits for ever, and near what has words in common.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "embed/stable_hash.h"
#include "waggle/embedder.h"

namespace waggle {
namespace {

std::vector<float> vector_of(const Embedder& embedder, std::string_view text) {
  auto row = embedder.embed_one(text);
  EXPECT_TRUE(row) << row.error().describe();
  return row ? *row : std::vector<float>();
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

// All bits of a vector in one number.
std::uint64_t bits_of(const std::vector<float>& row) {
  return embed::stable_hash({reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float)});
}

class Hashing : public testing::Test {
 protected:
  double likeness(std::string_view a, std::string_view b) const { return cosine(vector_of(*embedder_, a), vector_of(*embedder_, b)); }

  const std::unique_ptr<Embedder> embedder_ = make_hashing_embedder().value();
};

// Stored vectors depend on these. Whoever has to change one changes the version in the model's name as well.
TEST_F(Hashing, NeverChanges) {
  EXPECT_EQ(embedder_->model(), "hashing-v1-384");
  EXPECT_EQ(embedder_->dimensions(), 384);
  const std::vector<float> bee = vector_of(*make_hashing_embedder(8).value(), "bee");
  EXPECT_EQ(bee, (std::vector<float>{static_cast<float>(4 / std::sqrt(17.0)), 0, 0, 0, 0, 0, 0, static_cast<float>(-1 / std::sqrt(17.0))}));
  EXPECT_EQ(bits_of(vector_of(*embedder_, "The queen left the hive, and the swarm followed.")), 14263642428267608997U);
  EXPECT_EQ(bits_of(vector_of(*embedder_, "Ångström ЁЛКА 蜜蜂群 ＡＢＣ \U0001f41d e\u0301")), 2839292262111793392U);
  EXPECT_EQ(bits_of(vector_of(*embedder_, std::string(5000, 'a') + " b b b b")), 15599953305698968638U);
  EXPECT_EQ(bits_of(vector_of(*make_hashing_embedder(1000).value(), "naïve café")), 17950481932126199331U);
}

TEST_F(Hashing, IsNearWhereWordsAndSpellingAre) {
  EXPECT_DOUBLE_EQ(likeness("The Hive", "the hive"), likeness("hive the", "HIVE THE"));
  EXPECT_GT(likeness("The Hive", "the HIVE"), 0.999);
  EXPECT_GT(likeness("tools for building packages", "a tool to build a package"), 0.3);
  EXPECT_GT(likeness("compression library", "comprssion libary"), 0.3);
  EXPECT_LT(std::abs(likeness("compression library", "weather forecast")), 0.2);
  EXPECT_GT(likeness("bee bee bee bee hive", "bee hive"), likeness("bee bee bee bee hive", "hive"));
}

TEST_F(Hashing, RefusesTextWithoutWords) {
  for (const char* const text : {"", " \n", "... !?", "\u2026"}) {
    const auto row = embedder_->embed_one(text);
    ASSERT_FALSE(row) << text;
    EXPECT_EQ(row.error().code(), Code::kInvalidArgument);
  }
  const std::string_view texts[] = {"one", "two", "--", "four"};
  EXPECT_NE(embedder_->embed(texts).error().message().find("text 3 of 4"), std::string::npos);
  EXPECT_FALSE(embedder_->embed_one("\xff"));
}

TEST_F(Hashing, AnswersRowAfterRow) {
  const std::string_view texts[] = {"bee", "hive", "bee"};
  const std::vector<float> rows = embedder_->embed(texts).value();
  ASSERT_EQ(rows.size(), 3 * 384U);
  EXPECT_EQ(std::vector<float>(rows.begin() + 384, rows.begin() + 768), vector_of(*embedder_, "hive"));
  EXPECT_TRUE(std::equal(rows.begin(), rows.begin() + 384, rows.begin() + 768));
  EXPECT_EQ(embedder_->embed({}).value(), std::vector<float>());
}

TEST(HashingDimensions, AreBounded) {
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{16'001}, std::int64_t{1} << 40}) {
    const auto embedder = make_hashing_embedder(bad);
    ASSERT_FALSE(embedder) << bad;
    EXPECT_EQ(embedder.error().code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(make_hashing_embedder(16'000).value()->dimensions(), 16'000);
}

// In one dimension two words cancel each other out in one of four cases.
TEST(HashingDimensions, LeaveNoZerosWhereSignsCancelOut) {
  const auto embedder = make_hashing_embedder(1).value();
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) {
      const std::string text = {a, ' ', b};
      EXPECT_EQ(std::abs(vector_of(*embedder, text).at(0)), 1.0F) << text;
    }
  }
}

// With few dimensions signs often cancel each other out, which must not leave zeros.
RC_GTEST_PROP(HashingDimensions, GiveUnitVectorsHoweverFew, ()) {
  const auto embedder = make_hashing_embedder(*rc::gen::inRange(1, 5)).value();
  const auto text = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'e')));
  const std::vector<float> row = embedder->embed_one(text).value();
  RC_ASSERT(static_cast<std::int64_t>(row.size()) == embedder->dimensions());
  RC_ASSERT(std::abs(cosine(row, row) - 1) < 1e-6);
}

}  // namespace
}  // namespace waggle
