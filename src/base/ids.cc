// ids.cc: UUID version 7. The 128 bits, from the left (RFC 9562 section 5.7 and section 6.2, method 1):
//
//   48 milliseconds | 4 version | 12 counter, high part | 2 variant | 14 counter, low part | 48 random
//
// The counter starts each millisecond at a random number below half of its range, so that at least 33 million ids fit into one millisecond before
// the time part is moved ahead of the clock.

#include "base/ids.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <span>

#include "base/assert.h"
#include "base/fork_generation.h"

namespace waggle::base {

namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr std::uint32_t kCounterEnd = std::uint32_t{1} << 26;
constexpr std::uint64_t kMillisecondsMax = (std::uint64_t{1} << 48) - 1;

// Linux gives randomness from its start on and never runs out, so a refusal is a broken machine and not an error to hand to every caller.
void fill_random(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    WAGGLE_ASSERT(got > 0 || (got < 0 && errno == EINTR));
    if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

void append_hex(char*& out, std::uint64_t bytes, int count) {
  for (int i = count - 1; i >= 0; --i) {
    const auto byte = static_cast<unsigned>(bytes >> (8 * i) & 0xff);
    *out++ = kHexDigits[byte >> 4];
    *out++ = kHexDigits[byte & 0xf];
  }
}

std::string format_uuid(std::uint64_t high, std::uint64_t low) {
  std::string text(36, '-');
  char* out = text.data();
  append_hex(out, high >> 32, 4);
  append_hex(++out, high >> 16, 2);
  append_hex(++out, high, 2);
  append_hex(++out, low >> 48, 2);
  append_hex(++out, low, 6);
  return text;
}

}  // namespace

std::uint64_t UuidSource::random_word() {
  // A child must not give out what its parent gives out too.
  const std::uint32_t generation = fork_generation();
  if (words_left_ == 0 || words_owner_ != generation) {
    fill_random(std::as_writable_bytes(std::span(words_)));
    words_left_ = words_.size();
    words_owner_ = generation;
  }
  return words_[--words_left_];
}

std::string UuidSource::next() {
  const auto since_1970 = std::chrono::floor<std::chrono::milliseconds>(clock_.now()).time_since_epoch().count();
  const std::uint64_t now_ms = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(since_1970, 0)), kMillisecondsMax);
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  {
    const MutexLock lock(mutex_);
    const bool counter_is_full = counter_ + 1 >= kCounterEnd;
    if (now_ms > last_ms_ || counter_is_full) {
      last_ms_ = std::max(now_ms, last_ms_ + (counter_is_full ? 1 : 0));
      counter_ = static_cast<std::uint32_t>(random_word()) % (kCounterEnd / 2);
    } else {
      ++counter_;
    }
    high = last_ms_ << 16 | std::uint64_t{0x7000} | counter_ >> 14;
    low = std::uint64_t{1} << 63 | std::uint64_t{counter_ & 0x3fff} << 48 | random_word() >> 16;
  }
  return format_uuid(high, low);
}

std::string random_hex(std::size_t bytes) {
  std::string text(2 * bytes, '0');
  const std::span<std::byte> random = std::as_writable_bytes(std::span(text)).first(bytes);
  fill_random(random);
  // From the back, so that no byte is overwritten before it is read.
  for (std::size_t i = bytes; i-- > 0;) {
    const auto byte = std::to_integer<unsigned>(random[i]);
    text[2 * i + 1] = kHexDigits[byte & 0xf];
    text[2 * i] = kHexDigits[byte >> 4];
  }
  return text;
}

}  // namespace waggle::base
