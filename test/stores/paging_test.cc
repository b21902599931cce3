// paging_test.cc: cursors are handed out, read back, and not to be made up.

#include "stores/paging.h"

#include <gtest/gtest.h>

namespace waggle::stores {
namespace {

Code refusal(const PageRequest& request) {
  const Result<Position> start = page_start("list", request);
  EXPECT_FALSE(start.has_value());
  return start ? Code::kInternal : start.error().code();
}

TEST(Paging, AFirstPageBeginsBeforeEverything) {
  const Position start = page_start("list", {}).value();
  EXPECT_EQ(start.major, Position::start().major);
  EXPECT_EQ(start.rowid, Position::start().rowid);
}

TEST(Paging, ACursorLeadsBackToItsPosition) {
  for (const Position position : {Position{0, 1}, Position{-5, 9'007'199'254'740'993}, Position{std::numeric_limits<std::int64_t>::min(), 0}}) {
    const Position back = page_start("list", {.cursor = make_cursor("list", position)}).value();
    EXPECT_EQ(back.major, position.major);
    EXPECT_EQ(back.rowid, position.rowid);
  }
}

TEST(Paging, ACursorOfAnotherListIsRefused) { EXPECT_EQ(refusal({.cursor = make_cursor("other", {0, 1})}), Code::kInvalidArgument); }

TEST(Paging, ChangedAndMadeUpCursorsAreRefused) {
  const std::string cursor = make_cursor("list", {7, 42});
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(refusal({.cursor = changed}), Code::kInvalidArgument) << i;
  }
  for (const std::string& made_up :
       {std::string("1"), cursor.substr(1), cursor + "0", std::string(40, '-'), std::string(40, '0'), std::string(1, '\0')}) {
    EXPECT_EQ(refusal({.cursor = made_up}), Code::kInvalidArgument) << made_up;
  }
}

TEST(Paging, LimitsOutOfRangeAreRefused) {
  EXPECT_EQ(refusal({.limit = 0}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.limit = -1}), Code::kInvalidArgument);
  EXPECT_EQ(refusal({.limit = PageRequest::kLimitMax + 1}), Code::kInvalidArgument);
  EXPECT_TRUE(page_start("list", {.limit = PageRequest::kLimitMax}).has_value());
}

TEST(Paging, OnlyASurplusEntryMakesANextPage) {
  using Entries = std::vector<std::pair<Position, int>>;
  const PageRequest request{.limit = 2};
  const Page<int> full = make_page<int>("list", request, Entries{{{0, 9}, 1}, {{0, 8}, 2}});
  EXPECT_EQ(full.items, (std::vector<int>{1, 2}));
  EXPECT_EQ(full.next, std::nullopt);
  const Page<int> more = make_page<int>("list", request, Entries{{{0, 9}, 1}, {{0, 8}, 2}, {{0, 7}, 3}});
  EXPECT_EQ(more.items, (std::vector<int>{1, 2}));
  ASSERT_TRUE(more.next.has_value());
  EXPECT_EQ(page_start("list", {.cursor = *more.next}).value().rowid, 8);
}

}  // namespace
}  // namespace waggle::stores
