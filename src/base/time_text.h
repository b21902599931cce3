// time_text.h: times and durations as text: RFC 3339 in UTC for times, "250ms", "30s", "5m", "2h", "7d" for durations.

#ifndef WAGGLE_BASE_TIME_TEXT_H
#define WAGGLE_BASE_TIME_TEXT_H

#include <string>
#include <string_view>

#include "base/result.h"
#include "waggle/value.h"

namespace waggle::base {

// "2026-11-23T01:02:03.000004Z". Years 0000 to 9999; times beyond are clamped to them.
std::string format_time(Timestamp time);

// RFC 3339: any offset ("Z", "+02:00"), up to nine decimals, of which six count. invalid_argument for anything else, also for 30 February.
Result<Timestamp> parse_time(std::string_view text);

// A whole or decimal number ("1.5h") with a unit of us, ms, s, m, h or d; not negative, at most 100 years. invalid_argument for anything else.
Result<Duration> parse_duration(std::string_view text);

// The shortest text that parse_duration reads back as the same: "250ms", "5m".
std::string format_duration(Duration duration);

}  // namespace waggle::base

#endif  // WAGGLE_BASE_TIME_TEXT_H
