// Values that are part of stored vectors and of models' names: they must never change.

#include "embed/stable_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace waggle::embed {
namespace {

TEST(StableHash, NeverChanges) {
  EXPECT_EQ(stable_hash(""), 0U);
  EXPECT_EQ(stable_hash("a"), 17123789566204894052U);
  EXPECT_EQ(stable_hash("a", 1), 17229338144259543306U);
  EXPECT_EQ(stable_hash("eight by"), 16673022243939893694U);
  EXPECT_EQ(stable_hash("more than eight bytes"), 14270690565699664756U);
}

TEST(StableHash, TellsLengthsPlacesAndSeedsApart) {
  std::set<std::uint64_t> values;
  std::size_t count = 0;
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t at = 0; at <= length; ++at) {
      std::string text(length, '\0');
      if (at < length) text[at] = 'x';
      values.insert(stable_hash(text));
      values.insert(stable_hash(text, 7));
      count += 2;
    }
  }
  EXPECT_EQ(values.size(), count);
}

}  // namespace
}  // namespace waggle::embed
