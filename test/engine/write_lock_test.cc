// write_lock_test.cc: exclusion, turns and the bell, between threads with locks of their own and between processes.

#include "engine/write_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine_fixture.h"
#include "support/child_process.h"
#include "support/files.h"

namespace waggle::engine {
namespace {

using Steady = std::chrono::steady_clock;

// A forked process that holds the lock until it is killed. The test has no threads at that time.
class Holder {
 public:
  explicit Holder(const std::string& database) {
    int ends[2];
    WAGGLE_ASSERT(::pipe(ends) == 0);
    id_ = ::fork();
    if (id_ == 0) {
      const auto lock = WriteLock::open(database).value();
      lock->acquire(soon()).value();
      WAGGLE_ASSERT(::write(ends[1], "x", 1) == 1);
      for (;;) ::pause();
    }
    char byte = 0;
    WAGGLE_ASSERT(::read(ends[0], &byte, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Holder() { kill(); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  pid_t id() const { return id_; }
  void kill() {
    if (id_ <= 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
  }

 private:
  pid_t id_ = -1;
};

class WriteLockTest : public PartsTest {
 protected:
  std::unique_ptr<WriteLock> open() { return WriteLock::open(path()).value(); }
};

TEST_F(WriteLockTest, TheLockFileIsSmallAndPrivateToItsFolder) {
  const auto lock = open();
  EXPECT_EQ(test::file_bytes(path() + "-lock"), 4096);
  struct stat info{};
  ASSERT_EQ(::stat((path() + "-lock").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U & ~0644U, 0U);

  std::filesystem::create_symlink("elsewhere", path("linked.db") + "-lock");
  EXPECT_FALSE(WriteLock::open(path("linked.db")));  // a link is not followed
  const auto nowhere = WriteLock::open(path("no/folder.db"));
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message().find("no/folder.db-lock"), std::string::npos);
}

TEST_F(WriteLockTest, OneHolderAtATime) {
  const auto first = open();
  const auto second = open();
  first->acquire(soon()).value();
  EXPECT_FALSE(second->try_acquire());
  const Status late = second->acquire(within(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline);
  EXPECT_NE(late.error().message().find(path() + "-lock"), std::string::npos);
  EXPECT_NE(late.error().message().find("process " + std::to_string(::getpid())), std::string::npos);
  first->release();
  EXPECT_TRUE(second->acquire(soon()));
  second->release();
}

TEST_F(WriteLockTest, AStopEndsTheWait) {
  const auto first = open();
  const auto second = open();
  first->acquire(soon()).value();
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const Status stopped = second->acquire(base::Deadline::after(std::chrono::seconds(20), stop.get_token()));
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
  first->release();
}

// The second word of the page is the next ticket: so the test sees that a waiter has drawn before it starts the next one. A waiter that the machine
// leaves unscheduled for longer than the lock's patience is passed over; so not every round need be in order. By chance one in 24 would be.
TEST_F(WriteLockTest, WaitersAreServedInTheirOrder) {
  const auto first = open();
  const auto next_ticket = [&] {
    std::uint32_t word = 0;
    const std::string bytes = test::read_file(path() + "-lock");
    std::copy_n(bytes.data(), sizeof(word), reinterpret_cast<char*>(&word));
    return word;
  };
  int in_order = 0;
  for (int round = 0; round < 20; ++round) {
    first->acquire(soon()).value();
    std::mutex mutex;
    std::vector<int> order;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      const std::uint32_t before = next_ticket();
      threads.emplace_back([&, i] {
        const auto lock = open();
        EXPECT_TRUE(lock->acquire(soon()));
        {
          const std::scoped_lock guard(mutex);
          order.push_back(i);
        }
        lock->release();
      });
      ASSERT_TRUE(eventually([&] { return next_ticket() != before; }));
    }
    first->release();
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(order.size(), 4U);
    if (order == std::vector<int>{0, 1, 2, 3}) ++in_order;
  }
  EXPECT_GE(in_order, 8);
}

// Every process adds to one number with a plain load and store: without exclusion additions are lost.
TEST_F(WriteLockTest, ProcessesExcludeEachOther) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 500;
  test::write_file(path("number"), std::string(sizeof(int), '\0'));
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto lock = open();
      const int file = ::open(path("number").c_str(), O_RDWR);
      for (int i = 0; i < kRounds; ++i) {
        if (!lock->acquire(soon())) _exit(1);
        int number = 0;
        if (::pread(file, &number, sizeof(number), 0) != sizeof(number)) _exit(2);
        ++number;
        if (::pwrite(file, &number, sizeof(number), 0) != sizeof(number)) _exit(3);
        lock->release();
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  int number = 0;
  const std::string bytes = test::read_file(path("number"));
  std::copy_n(bytes.data(), sizeof(number), reinterpret_cast<char*>(&number));
  EXPECT_EQ(number, kProcesses * kRounds);
}

TEST_F(WriteLockTest, AKilledHolderIsSucceededSoon) {
  Holder holder(path());
  const auto lock = open();
  EXPECT_FALSE(lock->try_acquire());
  const Status late = lock->acquire(within(std::chrono::milliseconds(20)));
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().message().find("process " + std::to_string(holder.id())), std::string::npos);
  holder.kill();
  const auto begin = Steady::now();
  EXPECT_TRUE(lock->acquire(soon()));
  EXPECT_LT(Steady::now() - begin, std::chrono::seconds(2));
  lock->release();
}

TEST_F(WriteLockTest, AbandonedTicketsArePassedOver) {
  const auto first = open();
  const auto second = open();
  first->acquire(soon()).value();
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(second->acquire(within(std::chrono::milliseconds(1))));
  first->release();
  const auto begin = Steady::now();
  EXPECT_TRUE(second->acquire(soon()));  // behind five that nobody will claim
  EXPECT_LT(Steady::now() - begin, std::chrono::seconds(2));
  second->release();
  EXPECT_TRUE(first->try_acquire());
  first->release();
}

TEST_F(WriteLockTest, WordsOfALockFileThatAreWrongCostTimeOnly) {
  test::write_file(path() + "-lock", std::string(4096, '\xff'));
  const auto first = open();
  const auto second = open();
  ASSERT_TRUE(first->acquire(soon()));
  EXPECT_FALSE(second->acquire(within(std::chrono::milliseconds(10))));
  first->release();
  ASSERT_TRUE(second->acquire(soon()));
  second->release();
}

TEST_F(WriteLockTest, AQueueThatIsTooLongToBeTrueIsPassedOverAtOnce) {
  const std::uint32_t words[] = {5, 5U - 1'000'000U};  // next_ticket, now_serving
  test::write_file(path() + "-lock", std::string(reinterpret_cast<const char*>(words), sizeof words));
  const auto lock = open();
  ASSERT_TRUE(lock->acquire(within(std::chrono::seconds(5))));
  lock->release();
  EXPECT_TRUE(lock->try_acquire());
  lock->release();
}

TEST_F(WriteLockTest, TheBellWakesAnotherProcess) {
  const auto lock = open();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto listening = open();
    const std::uint32_t heard = listening->bell();
    if (::write(ends[1], "x", 1) != 1) _exit(1);
    const auto begin = Steady::now();
    while (listening->bell() == heard && Steady::now() - begin < std::chrono::seconds(20)) {
      listening->wait_for_bell(heard, begin + std::chrono::seconds(20));
    }
    _exit(Steady::now() - begin < std::chrono::seconds(10) ? 0 : 2);
  }
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  lock->ring();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace waggle::engine
