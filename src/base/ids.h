// ids.h: fresh ids, UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then a counter, then randomness. As text they sort by the
// time they were made, so inserts touch the right edge of an index and not a random page of it.

#ifndef WAGGLE_BASE_IDS_H
#define WAGGLE_BASE_IDS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"

namespace waggle::base {

// Thread-safe. Ids of one source rise strictly, also when the clock stands still or steps back (RFC 9562 section 6.2, method 1).
class IdSource {
 public:
  virtual ~IdSource() = default;
  // 36 characters, lower case.
  virtual std::string next() = 0;
};

// Ids from a clock and the operating system's randomness. Also after a fork, parent and child make different ids.
class UuidSource final : public IdSource {
 public:
  explicit UuidSource(const Clock& clock) : clock_(clock) {}
  std::string next() override;

 private:
  std::uint64_t random_word() WAGGLE_REQUIRES(mutex_);

  const Clock& clock_;
  Mutex mutex_;
  std::uint64_t last_ms_ WAGGLE_GUARDED_BY(mutex_) = 0;
  std::uint32_t counter_ WAGGLE_GUARDED_BY(mutex_) = 0;
  // Randomness is fetched in blocks: a system call for each id would cost more than all the rest of it.
  std::array<std::uint64_t, 64> words_ WAGGLE_GUARDED_BY(mutex_) = {};
  std::size_t words_left_ WAGGLE_GUARDED_BY(mutex_) = 0;
  std::uint32_t words_owner_ WAGGLE_GUARDED_BY(mutex_) = 0;  // the fork generation that fetched words_: a child must not use them again
};

// `bytes` random bytes of the operating system as lower-case hexadecimal, for tokens that must not be guessed.
std::string random_hex(std::size_t bytes);

}  // namespace waggle::base

#endif  // WAGGLE_BASE_IDS_H
