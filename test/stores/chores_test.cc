// chores_test.cc: upkeep that rides on commits.

#include "stores/chores.h"

#include "stores/memory_cache.h"
#include "stores/memory_fixture.h"
#include "waggle/consensus.h"
#include "waggle/swarms.h"

namespace waggle::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using stores::Chores;

class ChoresTest : public MemoryTest {
 protected:
  void commit() { put("commit"); }
  void commit_when_due() {
    db_.clock.advance(Chores::kInterval);
    commit();
  }
  std::int64_t stored_reads(std::string_view key) { return db_.number("SELECT access_count FROM memory WHERE agent_id = 'ann' AND key = ?1", {key}); }
};

TEST_F(ChoresTest, AccessCountsAreWrittenWithALaterCommit) {
  put("k");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(memory_.get({"ann", "k"}));
  commit();
  EXPECT_EQ(stored_reads("k"), 0) << "too early";
  commit_when_due();
  EXPECT_EQ(stored_reads("k"), 5);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 6);
  EXPECT_EQ(memory_.list("ann").value().items.at(1).access_count, 6);
}

TEST_F(ChoresTest, WritingAccessCountsForgetsNoEntry) {
  put("k");
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  commit_when_due();
  const auto before = db_.cache.stats();
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 2);
  EXPECT_EQ(db_.cache.stats().hits, before.hits + 1);
}

TEST_F(ChoresTest, CountsGoOnWithTheNextCommitWhenThereAreMany) {
  constexpr int kEntries = 600;
  for (int i = 0; i < kEntries; ++i) put("k" + std::to_string(i));
  for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(memory_.get({"ann", "k" + std::to_string(i)}));
  commit_when_due();
  EXPECT_EQ(db_.number("SELECT sum(access_count) FROM memory"), 256);
  commit();
  EXPECT_EQ(db_.number("SELECT sum(access_count) FROM memory"), 512);
  commit();
  EXPECT_EQ(db_.number("SELECT sum(access_count) FROM memory"), kEntries);
}

TEST_F(ChoresTest, ALongValueEndsAFlight) {
  const std::string long_value = '"' + std::string(2 << 20, 'x') + '"';
  put("a", long_value);
  put("b", long_value);
  ASSERT_TRUE(memory_.get({"ann", "a"}));
  ASSERT_TRUE(memory_.get({"ann", "b"}));
  commit_when_due();
  EXPECT_EQ(stored_reads("a") + stored_reads("b"), 1);
  commit();
  EXPECT_EQ(stored_reads("a") + stored_reads("b"), 2);
}

