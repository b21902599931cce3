// process_storm_test.cc: many processes write one database while holders of the write lock are stopped and killed, checkpoints run all the time, and
// the stock sqlite3 tool writes a table of its own. Nothing acknowledged is lost, nobody sees a busy lock, nobody starves.
//
// WAGGLE_STORM_SECONDS bounds how long each storm lasts, WAGGLE_STORM_SEED repeats its dice.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <sstream>
#include <string>

#include "fault/fault_fixture.h"
#include "fault/lock_view.h"
#include "fault/run_size.h"
#include "fault/wait_times.h"
#include "support/process_group.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

// How soon the lock must move on after its holder was killed, or goes on after it was stopped; and the longest wait that no stop explains.
constexpr auto kMoveOnMax = seconds(2) * kSlowness;
constexpr double kWorstToMedianMax = 20;

WaitTimes::Microseconds now_us() { return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now().time_since_epoch()).count(); }

class SlowProcessStorm : public FaultTest {
 protected:
  struct Count {
    int killed = 0;
    int stopped_holders = 0;
    int stopped_others = 0;
    Steady::duration worst_after_kill{};
    Steady::duration worst_after_stop{};
  };
  // What is known of one writer, process after process.
  struct Writer {
    std::map<std::string, int> latest;    // acknowledged number by key
    int next = 0;                         // where a successor begins
    std::map<std::string, int> in_doubt;  // what a killed one may have stored as its last
  };

  void SetUp() override {
    std::cout << "WAGGLE_STORM_SEED=" << seed_ << std::endl;
    open().reset();
  }

  void storm(std::size_t writers, seconds time) {
    writers_.resize(writers);
    waits_ = WaitTimes(writers);
    const std::size_t bystander = start(writers);
    const LockView lock(path());
    const auto begin = Steady::now();
    while (Steady::now() < begin + time && !HasFailure()) {
      group_.listen_for(milliseconds(between(20, 150)));
      switch (between(0, 4)) {
        case 0:
        case 1:
          stop_holder(lock);
          break;
        case 2:
        case 3:
          kill_holder(lock);
          break;
        default:
          stop_another(lock);
      }
    }
    end(writers, bystander);
    report(writers, Steady::now() - begin);
  }

  // Starts the writers and the bystander, and waits until all are at work.
  std::size_t start(std::size_t writers) {
    for (std::size_t w = 0; w < writers; ++w) group_.start(command(w));
    // Its own commits are not under Waggle's lock; so it must leave checkpoints to Waggle (docs/CONCURRENCY.md, foreign writers).
    const std::size_t bystander = group_.start({"stdbuf", "-oL", "sqlite3", "-bail", "-cmd", ".timeout 60000", path()});
    group_[bystander].write_line("PRAGMA wal_autocheckpoint=0; CREATE TABLE bystander(n); SELECT 'begun';");
    const auto all_at_work = [&] {
      for (std::size_t w = 0; w < writers; ++w) {
        if (waits_.count(w) == 0) return false;
      }
      return seen_ >= 0;
    };
    EXPECT_TRUE(group_.listen_until(Steady::now() + seconds(60), all_at_work));
    return bystander;
  }

  std::vector<std::string> command(std::size_t writer) const {
    return {WAGGLE_FAULT_WORKER, "storm", path(), "w" + std::to_string(writer), std::to_string(writers_[writer].next)};
  }

  void hear(std::size_t member, const std::string& line) {
    if (member >= writers_.size()) return hear_bystander(member, line);
    std::istringstream words(line);
    std::string what, key;
    int number = 0;
    WaitTimes::Span wait;
    words >> what >> key >> number >> wait.begin >> wait.end;
    if (what != "put") {
      EXPECT_EQ(line, "ready") << "writer " << member;
      return;
    }
    writers_[member].latest[key] = number;
    writers_[member].next = number + 1;
    waits_.add(member, wait);
  }

  // It prints how many rows its table has, after each insert: one more than it had.
  void hear_bystander(std::size_t bystander, const std::string& line) {
    if (seen_ < 0 && line != "begun") return;  // what the pragma answers
    ++seen_;
    EXPECT_EQ(line, seen_ == 0 ? "begun" : std::to_string(seen_)) << "the bystander";
    if (!ending_) group_[bystander].write_line("INSERT INTO bystander VALUES(1); SELECT count(*) FROM bystander;");
  }

  int between(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }

  // Stops whoever holds the lock; the number of the writer, or nothing when it was let go of each time.
  std::optional<std::size_t> catch_holder(const LockView& lock) {
    for (int i = 0; i < 200; ++i) {
      const pid_t id = lock.holder();
      const std::size_t writer = group_.find(id);
      if (writer < writers_.size() && group_[writer].stop()) {
        if (lock.is_held() && lock.holder() == id) return writer;
        group_[writer].go_on();
      }
      group_.listen_for(milliseconds(1));
    }
    return std::nullopt;
  }

  // Time until there is another commit, which must come soon.
  Steady::duration time_to_commit(const LockView& lock, std::uint32_t before) {
    const auto begin = Steady::now();
    EXPECT_TRUE(group_.listen_until(begin + kMoveOnMax, [&] { return lock.commits() != before; }, milliseconds(1))) << "the lock does not move on";
    return Steady::now() - begin;
  }

