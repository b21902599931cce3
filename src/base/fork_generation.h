// fork_generation.h: whether this is still the process that it was.

#ifndef WAGGLE_BASE_FORK_GENERATION_H
#define WAGGLE_BASE_FORK_GENERATION_H

#include <cstdint>

namespace waggle::base {

// How many fork() calls lie between the first process and this one. Whoever remembers another number was made by an ancestor. Unlike getpid() it
// needs no system call, so that it can be asked with every id and every read. Thread-safe.
std::uint32_t fork_generation();

}  // namespace waggle::base

#endif  // WAGGLE_BASE_FORK_GENERATION_H
