// time_text.cc: times and durations as text, read strictly: what a person may have meant otherwise is refused, not guessed.

#include "base/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace waggle::base {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;

constexpr std::int64_t kDecimalsMax = 9;
constexpr std::int64_t kNano = 1'000'000'000;
constexpr Timestamp kTimeMin = sys_days(std::chrono::year(0) / 1 / 1);
constexpr Timestamp kTimeMax = sys_days(std::chrono::year(10000) / 1 / 1) - microseconds(1);
constexpr Duration kDurationMax = hours(24 * 36525);

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr std::array<Unit, 6> kUnits = {{{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes text off the front of what is left, piece by piece. A piece that does not match takes nothing and is remembered in ok().
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // A number of exactly `width` digits.
  std::int64_t digits(std::size_t width) {
    std::int64_t number = 0;
    if (rest_.size() < width) return fail();
    for (const char c : rest_.substr(0, width)) {
      if (!is_digit(c)) return fail();
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return number;
  }

  // As many digits as there are, 1 to `width_max`.
  std::int64_t digits_up_to(std::size_t width_max) {
    const std::size_t width = count_digits();
    if (width == 0 || width > width_max) return fail();
    return digits(width);
  }

  // "." and 1 to 9 digits, as billionths; 0 when no point comes.
  std::int64_t decimals() {
    if (!take('.')) return 0;
    const auto width = static_cast<std::int64_t>(count_digits());
    std::int64_t billionths = digits_up_to(kDecimalsMax);
    for (std::int64_t i = width; i < kDecimalsMax; ++i) billionths *= 10;
    return billionths;
  }

  // True, and the character is taken, when it comes next. A letter may be in lower case.
  bool take(char c) {
    if (rest_.empty() || (rest_.front() != c && !(c >= 'A' && c <= 'Z' && rest_.front() == c - 'A' + 'a'))) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }

  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::size_t count_digits() const {
    std::size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    return count;
  }
  std::int64_t fail() {
    ok_ = false;
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

// What follows the seconds: "Z" or an offset such as "+02:00".
std::optional<minutes> scan_offset(Scanner& scanner) {
  if (scanner.take('Z')) return minutes(0);
  const bool is_east = scanner.take('+');
  if (!is_east) scanner.expect('-');
  const hours hour(scanner.digits(2));
  scanner.expect(':');
  const minutes minute(scanner.digits(2));
  if (!scanner.ok() || hour > hours(23) || minute > minutes(59)) return std::nullopt;
  return is_east ? minutes(hour + minute) : -minutes(hour + minute);
}

std::optional<Timestamp> scan_time(Scanner& scanner) {
  const std::chrono::year year(static_cast<int>(scanner.digits(4)));
  scanner.expect('-');
  const std::chrono::month month(static_cast<unsigned>(scanner.digits(2)));
  scanner.expect('-');
  const std::chrono::day day(static_cast<unsigned>(scanner.digits(2)));
  scanner.expect('T');
  const hours hour(scanner.digits(2));
  scanner.expect(':');
  const minutes minute(scanner.digits(2));
  scanner.expect(':');
  const seconds second(scanner.digits(2));
  const microseconds fraction(scanner.decimals() / 1000);
  const std::optional<minutes> offset = scan_offset(scanner);
  if (!scanner.ok() || !offset || !scanner.rest().empty()) return std::nullopt;

  const std::chrono::year_month_day date(year, month, day);
  if (!date.ok() || hour > hours(23) || minute > minutes(59) || second > seconds(60)) return std::nullopt;
  const Timestamp whole_minute = sys_days(date) + hour + minute - *offset;
  const Timestamp time = whole_minute + second + fraction;
  // A leap second ends a day of UTC; its time is counted as the start of the next day.
  if (second == seconds(60) && whole_minute + minutes(1) != std::chrono::floor<days>(time)) return std::nullopt;
  if (time < kTimeMin || time > kTimeMax) return std::nullopt;
  return time;
}

void append_padded(std::string& out, std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// `us` in `unit`, exactly; nullopt when that takes more than nine decimals.
std::optional<std::string> format_in(std::int64_t us, const Unit& unit) {
  std::string text = std::to_string(us / unit.us);
  std::int64_t rest = us % unit.us;
  if (rest != 0) text += '.';
  for (std::int64_t i = 0; i < kDecimalsMax && rest != 0; ++i) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit.us);
    rest %= unit.us;
  }
  if (rest != 0) return std::nullopt;
  return text.append(unit.name);
}

}  // namespace

std::string format_time(Timestamp time) {
  time = std::clamp(time, kTimeMin, kTimeMax);
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<microseconds> clock(time - day);
  std::string text;
  text.reserve(27);
  append_padded(text, static_cast<int>(date.year()), 4);
  text += '-';
  append_padded(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_padded(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_padded(text, clock.hours().count(), 2);
  text += ':';
  append_padded(text, clock.minutes().count(), 2);
  text += ':';
  append_padded(text, clock.seconds().count(), 2);
  text += '.';
  append_padded(text, clock.subseconds().count(), 6);
  text += 'Z';
  return text;
}

Result<Timestamp> parse_time(std::string_view text) {
  Scanner scanner(text);
  const std::optional<Timestamp> time = scan_time(scanner);
  if (!time) return Error(Code::kInvalidArgument, "that is not a time", "write it as RFC 3339, for example 2026-11-23T01:02:03Z");
  return *time;
}

Result<Duration> parse_duration(std::string_view text) {
  const auto refuse = [](std::string message) {
    return Error(Code::kInvalidArgument, std::move(message), "write a number and one of us, ms, s, m, h and d, for example 250ms, 30s or 1.5h");
  };
  Scanner scanner(text);
  const std::int64_t whole = scanner.digits_up_to(18);
  const std::int64_t billionths = scanner.decimals();
  if (!scanner.ok()) return refuse("that is not a duration");
  for (const Unit& unit : kUnits) {
    if (scanner.rest() != unit.name) continue;
    if (whole > kDurationMax.count() / unit.us) return refuse("that duration is longer than 100 years");
    // The unit is split at a billion so that no product leaves 64 bits.
    const std::int64_t part = billionths * (unit.us / kNano) + billionths * (unit.us % kNano) / kNano;
    const Duration duration(whole * unit.us + part);
    if (duration > kDurationMax) return refuse("that duration is longer than 100 years");
    return duration;
  }
  return refuse("that is not a duration");
}

std::string format_duration(Duration duration) {
  // The least duration has no positive counterpart.
  if (duration < Duration::zero()) return "-" + format_duration(duration == Duration::min() ? Duration::max() : -duration);
  if (duration == Duration::zero()) return "0s";
  std::string shortest;
  for (const Unit& unit : kUnits) {
    const std::optional<std::string> text = format_in(duration.count(), unit);
    if (!text) continue;
    // Of two texts of one length a whole number reads better.
    const bool is_shorter = shortest.empty() || text->size() < shortest.size();
    const bool is_plainer = text->size() == shortest.size() && text->find('.') == std::string::npos && shortest.find('.') != std::string::npos;
    if (is_shorter || is_plainer) shortest = *text;
  }
  return shortest;
}

}  // namespace waggle::base
