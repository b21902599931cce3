// label_map_test.cc: the map against std::map, with labels that collide.

#include "hnsw/label_map.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <utility>
#include <vector>

namespace waggle::hnsw {
namespace {

TEST(LabelMap, DoesAsAStandardMapDoes) {
  rc::check("same answers", [](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& steps) {
    LabelMap map;
    std::map<std::uint64_t, std::uint32_t> model;
    std::uint32_t slot = 0;
    for (const auto& [kind, number] : steps) {
      const std::uint64_t label = number % 64;
      if (kind % 3 != 0) {
        const bool is_new = model.emplace(label, slot).second;
        RC_ASSERT(map.insert(label, slot) == is_new);
        if (!is_new) {
          model[label] = slot;
          map.assign(label, slot);
        }
      } else {
        RC_ASSERT(map.erase(label) == (model.erase(label) > 0));
      }
      ++slot;
      RC_ASSERT(map.size() == model.size());
      for (std::uint64_t each = 0; each < 64; ++each) {
        const auto found = model.find(each);
        RC_ASSERT(map.find(each) == (found == model.end() ? std::nullopt : std::optional(found->second)));
      }
    }
  });
}

TEST(LabelMap, HoldsManyAndForgetsThemAll) {
  LabelMap map;
  map.reserve(50'000);
  for (std::uint32_t i = 0; i < 100'000; ++i) ASSERT_TRUE(map.insert(std::uint64_t{i} << 32U, i));
  for (std::uint32_t i = 0; i < 100'000; ++i) ASSERT_EQ(map.find(std::uint64_t{i} << 32U), i);
  EXPECT_FALSE(map.find(1).has_value());
  for (std::uint32_t i = 0; i < 100'000; ++i) ASSERT_TRUE(map.erase(std::uint64_t{i} << 32U));
  EXPECT_EQ(map.size(), 0U);
  EXPECT_FALSE(map.find(0).has_value());
}

TEST(LabelMap, EmptyHasNothing) {
  LabelMap map;
  EXPECT_FALSE(map.find(0).has_value());
  EXPECT_FALSE(map.erase(0));
}

}  // namespace
}  // namespace waggle::hnsw
