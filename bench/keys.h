// keys.h: the names and values of the entries that the benchmarks store.

#ifndef WAGGLE_BENCH_KEYS_H
#define WAGGLE_BENCH_KEYS_H

#include <cstdint>
#include <string>

#include "waggle/memory.h"

namespace waggle::bench {

inline constexpr int kAgents = 100;

std::string agent_name(std::int64_t i);
std::string key_name(std::int64_t i);
// 200 bytes of JSON.
const std::string& value_200();

struct Key {
  std::string agent;
  std::string key;
  MemoryKey view() const { return {agent, key}; }
};
// Of entry i.
Key key_of(std::int64_t i);

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_KEYS_H
