// Ids: shape, order under any clock, many threads, forks; and random tokens.

#include "base/ids.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <set>
#include <thread>
#include <vector>

#include "support/fake_clock.h"
#include "support/sequential_ids.h"

namespace waggle::base {
namespace {

using test::FakeClock;

bool is_uuid7(const std::string& id) {
  if (id.size() != 36 || id[14] != '7' || std::string("89ab").find(id[19]) == std::string::npos) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash != (id[i] == '-')) return false;
    if (!is_dash && std::string("0123456789abcdef").find(id[i]) == std::string::npos) return false;
  }
  return true;
}

std::uint64_t milliseconds_of(const std::string& id) { return std::stoull(id.substr(0, 8) + id.substr(9, 4), nullptr, 16); }

TEST(Uuid, HasTheShapeOfVersion7) {
  const SystemClock clock;
  UuidSource source(clock);
  for (int i = 0; i < 1000; ++i) {
    const std::string id = source.next();
    ASSERT_TRUE(is_uuid7(id)) << id;
  }
}

TEST(Uuid, BeginsWithTheMillisecondsOfTheClock) {
  const FakeClock clock(Timestamp(Duration(1'645'557'742'000'999)));  // the instant of RFC 9562 appendix A.6, within its millisecond
  UuidSource source(clock);
  EXPECT_EQ(source.next().substr(0, 13), "017f22e2-79b0");
}

TEST(Uuid, RisesWhileTheClockStandsStill) {
  const FakeClock clock;
  UuidSource source(clock);
  std::string last = source.next();
  for (int i = 0; i < 100'000; ++i) {
    std::string id = source.next();
    ASSERT_LT(last, id);
    last = std::move(id);
  }
  EXPECT_EQ(milliseconds_of(last), static_cast<std::uint64_t>(clock.now().time_since_epoch().count() / 1000));
}

TEST(Uuid, RisesWhenTheClockStepsBack) {
  FakeClock clock;
  UuidSource source(clock);
  std::string last = source.next();
  for (const int seconds : {-5, 1, -3600, 3599, 2, 10}) {
    clock.advance(std::chrono::seconds(seconds));
    std::string id = source.next();
    EXPECT_LT(last, id);
    last = std::move(id);
  }
}

TEST(Uuid, ClockOutsideOfTheFormatIsClamped) {
  FakeClock clock(Timestamp(std::chrono::hours(-24)));
  UuidSource early(clock);
  EXPECT_EQ(milliseconds_of(early.next()), 0U);
  clock.set(Timestamp::max());
  UuidSource late(clock);
  const std::string id = late.next();
  EXPECT_TRUE(is_uuid7(id)) << id;
  EXPECT_LT(id, late.next());
}

TEST(Uuid, RisesInEveryThreadAndNeverRepeats) {
  constexpr int kThreads = 8;
  constexpr int kIds = 20'000;
  const SystemClock clock;
  UuidSource source(clock);
  std::vector<std::vector<std::string>> made(kThreads);
  {
    std::vector<std::jthread> threads;
    for (std::vector<std::string>& ids : made) {
      threads.emplace_back([&source, &ids] {
        for (int i = 0; i < kIds; ++i) ids.push_back(source.next());
      });
    }
  }
  std::set<std::string> all;
  for (const std::vector<std::string>& ids : made) {
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()), ids.end());
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kThreads) * kIds);
}

TEST(Uuid, TwoSourcesDifferAtTheSameInstant) {
  const FakeClock clock;
  UuidSource first(clock);
  UuidSource second(clock);
  EXPECT_NE(first.next(), second.next());
}

TEST(Uuid, ForkedChildMakesOtherIdsThanItsParent) {
  const FakeClock clock;
  UuidSource source(clock);
  source.next();
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string id = source.next();
    const bool is_written = ::write(ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size());
    ::_exit(is_written ? 0 : 1);
  }
  std::string of_child(36, '\0');
  ASSERT_EQ(::read(ends[0], of_child.data(), of_child.size()), 36);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_TRUE(is_uuid7(of_child)) << of_child;
  EXPECT_NE(of_child, source.next());
}

TEST(RandomHex, GivesTwoDigitsPerByteAndNeverTheSame) {
  EXPECT_EQ(random_hex(0), "");
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random_hex(16);
    EXPECT_EQ(token.size(), 32U);
    EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos) << token;
    tokens.insert(token);
  }
  EXPECT_EQ(tokens.size(), 100U);
  const std::string long_token = random_hex(1000);
  EXPECT_EQ(std::set<char>(long_token.begin(), long_token.end()).size(), 16U);
}

TEST(SequentialIds, AreRisingAndForetold) {
  test::SequentialIds ids;
  EXPECT_EQ(ids.next(), test::SequentialIds::id(1));
  for (std::uint64_t n = 2; n < 200; ++n) {
    const std::string id = ids.next();
    EXPECT_EQ(id, test::SequentialIds::id(n));
    EXPECT_GT(id, test::SequentialIds::id(n - 1));
    EXPECT_TRUE(is_uuid7(id)) << id;
  }
}

}  // namespace
}  // namespace waggle::base