  // A stopped holder keeps the lock, for nobody can know how far it is: the others wait, and go on when it does.
  void stop_holder(const LockView& lock) {
    const auto begin = now_us();
    const auto writer = catch_holder(lock);
    if (!writer) return;
    const pid_t id = group_[*writer].id();
    const std::uint32_t commits = lock.commits();
    group_.listen_for(milliseconds(between(100, between(100, 3000))));
    EXPECT_EQ(lock.holder(), id) << "robbed";
    EXPECT_EQ(lock.commits(), commits) << "a commit beside the holder";
    group_[*writer].go_on();
    waits_.add_stop({begin, now_us()});
    count_.worst_after_stop = std::max(count_.worst_after_stop, time_to_commit(lock, commits));
    ++count_.stopped_holders;
  }

  void kill_holder(const LockView& lock) {
    const auto begin = now_us();
    const auto writer = catch_holder(lock);
    if (!writer) return;
    const std::uint32_t commits = lock.commits();
    group_.kill(*writer);
    waits_.add_stop({begin, now_us()});
    count_.worst_after_kill = std::max(count_.worst_after_kill, time_to_commit(lock, commits));
    ++count_.killed;
    // Its last put may have been committed.
    Writer& known = writers_[*writer];
    known.in_doubt["w" + std::to_string(*writer) + "-" + std::to_string(known.next % kKeys)] = known.next;
    ++known.next;
    group_.replace(*writer, command(*writer));
  }

  // One that does not hold the lock holds up nobody, also where it stands in the queue.
  void stop_another(const LockView& lock) {
    const auto writer = static_cast<std::size_t>(between(0, static_cast<int>(writers_.size()) - 1));
    const auto begin = now_us();
    if (!group_[writer].stop()) return;
    if (!lock.is_held() || lock.holder() != group_[writer].id()) {
      ++count_.stopped_others;
      group_.listen_for(milliseconds(between(0, 100)));
      time_to_commit(lock, lock.commits());
      group_.listen_for(milliseconds(between(100, 1000)));
    }
    group_[writer].go_on();
    waits_.add_stop({begin, now_us()});
  }

  // Stops everybody at leisure and looks at what they have left.
  void end(std::size_t writers, std::size_t bystander) {
    for (std::size_t w = 0; w < writers; ++w) group_[w].write_line("enough");
    for (std::size_t w = 0; w < writers; ++w) EXPECT_EQ(group_.wait(w, Steady::now() + seconds(60)), 0);
    ending_ = true;
    group_[bystander].write_line(".quit");
    EXPECT_EQ(group_.wait(bystander, Steady::now() + seconds(60)), 0);
    EXPECT_GT(seen_, 0) << "the bystander wrote nothing";
    const auto database = open(OpenMode::kExisting);
    ASSERT_NE(database, nullptr);
    const Session session = database->as("oracle");
    for (const Writer& writer : writers_) expect_kept(session, writer);
    const auto rows = database->sql({.text = "SELECT count(*) FROM bystander"});
    ASSERT_TRUE(rows) << rows.error().describe();
    EXPECT_EQ(std::get<std::int64_t>(rows->rows[0][0]), seen_);
    expect_sound(*database);
  }

  static void expect_kept(const Session& session, const Writer& writer) {
    for (const auto& [key, number] : writer.latest) {
      const auto entry = session.memory().get({"storm", key});
      ASSERT_TRUE(entry) << "acknowledged and lost: " << key << ": " << entry.error().describe();
      const int stored = std::atoi(entry->value.text.c_str() + 1);
      if (stored == number) continue;
      const auto doubt = writer.in_doubt.find(key);
      ASSERT_TRUE(doubt != writer.in_doubt.end() && stored == doubt->second && stored > number)
          << key << " is " << stored << ", acknowledged was " << number;
    }
  }

  void report(std::size_t writers, Steady::duration time) const {
    const auto ms = [](Steady::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); };
    const WaitTimes::Summary waits = waits_.summary();
    std::cout << "process storm: " << writers << " processes, " << ms(time) / 1000 << " s, " << waits.count << " puts acknowledged"
              << (HasFailure() ? "; " : ", none lost; ") << count_.killed << " holders killed, next commit after at most "
              << ms(count_.worst_after_kill) << " ms; " << count_.stopped_holders << " holders stopped, after going on "
              << ms(count_.worst_after_stop) << " ms; " << count_.stopped_others << " others stopped; wait median "
              << static_cast<double>(waits.median) / 1000 << " ms, worst " << static_cast<double>(waits.worst) / 1000 << " ms, worst to median "
              << waits.worst_to_median << ", fewest puts of a writer " << waits.least << ", bystander rows " << seen_ << std::endl;
    EXPECT_GT(count_.killed, 0);
    EXPECT_GT(count_.stopped_holders, 0);
    const auto worst_max = std::chrono::duration_cast<std::chrono::microseconds>(kMoveOnMax).count();
    EXPECT_TRUE(waits.worst <= worst_max || waits.worst_to_median <= kWorstToMedianMax) << "somebody starved";
  }

  static constexpr int kKeys = 50;  // of run_storm_worker

  const std::uint32_t seed_ = number_from("WAGGLE_STORM_SEED", std::random_device()());
  std::mt19937 random_{seed_};
  ProcessGroup group_{[this](std::size_t member, const std::string& line) { hear(member, line); }};
  std::vector<Writer> writers_;
  WaitTimes waits_{0};
  Count count_;
  int seen_ = -1;  // rows of the bystander's table
  bool ending_ = false;
};

TEST_F(SlowProcessStorm, OfTwelve) { storm(12, storm_time(seconds(30), seconds(900))); }

TEST_F(SlowProcessStorm, OfSixtyFour) { storm(64, storm_time(seconds(30), seconds(900))); }

}  // namespace
}  // namespace waggle::test
