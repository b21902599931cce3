// watch_test.cc: `waggle watch`.

#include <signal.h>

#include "cli/runner.h"

namespace waggle::test {
namespace {

class WatchCommand : public CliTest {
 protected:
  WatchCommand() {
    json({"--agent", "boss", "swarm", "create", "s", "--id", "s"});
    json({"memory", "put", "ann", "k", "1"});
    json({"task", "create", "t", "--id", "t1"});
  }
  std::size_t lines(const std::vector<std::string>& words) {
    const std::string out = run(words).out;
    return static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n'));
  }
};

TEST_F(WatchCommand, PrintsTheLogInEveryForm) {
  const std::string jsonl = run({"watch", "-o", "jsonl"}).out;
  EXPECT_TRUE(jsonl.starts_with(R"({"seq":1,"at":")")) << jsonl;
  EXPECT_TRUE(holds(jsonl, R"("entity":"swarm","entity_id":"s","op":"create","actor":"boss"})"));
  EXPECT_EQ(lines({"watch", "-o", "jsonl"}), 3U);
  EXPECT_EQ(lines({"watch"}), 3U);
  EXPECT_TRUE(run({"watch"}).out.starts_with("1  "));
  const std::string document = json({"watch"});
  EXPECT_TRUE(document.starts_with("{\"items\":[{\"seq\":1,"));
  EXPECT_TRUE(document.ends_with("],\"next\":null}\n"));
}

TEST_F(WatchCommand, FiltersAndStarts) {
  EXPECT_EQ(lines({"watch", "--from", "3"}), 1U);
  EXPECT_EQ(lines({"watch", "--from", "4"}), 0U);
  EXPECT_EQ(lines({"watch", "--entity", "memory", "--entity", "task"}), 2U);
  EXPECT_EQ(run({"watch", "--entity", "memories"}).status, 2);
  EXPECT_EQ(run({"watch", "--from", "0"}).status, 2);
}

TEST_F(WatchCommand, DoesNotFollowIntoOneDocument) { EXPECT_TRUE(holds(run({"watch", "--follow", "-o", "json"}).err, "\"usage\"")); }

TEST_F(WatchCommand, FollowsUntilNobodyReads) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  ::close(ends[0]);
  const int err = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  EXPECT_EQ(runner_.run_on({-1, ends[1], err}, {"watch", "--follow"}), 1);
  ::close(ends[1]);
  ::close(err);
  ::signal(SIGPIPE, previous);
}

}  // namespace
}  // namespace waggle::test
