// keys.cc: see keys.h.

#include "keys.h"

#include <cstdio>

namespace waggle::bench {

std::string agent_name(std::int64_t i) { return "agent-" + std::to_string(i % kAgents); }

std::string key_name(std::int64_t i) {
  char name[32];
  std::snprintf(name, sizeof(name), "finding-%08lld", static_cast<long long>(i));
  return name;
}

const std::string& value_200() {
  static const std::string value = R"({"text":")" + std::string(200 - 11, 'w') + R"("})";
  return value;
}

Key key_of(std::int64_t i) { return {agent_name(i), key_name(i)}; }

}  // namespace waggle::bench
