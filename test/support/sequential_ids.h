// sequential_ids.h: ids in the shape of UUID version 7 that count up from 1, so that a test can foretell them.

#ifndef WAGGLE_TEST_SUPPORT_SEQUENTIAL_IDS_H
#define WAGGLE_TEST_SUPPORT_SEQUENTIAL_IDS_H

#include <atomic>
#include <cstdint>
#include <string>

#include "base/ids.h"

namespace waggle::test {

// "00000000-0000-7000-8000-000000000001" and so on. Thread-safe.
class SequentialIds final : public base::IdSource {
 public:
  std::string next() override { return id(last_.fetch_add(1) + 1); }

  // The id that the n-th call of next() gives, n from 1 to 999,999,999,999.
  static std::string id(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

 private:
  std::atomic<std::uint64_t> last_ = 0;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_SEQUENTIAL_IDS_H
