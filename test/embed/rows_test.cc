// What embedders have in common.

#include "embed/rows.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "waggle/embedder.h"

namespace waggle::embed {
namespace {

TEST(Rows, TextsMustBeUtf8AndNotTooLong) {
  const std::string longest(Embedder::kTextBytesMax, 'a');
  const std::string longer = longest + "a";
  const auto refusal = [](std::span<const std::string_view> texts) {
    const Status checked = check_texts(texts);
    EXPECT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), Code::kInvalidArgument);
    return checked.error().message();
  };
  const std::array<std::string_view, 3> good = {"", "é", longest};
  EXPECT_TRUE(check_texts(good));
  EXPECT_TRUE(check_texts({}));
  const std::array<std::string_view, 3> broken = {"fine", "caf\xe9", "x"};
  EXPECT_EQ(refusal(broken), "text 2 of 3 is not well-formed UTF-8");
  const std::array<std::string_view, 1> alone = {longer};
  EXPECT_EQ(refusal(alone), "the text has 1048577 bytes");
}

TEST(Rows, AreScaledToUnitLength) {
  std::vector<float> row = {3, 0, -4};
  EXPECT_TRUE(scale_to_unit(row));
  EXPECT_EQ(row, (std::vector<float>{0.6F, 0, -0.8F}));
  std::vector<float> tiny = {std::numeric_limits<float>::denorm_min(), 0};
  EXPECT_TRUE(scale_to_unit(tiny)) << "squares are taken in double";
  EXPECT_EQ(tiny, (std::vector<float>{1, 0}));
  std::vector<float> huge = {std::numeric_limits<float>::max(), -std::numeric_limits<float>::max()};
  EXPECT_TRUE(scale_to_unit(huge));
  EXPECT_FLOAT_EQ(huge[0], 0.70710678F);
  std::vector<float> zeros = {0, -0.0F};
  EXPECT_FALSE(scale_to_unit(zeros));
}

TEST(Rows, NameTheTextWithoutDirection) {
  EXPECT_NE(nothing_to_embed(4, 9).message().find("text 5 of 9"), std::string::npos);
  EXPECT_EQ(nothing_to_embed(0, 1).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace waggle::embed
