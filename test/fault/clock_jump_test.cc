// clock_jump_test.cc: the whole binary under clocks that are wrong by an hour or ten years, before and behind, and that jump while it runs. What must
// hold is in docs/CONCURRENCY.md, "When the clock is set".
//
// libfaketime moves the wall clock alone: setting a machine's clock moves no monotonic clock either.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "fault/fault_fixture.h"
#include "support/files.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

class SlowClockJump : public FaultTest, public ::testing::WithParamInterface<const char*> {
 protected:
  // Runs a script in the test's folder with these functions: `w` is the binary now, `at OFFSET` the binary under a clock that is off by so much,
  // `fails STATUS COMMAND...` expects an exit status.
  int shell(const std::string& script) const {
    write_file(dir_.file("script"),
               "cd '" + dir_.path().string() + "'\nset -eu -o pipefail\nW='" WAGGLE_BINARY "'\nOFF='" + GetParam() +
                   "'\n"
                   "w() { \"$W\" \"$@\"; }\n"
                   "at() { local o=$1; shift; DONT_FAKE_MONOTONIC=1 faketime -f \"$o\" \"$W\" \"$@\"; }\n"
                   "field() { python3 -c \"import json,sys; d=json.load(sys.stdin); print((d['items'][0] if 'items' in d else d)['$1'])\"; }\n"
                   "fails() { local s=0 want=$1; shift; \"$@\" >/dev/null 2>&1 || s=$?; [ $s = $want ] || { echo \"$* ended with $s\"; exit 9; }; }\n"
                   "EMPTY='{\"items\":[],\"next\":null}'\n"
                   "w init >/dev/null\n" +
                   script);
    const int status = std::system(("env -u WAGGLE_AGENT -u WAGGLE_CONFIG WAGGLE_DB=fault.db XDG_CONFIG_HOME=none timeout 120 bash '" +
                                    dir_.file("script") + "' >'" + dir_.file("out") + "' 2>&1")
                                       .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string out() const { return read_file(dir_.file("out")); }
  static bool is_ahead() { return GetParam()[0] == '+'; }
};

// Expired is what the clock of the reader says is expired. A commit under a clock ahead deletes it for good; one under a clock behind keeps it.
TEST_P(SlowClockJump, ExpiryIsJudgedByTheClockOfTheReader) {
  EXPECT_EQ(shell(std::string("w memory put a brief 1 --ttl 30m >/dev/null\n"
                              "w memory put a lasting 2 >/dev/null\n"
                              "at $OFF memory get a lasting >/dev/null\n") +
                  (is_ahead() ? "fails 6 at $OFF memory get a brief\n"
                                "w memory get a brief >/dev/null\n"
                                "at $OFF memory put a other 3 >/dev/null\n"  // sweeps
                                "fails 6 w memory get a brief\n"
                              : "at $OFF memory get a brief >/dev/null\n"
                                "at $OFF memory put a other 3 --ttl 30m >/dev/null\n"  // is over long since
                                "fails 6 w memory get a other\n"
                                "w memory get a brief >/dev/null\n") +
                  "w memory get a lasting >/dev/null\n"
                  "w check\n"),
            0)
      << out();
}

// A claimer whose clock is ahead takes leases over; then the first token is stale for good, whatever the clock says later. One whose clock is behind
// must wait; and a lease that was taken ahead of time is ended by a reap.
TEST_P(SlowClockJump, FencingTokensHoldWhateverTheClockSays) {
  EXPECT_EQ(shell(std::string("w agent register ann --type t >/dev/null; w agent register bob --type t >/dev/null\n"
                              "w task create work --id t1 >/dev/null\n"
                              "T=$(w task claim ann --lease 5m -o json | field lease_token)\n") +
                  (is_ahead() ? "U=$(at $OFF task claim bob --lease 5m -o json | field lease_token)\n"
                                "fails 7 w task complete t1 --token $T\n"
                                "fails 7 at $OFF task complete t1 --token $T\n"
                                "[ \"$(w task claim ann -o json)\" = \"$EMPTY\" ]\n"  // bob's lease lasts until then
                                "w task complete t1 --token $U >/dev/null\n"
                              : "[ \"$(at $OFF task claim bob -o json)\" = \"$EMPTY\" ]\n"
                                "at $OFF task complete t1 --token $T >/dev/null\n") +
                  "[ $(w task get t1 -o json | field status) = completed ]\n"
                  // Leased ten years ahead of time by one who then dies.
                  "w task create more --id t2 >/dev/null\n"
                  "at +10y task claim ann --lease 5m >/dev/null\n"
                  "[ \"$(w task claim bob -o json)\" = \"$EMPTY\" ]\n"
                  "w agent remove ann >/dev/null\n"
                  "w task claim bob -o json | field id\n"
                  "w check\n"),
            0)
      << out();
}

TEST_P(SlowClockJump, DeadlinesOfProposalsAreJudgedByTheClock) {
  EXPECT_EQ(shell(std::string(
                      "w swarm create s --id s >/dev/null\n"
                      "P=$(w vote propose q --swarm s --by a --rule majority --elector a --elector b --elector c --deadline 30m -o json | field id)\n"
                      "w vote cast $P a approve >/dev/null\n") +
                  (is_ahead() ? "[ $(at $OFF vote wait $P --timeout 20s -o json | field outcome) = rejected ]\n"
                                "fails 7 at $OFF vote cast $P b approve\n"
                              : "at $OFF vote cast $P b approve >/dev/null\n"
                                "[ $(w vote wait $P --timeout 20s -o json | field outcome) = approved ]\n") +
                  "w check\n"),
            0)
      << out();
}

// Numbers tell the order, times do not. What is older than the change log's limit by the clock of one who commits is trimmed.
TEST_P(SlowClockJump, OrderIsThatOfCommitsAndNotOfTimes) {
  EXPECT_EQ(shell("KEPT=3; [ $OFF != +10y ] || KEPT=2\n"
                  "w swarm create s --id s >/dev/null\n"
                  "for a in a b; do w agent register $a --type t --swarm s >/dev/null; done\n"
                  "w message send 1 --swarm s --from a --to b --type t >/dev/null\n"
                  "at $OFF message send 2 --swarm s --from a --to b --type t >/dev/null\n"
                  "w message send 3 --swarm s --from a --to b --type t >/dev/null\n"
                  "w watch --entity message -o jsonl | python3 -c \"import json,sys; s=[json.loads(l)['seq'] for l in sys.stdin];"
                  " assert len(s) == $KEPT and s == list(range(7 - $KEPT, 7)), s\"\n"
                  "w message inbox b -o json | python3 -c 'import json,sys; c=[m[\"content\"] for m in json.load(sys.stdin)[\"items\"]];"
                  " assert c == [1,2,3], c'\n"
                  "w check\n"),
            0)
      << out();
}

// Timeouts are of the monotonic clock. A wait whose end is a time of the wall clock notices that it was set.
TEST_P(SlowClockJump, AJumpNeitherEndsNorProlongsAWait) {
  EXPECT_EQ(
      shell(std::string(
                "w swarm create s --id s >/dev/null; for a in a b; do w agent register $a --type t --swarm s >/dev/null; done\n"
                "P=$(w vote propose q --swarm s --by a --rule majority --elector a --elector b --deadline 50m -o json | field id)\n"
                "lib=$(faketime -f +0 printenv LD_PRELOAD)\n"
                "jumping() { DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1 FAKETIME_TIMESTAMP_FILE=$PWD/clock LD_PRELOAD=$lib exec \"$W\" \"$@\"; }\n"
                "echo +0 >clock\n"
                "listening() { until [[ $(ls -l /proc/$1/fd) == *fault.db-lock* ]]; do kill -0 $1; done; }\n"
                // Told before the jump to wait for two seconds.
                "S=$(date +%s%N); jumping message wait b --timeout 2s -o json >none & p=$!; listening $p\n"
                // Told to wait for long: it ends by what is sent, or by the deadline.
                "jumping message wait a --timeout 60s -o json >got & q=$!; listening $q\n"
                "jumping vote wait $P --timeout 60s -o json >decided & r=$!; listening $r\n"
                "echo $OFF >clock\n"
                "wait $p; E=$(( ($(date +%s%N) - S) / 1000000 )); [ \"$(cat none)\" = \"$EMPTY\" ]\n"
                "[ $E -ge 2000 ] && [ $E -lt 10000 ] || { echo took $E; exit 8; }\n"
                "w message send 7 --swarm s --from b --to a --type t >/dev/null\n"
                "wait $q; [ $(field content <got) = 7 ]\n") +
            (is_ahead() ? "wait $r; [ $(field outcome <decided) = rejected ]\n"
                        : "w vote cast $P a approve >/dev/null; w vote cast $P b approve >/dev/null\n"
                          "wait $r; [ $(field outcome <decided) = approved ]\n") +
            "w check\n"),
      0)
      << out();
}

// The binary writes from many processes while its clock goes to and fro.
TEST_P(SlowClockJump, NoRowIsLostWhileTheClockGoesToAndFro) {
  EXPECT_EQ(
      shell(
          "lib=$(faketime -f +0 printenv LD_PRELOAD); echo +0 >clock\n"
          "for p in 1 2 3 4; do (for i in $(seq 25); do\n"
          "  DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1 FAKETIME_TIMESTAMP_FILE=$PWD/clock LD_PRELOAD=$lib \"$W\" memory put a k$p-$i $i >/dev/null\n"
          "done) & pids=\"${pids:-} $!\"; done\n"
          "while kill -0 $pids 2>/dev/null; do\n"
          "  echo $OFF >clock; w memory put a here 1 >/dev/null; echo +0 >clock; w memory get a here >/dev/null\n"
          "done\n"
          "for p in $pids; do wait $p; done\n"
          "[ $(w memory stats a -o json | field entries) = 101 ]\n"
          "w check\n"),
      0)
      << out();
}

INSTANTIATE_TEST_SUITE_P(By, SlowClockJump, ::testing::Values("+1h", "-1h", "+10y", "-10y"),
                         [](const auto& test) { return std::string(test.param[0] == '+' ? "Plus" : "Minus") + (test.param + 1); });

}  // namespace
}  // namespace waggle::test