TEST_F(ChoresTest, CountsOfAFailedCommitAreKept) {
  put("k");
  ASSERT_TRUE(memory_.get({"ann", "k"}));
  db_.clock.advance(Chores::kInterval);
  // Chores that run, and whose transaction then fails.
  const Status failed = db_.engine().write(base::Deadline::after(seconds(10)), [&](sql::Writer& writer) -> Status {
    EXPECT_TRUE(db_.chores.before_commit(writer));
    return Error(Code::kConflict, "undone on purpose");
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(stored_reads("k"), 0);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 2);
  commit_when_due();
  EXPECT_EQ(stored_reads("k"), 2);
  EXPECT_EQ(memory_.get({"ann", "k"}).value().access_count, 3);
}

TEST_F(ChoresTest, ClosingWritesAllCountsOnce) {
  put("k");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(memory_.get({"ann", "k"}));
  EXPECT_TRUE(db_.chores.has_access_counts());
  int runs = 0;
  const auto flush = [&](sql::Writer& writer) -> Status {
    ++runs;
    WAGGLE_TRY(db_.chores.flush_access_counts(writer));
    return runs == 1 ? Status(Error(Code::kConflict, "the first run is undone")) : Status();
  };
  EXPECT_FALSE(db_.engine().write(base::Deadline::after(seconds(10)), flush));
  EXPECT_EQ(stored_reads("k"), 0);
  EXPECT_TRUE(db_.engine().write(base::Deadline::after(seconds(10)), flush));
  EXPECT_EQ(stored_reads("k"), 3);
  EXPECT_FALSE(db_.chores.has_access_counts());
  commit_when_due();
  EXPECT_EQ(stored_reads("k"), 3);
}

TEST_F(ChoresTest, ExpiredEntriesAreSweptInSmallBatches) {
  constexpr int kEntries = 150;
  for (int i = 0; i < kEntries; ++i) put_for("k" + std::to_string(i), seconds(1));
  db_.clock.advance(seconds(1));
  EXPECT_EQ(memory_.stats().value().expired, kEntries);
  commit_when_due();
  EXPECT_EQ(memory_.stats().value().expired, kEntries - 64);
  commit();
  commit();
  EXPECT_EQ(memory_.stats().value().expired, 0);
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory"), 1);
  EXPECT_EQ(db_.number("SELECT count(*) FROM changes WHERE op = 'expire' AND actor IS NULL"), kEntries);
}

TEST_F(ChoresTest, OverdueProposalsAreDecidedInSmallBatches) {
  SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value();
  for (int i = 0; i < 70; ++i) {
    ConsensusStore(scope_).propose({.swarm_id = "hive", .proposer = "ann", .topic = "t", .electorate = {{"ann"}}, .deadline = seconds(1)}).value();
  }
  const auto open = [&] { return db_.number("SELECT count(*) FROM proposals WHERE status = 'open'"); };
  commit_when_due();
  EXPECT_EQ(open(), 6);
  commit();
  EXPECT_EQ(open(), 0);
}

TEST_F(ChoresTest, AClockThatWasSetBackDoesNotStopTheChores) {
  commit();
  put_for("k", seconds(1));
  db_.clock.advance(hours(24));
  commit();
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE key = 'k'"), 0);
  db_.clock.advance(-hours(48));
  put_for("l", seconds(1));
  db_.clock.advance(seconds(4));
  commit();
  EXPECT_EQ(db_.number("SELECT count(*) FROM memory WHERE key = 'l'"), 0);
}

class ChangeLogTrimTest : public ChoresTest {
 protected:
  // Takes over from the chores of the fixture.
  Chores& limited(const stores::ChangeLogLimits& limits) {
    chores_.emplace(db_.clock, db_.ids, db_.cache, limits);
    db_.engine().set_observer(&*chores_);
    return *chores_;
  }
  ~ChangeLogTrimTest() override { db_.engine().set_observer(nullptr); }
  std::int64_t oldest() { return db_.number("SELECT min(seq) FROM changes"); }
  std::int64_t newest() { return db_.number("SELECT max(seq) FROM changes"); }

  std::optional<Chores> chores_;
};

TEST_F(ChangeLogTrimTest, KeepsTheLatestByCount) {
  limited({.changes_age_max = hours(24), .changes_count_max = 10});
  for (int i = 0; i < 30; ++i) commit();
  EXPECT_EQ(oldest(), 1);
  commit_when_due();
  EXPECT_EQ(newest(), 31);
  EXPECT_EQ(oldest(), 22);
}

TEST_F(ChangeLogTrimTest, DropsWhatIsOld) {
  limited({.changes_age_max = hours(24), .changes_count_max = 0});
  commit();
  commit();
  db_.clock.advance(hours(1));
  commit();
  db_.clock.advance(hours(23) + seconds(1));
  commit();
  EXPECT_EQ(oldest(), 3);
  db_.clock.advance(hours(100));
  commit();
  EXPECT_EQ(oldest(), newest());
}

TEST_F(ChangeLogTrimTest, GoesOnInBoundedSteps) {
  limited({.changes_age_max = hours(24), .changes_count_max = 0});
  std::vector<PutMemory> many;
  for (int i = 0; i < 2500; ++i) many.push_back({.agent_id = "ann", .key = "k", .value = Json("1")});
  ASSERT_TRUE(memory_.put_many(many));
  db_.clock.advance(hours(25));
  commit();
  EXPECT_EQ(oldest(), 1001);
  commit();
  EXPECT_EQ(oldest(), 2001);
  commit();
  EXPECT_EQ(oldest(), 2501);
}

TEST_F(ChangeLogTrimTest, NumbersGoOnAfterTheLogWasEmptied) {
  limited({.changes_age_max = seconds(1), .changes_count_max = 1});
  commit();
  commit_when_due();
  commit_when_due();
  EXPECT_EQ(oldest(), 3);
  EXPECT_EQ(newest(), 3);
}

}  // namespace
}  // namespace waggle::test
