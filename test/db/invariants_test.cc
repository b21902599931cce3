// invariants_test.cc: check finds each broken invariant, and nothing in a sound database.

#include "db/invariants.h"

#include <string>

#include "db/database_fixture.h"
#include "support/raw_sqlite.h"

namespace waggle::test {
namespace {

class InvariantsTest : public DatabaseTest {
 protected:
  // A database with something of every kind.
  InvariantsTest() {
    const Session session = database_->as("ann");
    const Swarm swarm = session.swarms().create({.name = "hive", .id = "hive"}).value();
    for (const char* agent : {"ann", "ben"}) {
      session.agents().register_agent({.id = agent, .agent_type = "worker", .swarm_id = swarm.id}).value();
    }
    session.tasks().create({.description = "first", .id = "first"}).value();
    session.tasks().create({.description = "second", .id = "second", .dependencies = {"first"}}).value();
    session.tasks().claim({.agent = "ann"}).value();
    session.memory().set_quota("ann", {.entries = 10, .bytes = {}}).value();
    put(session, "a").value();
    session.messages()
        .send({.swarm_id = swarm.id, .from = "ann", .to = Recipients::agent("ben"), .message_type = "note", .content = Json("1")})
        .value();
    const Proposal proposal =
        session.consensus().propose({.swarm_id = swarm.id, .proposer = "ann", .topic = "lunch", .electorate = {{"ann"}, {"ben"}, {"cyd"}}}).value();
    session.consensus().vote({.proposal_id = proposal.id, .agent_id = "ben", .choice = VoteChoice::kApprove}).value();
  }

  // Breaks something as another program could, and expects that check says exactly that.
  void expect_found(const std::string& sql, const std::string& problem) {
    ASSERT_EQ(RawSqlite(path()).run(sql), SQLITE_OK) << sql;
    const auto report = database_->check();
    ASSERT_TRUE(report) << report.error().describe();
    bool found = false;
    for (const std::string& line : report->problems) found = found || line.find(problem) != std::string::npos;
    EXPECT_TRUE(found) << sql << " gave " << report->problems.size() << " problems" << (report->problems.empty() ? "" : ": " + report->problems[0]);
  }

  std::unique_ptr<Database> database_ = make();
};

TEST_F(InvariantsTest, NothingInASoundDatabase) {
  const CheckReport report = database_->check().value();
  for (const std::string& problem : report.problems) ADD_FAILURE() << problem;
}

TEST_F(InvariantsTest, TaskWithAWrongCountOfDependencies) {
  expect_found("UPDATE tasks SET unmet = 2 WHERE id = 'second'", "count of open dependencies is wrong");
}
TEST_F(InvariantsTest, TaskThatIsReadyTooEarly) {
  expect_found("UPDATE tasks SET status = 'ready' WHERE id = 'second'", "waits for dependencies is ready or running");
}
TEST_F(InvariantsTest, RunningTaskWithoutALease) {
  expect_found("UPDATE tasks SET lease_token = NULL WHERE status = 'running'", "a running task has no lease");
}
TEST_F(InvariantsTest, LeaseOnATaskThatDoesNotRun) {
  expect_found("UPDATE tasks SET lease_token = 't', lease_owner = 'x' WHERE id = 'second'", "a lease is held on a task that does not run");
}
TEST_F(InvariantsTest, WrongMemoryCounters) { expect_found("UPDATE memory_quotas SET entries = 7", "memory counters differ"); }
TEST_F(InvariantsTest, MisplacedReceipt) { expect_found("UPDATE message_receipts SET seq = seq + 1", "stands at another place in the order"); }
TEST_F(InvariantsTest, WrongTally) { expect_found("UPDATE proposals SET votes = 5", "tally differs"); }
TEST_F(InvariantsTest, VoteOfAStranger) { expect_found("UPDATE consensus SET agent_id = 'mallory'", "outside the electorate"); }
TEST_F(InvariantsTest, GapInTheChangeLog) { expect_found("DELETE FROM changes WHERE seq = 3", "the change log has a gap"); }
TEST_F(InvariantsTest, BrokenForeignKey) { expect_found("UPDATE agents SET swarm_id = 'nowhere' WHERE id = 'ann'", "refers to a row of swarms"); }

TEST_F(InvariantsTest, AFindingNamesAnExampleAndTheMend) {
  expect_found("UPDATE tasks SET unmet = 2 WHERE id = 'second'", "for example second");
  EXPECT_NE(database_->check()->problems.at(0).find("restore a backup"), std::string::npos);
}

}  // namespace
}  // namespace waggle::test
