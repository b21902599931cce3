// row_table_test.cc: rows keep their addresses and contents while the table grows.

#include "hnsw/row_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <vector>

namespace waggle::hnsw {
namespace {

TEST(RowTable, GrowsWithoutMovingItsRows) {
  for (const std::size_t row_bytes : std::initializer_list<std::size_t>{4, 72, 1536, 100'000}) {
    RowTable table(row_bytes);
    std::map<std::uint32_t, std::byte*> addresses;
    for (std::uint32_t slot = 0; slot < 3'000; ++slot) {
      ASSERT_TRUE(table.reserve(slot + 1).has_value());
      ASSERT_GT(table.capacity(), slot);
      std::byte* row = table.row(slot);
      std::memcpy(row, &slot, sizeof(slot));
      std::memcpy(row + row_bytes - sizeof(slot), &slot, sizeof(slot));
      addresses[slot] = row;
    }
    for (const auto& [slot, address] : addresses) {
      EXPECT_EQ(table.row(slot), address);
      std::uint32_t found = 0;
      std::memcpy(&found, address, sizeof(found));
      EXPECT_EQ(found, slot) << "another row lies over it";
    }
  }
}

TEST(RowTable, ContinuesAfterRowsOfOthers) {
  std::vector<std::byte> adopted(7 * 8);
  RowTable table(8);
  table.adopt(adopted.data(), 7);
  EXPECT_EQ(table.row(6), adopted.data() + 48);
  ASSERT_TRUE(table.reserve(20'000).has_value());
  EXPECT_EQ(table.row(0), adopted.data());
  for (std::uint32_t slot = 7; slot < 20'000; ++slot) std::memcpy(table.row(slot), &slot, sizeof(slot));
  for (std::uint32_t slot = 7; slot < 20'000; ++slot) {
    std::uint32_t found = 0;
    std::memcpy(&found, table.row(slot), sizeof(found));
    ASSERT_EQ(found, slot);
  }
}

TEST(RowTable, FreshRowsAreZero) {
  RowTable table(16);
  ASSERT_TRUE(table.reserve(10'000).has_value());
  for (std::uint32_t slot = 0; slot < 10'000; ++slot) EXPECT_EQ(*table.row(slot), std::byte{0});
}

}  // namespace
}  // namespace waggle::hnsw
