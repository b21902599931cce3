// scope_test.cc: a call runs in a transaction of its own, or in the caller's.

#include "stores/scope.h"

#include <gtest/gtest.h>

#include "support/store_fixture.h"

namespace waggle::stores {
namespace {

class ScopeTest : public test::StoreTest {
 protected:
  std::int64_t logged(const Scope& scope) {
    return scope.read([](Reading& reading) { return reading.sql.query_integer("SELECT count(*) FROM changes", {}); }).value();
  }
};

TEST_F(ScopeTest, WriteAnswersWhatTheWorkAnswers) {
  const Result<int> seven = scope_.write([](Writing&) -> Result<int> { return 7; });
  EXPECT_EQ(seven.value(), 7);
  const Result<int> failed = scope_.write([](Writing&) -> Result<int> { return Error(Code::kConflict, "no"); });
  EXPECT_EQ(failed.error().code(), Code::kConflict);
}

TEST_F(ScopeTest, WorkThatFailsLeavesNothing) {
  const Status failed = scope_.write([](Writing& writing) -> Status {
    WAGGLE_TRY(writing.log(Entity::kAgent, "a", "register"));
    return Error(Code::kConflict, "no");
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(logged(scope_), 0);
}

TEST_F(ScopeTest, ACallThatIsRefusedHalfwayLeavesNothingInTheTransactionThatGoesOn) {
  const auto halfway = [](Writing& writing) -> Status {
    WAGGLE_TRY(writing.log(Entity::kAgent, "undone", "register"));
    return Error(Code::kConflict, "no");
  };
  const Status done = scope_.write([&](Writing& writing) -> Status {
    const Scope inner(scope_, writing.sql, writing.now);
    WAGGLE_TRY(writing.log(Entity::kAgent, "before", "register"));
    EXPECT_EQ(inner.write_all_or_none(halfway).error().code(), Code::kConflict);
    EXPECT_EQ(logged(inner), 1);
    WAGGLE_TRY(inner.write_all_or_none([](Writing& bound) { return bound.log(Entity::kAgent, "after", "register"); }));
    return {};
  });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(logged(scope_), 2);
  EXPECT_EQ(scope_.write_all_or_none(halfway).error().code(), Code::kConflict);
  EXPECT_EQ(logged(scope_), 2);
}

TEST_F(ScopeTest, AnActorThatIsNoNameWritesNothing) {
  for (const std::string& actor : {std::string("\xff"), std::string("a\0b", 3), std::string(65'537, 'a')}) {
    const Scope scope = db_.as(actor);
    EXPECT_EQ(scope.write([](Writing& writing) { return writing.log(Entity::kAgent, "a", "register"); }).error().code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(logged(scope_), 0);
}

TEST_F(ScopeTest, ABoundScopeSeesAndSharesItsTransaction) {
  const Status failed = scope_.write([&](Writing& writing) -> Status {
    const Scope inner(scope_, writing.sql, writing.now);
    EXPECT_TRUE(inner.is_bound());
    EXPECT_EQ(inner.now(), writing.now);
    WAGGLE_TRY(inner.write([](Writing& bound) { return bound.log(Entity::kAgent, "a", "register"); }));
    EXPECT_EQ(logged(inner), 1);
    return Error(Code::kConflict, "no");
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_EQ(logged(scope_), 0);
}

TEST_F(ScopeTest, TimeStandsStillInABoundScope) {
  const Status done = scope_.write([&](Writing& writing) -> Status {
    const Scope inner(scope_, writing.sql, writing.now);
    db_.clock.advance(std::chrono::hours(1));
    return inner.write([&](Writing& bound) -> Status {
      EXPECT_EQ(bound.now, writing.now);
      return {};
    });
  });
  EXPECT_TRUE(done.has_value());
}

TEST_F(ScopeTest, ASnapshotTakesNoWritesAndDoesNotMove) {
  const Status done = scope_.read([&](Reading& reading) -> Status {
    const Scope inner(scope_, reading.sql, reading.now());
    EXPECT_EQ(logged(inner), 0);
    scope_.write([](Writing& writing) { return writing.log(Entity::kAgent, "a", "register"); }).value();
    EXPECT_EQ(logged(inner), 0);
    EXPECT_EQ(inner.write([](Writing&) { return Status(); }).error().code(), Code::kReadOnly);
    return {};
  });
  EXPECT_TRUE(done.has_value());
  EXPECT_EQ(logged(scope_), 1);
}

TEST_F(ScopeTest, AWaiterLooksAgainWhenItIsDueAndSoonAnyway) {
  const auto deadline = base::Deadline::after(std::chrono::hours(1));
  EXPECT_EQ(scope_.next_look(deadline, std::nullopt).end(), deadline.end());
  const Timestamp now = db_.clock.now();
  EXPECT_FALSE(scope_.next_look(deadline, now - std::chrono::hours(1)).left() > std::chrono::milliseconds(1));
  EXPECT_LE(scope_.next_look(deadline, now + std::chrono::milliseconds(100)).left(), std::chrono::milliseconds(100));
  // The clock may be set to that time at any moment.
  EXPECT_LE(scope_.next_look(deadline, now + std::chrono::hours(24 * 3650)).left(), std::chrono::seconds(1));
  const auto soon = base::Deadline::after(std::chrono::milliseconds(10));
  EXPECT_EQ(scope_.next_look(soon, now + std::chrono::hours(1)).end(), soon.end());
}

TEST_F(ScopeTest, TheActorAndTheTimeStandInTheLog) {
  scope_.write([](Writing& writing) { return writing.log(Entity::kMemory, "m", "put"); }).value();
  const auto row = scope_.read([](Reading& reading) {
    return reading.sql.query_one("SELECT entity || entity_id || op || actor, at FROM changes", {},
                                 [](const sql::Row& found) { return std::pair(found.string(0), found.timestamp(1)); });
  });
  ASSERT_TRUE(row.value().has_value());
  EXPECT_EQ((*row)->first, "memorymputtester");
  EXPECT_EQ((*row)->second, db_.clock.now());
}

}  // namespace
}  // namespace waggle::stores
