// Proposals as rows: how a deadline that has passed is written down.

#include "stores/consensus_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "support/store_fixture.h"
#include "waggle/swarms.h"

namespace waggle::stores {
namespace {

using namespace std::chrono_literals;

class ConsensusRows : public test::StoreTest {
 protected:
  void SetUp() override { SwarmStore(scope_).create({.name = "hive", .id = "hive"}).value(); }

  std::string propose(std::optional<Duration> deadline, OnDeadline on_deadline) {
    return ConsensusStore(scope_)
        .propose(
            {.swarm_id = "hive", .proposer = "ann", .topic = "t", .electorate = {{"ann"}, {"bob"}}, .deadline = deadline, .on_deadline = on_deadline})
        .value()
        .id;
  }
  std::int64_t decide_up_to(std::int64_t max) {
    return scope_.write([&](Writing& writing) { return decide_overdue(writing, max); }).value();
  }
  std::int64_t count(sql::Text text) {
    return scope_.read([&](Reading& reading) { return reading.sql.query_integer(text, {}); }).value();
  }
};

TEST_F(ConsensusRows, OverdueProposalsAreWrittenAsTheyAreSeen) {
  const std::string approved = propose(1s, OnDeadline::kApprove);
  const std::string rejected = propose(2s, OnDeadline::kTally);
  propose(60s, OnDeadline::kReject);
  propose(std::nullopt, OnDeadline::kReject);
  db_.clock.advance(10s);
  const Proposal seen = ConsensusStore(scope_).get(approved).value();
  EXPECT_EQ(count("SELECT count(*) FROM proposals WHERE status = 'open'"), 4);

  EXPECT_EQ(decide_up_to(1), 1);
  EXPECT_EQ(count("SELECT count(*) FROM proposals WHERE status = 'open'"), 3);
  EXPECT_EQ(decide_up_to(10), 1);
  EXPECT_EQ(decide_up_to(10), 0);
  EXPECT_EQ(count("SELECT count(*) FROM proposals WHERE status = 'open'"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM proposals WHERE outcome = 'approved'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM proposals WHERE outcome = 'rejected'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM changes WHERE entity = 'proposal' AND op = 'decide'"), 2);

  const Proposal written = ConsensusStore(scope_).get(approved).value();
  EXPECT_EQ(written.outcome, seen.outcome);
  EXPECT_EQ(written.decided_at, seen.decided_at);
  EXPECT_EQ(written.decided_at, written.deadline);
  EXPECT_EQ(ConsensusStore(scope_).get(rejected)->outcome, Outcome::kRejected);
}

TEST_F(ConsensusRows, ADamagedRowIsCorruptionAndHoldsUpNoOther) {
  const std::string damaged = propose(1s, OnDeadline::kReject);
  const Status done = scope_.write([&](Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("UPDATE proposals SET rule = 'loudest'", {}));
    return {};
  });
  ASSERT_TRUE(done);
  propose(1s, OnDeadline::kReject);
  EXPECT_EQ(ConsensusStore(scope_).get(damaged).error().code(), Code::kCorruption);
  db_.clock.advance(1s);
  EXPECT_EQ(decide_up_to(10), 1);
}

}  // namespace
}  // namespace waggle::stores
