// Times and durations as text.

#include "base/time_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace waggle::base {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kYearMinUs = -62'167'219'200'000'000;
constexpr std::int64_t kYearEndUs = 253'402'300'800'000'000;
constexpr std::int64_t kCenturyUs = std::int64_t{36525} * 86'400'000'000;

std::int64_t us_of(std::string_view text) { return parse_time(text).value().time_since_epoch().count(); }

TEST(Time, FormatsWithSixDecimals) {
  EXPECT_EQ(format_time(Timestamp()), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_time(Timestamp(microseconds(-1))), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(format_time(Timestamp(microseconds(1'795'395'723'000'004))), "2026-11-23T01:02:03.000004Z");
}

TEST(Time, FormatClampsToFourDigitYears) {
  EXPECT_EQ(format_time(Timestamp::min()), "0000-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_time(Timestamp::max()), "9999-12-31T23:59:59.999999Z");
}

TEST(Time, ReadsOffsetsAndDecimals) {
  EXPECT_EQ(us_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(us_of("1970-01-01t00:00:00z"), 0);
  EXPECT_EQ(us_of("1970-01-01T02:00:00+02:00"), 0);
  EXPECT_EQ(us_of("1969-12-31T18:30:00-05:30"), 0);
  EXPECT_EQ(us_of("1970-01-01T00:00:00-00:00"), 0);
  EXPECT_EQ(us_of("1970-01-01T00:00:00.5Z"), 500'000);
  EXPECT_EQ(us_of("1970-01-01T00:00:00.000004999Z"), 4);
  EXPECT_EQ(us_of("1985-04-12T23:20:50.52Z"), 482'196'050'520'000);
  EXPECT_EQ(us_of("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
}

TEST(Time, LeapSecondsStandOnlyAtTheEndOfADay) {
  EXPECT_EQ(us_of("1990-12-31T23:59:60Z"), us_of("1991-01-01T00:00:00Z"));
  EXPECT_EQ(us_of("1990-12-31T15:59:60-08:00"), us_of("1991-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_time("1990-12-31T23:58:60Z"));
  EXPECT_FALSE(parse_time("1990-12-31T23:59:61Z"));
}

TEST(Time, RefusesEverythingElse) {
  for (const char* const bad : {"",
                                "now",
                                "2026-02-30T00:00:00Z",
                                "2025-02-29T00:00:00Z",
                                "2026-13-01T00:00:00Z",
                                "2026-00-01T00:00:00Z",
                                "2026-01-00T00:00:00Z",
                                "2026-01-01T24:00:00Z",
                                "2026-01-01T00:60:00Z",
                                "2026-01-01T00:00:00",
                                "2026-01-01",
                                "2026-01-01 00:00:00Z",
                                "2026-01-01T00:00:00.Z",
                                "2026-01-01T00:00:00.0000000000Z",
                                "2026-01-01T00:00:00+24:00",
                                "2026-01-01T00:00:00+01:60",
                                "2026-01-01T00:00:00+0100",
                                "2026-01-01T00:00:00ZZ",
                                " 2026-01-01T00:00:00Z",
                                "2026-1-01T00:00:00Z",
                                "+2026-01-01T00:00:00Z",
                                "-026-01-01T00:00:00Z",
                                "0000-01-01T00:00:00+00:01",
                                "9999-12-31T23:59:59-00:01"}) {
    const auto time = parse_time(bad);
    ASSERT_FALSE(time) << bad;
    EXPECT_EQ(time.error().code(), Code::kInvalidArgument);
  }
}

RC_GTEST_PROP(Time, ReadsBackWhatItFormats, ()) {
  const Timestamp time(Duration(*rc::gen::inRange(kYearMinUs, kYearEndUs)));
  const std::string text = format_time(time);
  RC_ASSERT(text.size() == 27U);
  RC_ASSERT(parse_time(text).value() == time);
}

RC_GTEST_PROP(Time, TextSortsAsTheTimes, ()) {
  const Timestamp first(Duration(*rc::gen::inRange(kYearMinUs, kYearEndUs)));
  const Timestamp second(Duration(*rc::gen::inRange(kYearMinUs, kYearEndUs)));
  RC_ASSERT((first < second) == (format_time(first) < format_time(second)));
}

RC_GTEST_PROP(Time, AnyTextGivesATimeOrAnError, (const std::string& text)) { RC_ASSERT(!parse_time(text) || text.size() >= 20U); }

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("7us").value(), microseconds(7));
  EXPECT_EQ(parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(parse_duration("30s").value(), seconds(30));
  EXPECT_EQ(parse_duration("5m").value(), minutes(5));
  EXPECT_EQ(parse_duration("2h").value(), hours(2));
  EXPECT_EQ(parse_duration("7d").value(), hours(24 * 7));
  EXPECT_EQ(parse_duration("1.5h").value(), minutes(90));
  EXPECT_EQ(parse_duration("0.000000001d").value(), microseconds(86));
  EXPECT_EQ(parse_duration("0.999999999d").value(), microseconds(86'399'999'913));
  EXPECT_EQ(parse_duration("0s").value(), Duration::zero());
  EXPECT_EQ(parse_duration("0.5us").value(), Duration::zero());
  EXPECT_EQ(parse_duration("36525d").value(), microseconds(kCenturyUs));
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* const bad : {"",
                                "5",
                                "s",
                                "5 s",
                                "-5s",
                                "+5s",
                                ".5s",
                                "5.s",
                                "5S",
                                "5w",
                                "1e3s",
                                "5s5",
                                "1h30m",
                                " 5s",
                                "5s ",
                                "0x5s",
                                "1.0000000000s",
                                "36526d",
                                "36525.000000001d",
                                "3155760000.000001s",
                                "999999999999999999d",
                                "9999999999999999999us",
                                "inf",
                                "nan s"}) {
    const auto duration = parse_duration(bad);
    ASSERT_FALSE(duration) << bad;
    EXPECT_EQ(duration.error().code(), Code::kInvalidArgument);
  }
}

TEST(Duration, FormatsTheShortestText) {
  EXPECT_EQ(format_duration(milliseconds(250)), "250ms");
  EXPECT_EQ(format_duration(minutes(5)), "5m");
  EXPECT_EQ(format_duration(seconds(90)), "90s");
  EXPECT_EQ(format_duration(hours(24 * 30)), "30d");
  EXPECT_EQ(format_duration(hours(36)), "36h");
  EXPECT_EQ(format_duration(milliseconds(1500)), "1.5s");
  EXPECT_EQ(format_duration(microseconds(1)), "1us");
  EXPECT_EQ(format_duration(Duration::zero()), "0s");
  EXPECT_EQ(format_duration(seconds(-90)), "-90s");
  EXPECT_EQ(format_duration(Duration::min()).front(), '-');
}

RC_GTEST_PROP(Duration, ReadsBackWhatItFormats, ()) {
  const std::int64_t unit = *rc::gen::element<std::int64_t>(1, 1'000, 1'000'000, 60'000'000, 3'600'000'000, 86'400'000'000);
  const Duration duration(*rc::gen::inRange<std::int64_t>(0, kCenturyUs / unit + 1) * unit);
  RC_ASSERT(parse_duration(format_duration(duration)).value() == duration);
}

}  // namespace
}  // namespace waggle::base
