// faulty_memory.h: SQLite's memory, counted and made to run out.

#ifndef WAGGLE_TEST_FAULT_FAULTY_MEMORY_H
#define WAGGLE_TEST_FAULT_FAULTY_MEMORY_H

#include <cstdint>

namespace waggle::test {

struct FaultyMemory {
  enum class Length : std::uint8_t { kOnce, kForEver };

  // Gives SQLite the allocator. To be called once, before anything else of SQLite's.
  static void install();

  // The allocation of this number fails, counted from 0 and from now on.
  static void fail(std::int64_t at, Length length);
  static void mend();
  static std::int64_t counted();
  static std::int64_t failures();
  // Blocks that are allocated and not freed.
  static std::int64_t blocks();
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_FAULTY_MEMORY_H
