// assert.h: WAGGLE_ASSERT, for invariants of Waggle's own. Stays on in release builds and ends the process: a stop is better than a wrong page on
// disk. Never reachable from input, disk or network bytes.

#ifndef WAGGLE_BASE_ASSERT_H
#define WAGGLE_BASE_ASSERT_H

#include <cstdio>
#include <cstdlib>

#define WAGGLE_ASSERT(condition)                                                                       \
  do {                                                                                                 \
    if (!(condition)) [[unlikely]] {                                                                   \
      std::fprintf(stderr, "waggle: broken invariant at %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                    \
    }                                                                                                  \
  } while (false)

#endif  // WAGGLE_BASE_ASSERT_H
