// values_test.cc: arguments into typed values.

#include "cli/values.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace waggle::cli {
namespace {

template <typename T>
std::optional<T> read(std::string_view text) {
  T value{};
  if (!read_value(text, value)) return std::nullopt;
  return value;
}

TEST(ReadValue, TakesDecimalNumbersOnly) {
  EXPECT_EQ(read<std::int64_t>("-3"), -3);
  EXPECT_EQ(read<std::int64_t>("010"), 10);
  EXPECT_EQ(read<std::int64_t>("9223372036854775807"), INT64_MAX);
  for (const char* bad : {"", "many", "1.5", "0x10", "5 ", " 5", "+5", "9223372036854775808"})
    EXPECT_EQ(read<std::int64_t>(bad), std::nullopt) << bad;
  EXPECT_EQ(read<int>("99999999999"), std::nullopt);
}

TEST(ReadValue, TakesDurations) {
  EXPECT_EQ(read<Duration>("250ms"), Duration(250'000));
  EXPECT_EQ(read<Duration>("30s"), std::chrono::seconds(30));
  EXPECT_EQ(read<Duration>("7d"), std::chrono::hours(168));
  for (const char* bad : {"", "5parsecs", "soon", "5", "-5s"}) EXPECT_EQ(read<Duration>(bad), std::nullopt) << bad;
}

TEST(ReadValue, TakesTimesAndSpansFromNow) {
  const test::FakeClock clock;
  EXPECT_EQ(read<When>("+2s")->resolve(clock), clock.now() + std::chrono::seconds(2));
  EXPECT_EQ(read<When>("2001-01-01T00:00:00Z")->resolve(clock), Timestamp(std::chrono::sys_days(std::chrono::year(2001) / 1 / 1)));
  for (const char* bad : {"tomorrow", "+", "+soon", "2s"}) EXPECT_FALSE(read<When>(bad)) << bad;
}

TEST(ReadValue, TakesWords) {
  EXPECT_EQ(read<Topology>("ring"), Topology::kRing);
  EXPECT_EQ(read<Format>("jsonl"), Format::kJsonl);
  EXPECT_EQ(read<Shell>("fish"), Shell::kFish);
  EXPECT_EQ(read<GraphFormat>("dot"), GraphFormat::kDot);
  EXPECT_EQ(read<ColourWish>("never"), ColourWish::kNever);
  EXPECT_EQ(read<Entity>("vote"), Entity::kVote);
  EXPECT_EQ(read<VoteChoice>("abstain"), VoteChoice::kAbstain);
  EXPECT_EQ(read<TaskStatus>("ready"), TaskStatus::kReady);
  EXPECT_EQ(read<OnDeadline>("tally"), OnDeadline::kTally);
  EXPECT_EQ(read<ProposalStatus>("decided"), ProposalStatus::kDecided);
  EXPECT_EQ(read<Topology>("pyramid"), std::nullopt);
  EXPECT_EQ(read<Format>(""), std::nullopt);
}

TEST(ReadValue, TakesElectorsWithWeight) {
  EXPECT_EQ(read<Elector>("ann")->weight, 1);
  EXPECT_EQ(read<Elector>("ann=2.5")->weight, 2.5);
  EXPECT_EQ(read<Elector>("a=b=3")->agent_id, "a=b");
  EXPECT_FALSE(read<Elector>("ann=heavy"));
}

TEST(ReadValue, TakesSqlParameters) {
  EXPECT_EQ(std::get<std::int64_t>(read<SqlParameter>("i=9007199254740993")->value), 9007199254740993);
  EXPECT_EQ(std::get<double>(read<SqlParameter>("r=0.5")->value), 0.5);
  EXPECT_EQ(std::get<std::string>(read<SqlParameter>(":t=\"a=b\"")->value), "a=b");
  EXPECT_EQ(read<SqlParameter>("@t=1")->name, "t");
  EXPECT_TRUE(std::holds_alternative<std::nullptr_t>(read<SqlParameter>("n=null")->value));
  EXPECT_EQ(std::get<std::string>(read<SqlParameter>("a= [1, 2]")->value), "[1,2]");
  for (const char* bad : {"x", "=1", "x=", "x={", "x=text"}) EXPECT_FALSE(read<SqlParameter>(bad)) << bad;
}

TEST(ReadValue, NeverRepeatsTheText) {
  SqlParameter parameter;
  Json json;
  Duration duration{};
  Elector elector;
  for (const Status& status :
       {read_value("x={hunter2", parameter), read_value("{hunter2", json), read_value("hunter2", duration), read_value("a=hunter2", elector)}) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), Code::kInvalidArgument);
    EXPECT_EQ(status.error().describe().find("hunter2"), std::string::npos);
  }
}

TEST(ReadValue, FillsOptionalsAndAddsToVectors) {
  std::optional<std::int64_t> one;
  std::vector<std::string> several = {"a"};
  EXPECT_TRUE(read_value("5", one));
  EXPECT_TRUE(read_value("b", several));
  EXPECT_EQ(one, 5);
  EXPECT_EQ(several, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace waggle::cli
