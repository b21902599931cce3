// storm_worker.cc: writes one entry after the other until it is told to stop or killed, and tells how long each took.
//
// `put KEY NUMBER BEGIN END`: NUMBER was stored under KEY; the times are microseconds of the monotonic clock, which all processes share.

#include <chrono>

#include "fault/worker.h"

namespace waggle::test {
namespace {

// So that a storm of any length has an end of its data.
constexpr int kKeys = 50;

std::string microseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

}  // namespace

void run_storm_worker(const std::string& path, const std::string& name, int first) {
  const auto database = open_database(path);
  const Session session = database->as(name);
  for (int i = first; !is_told_to_stop(); ++i) {
    const std::string key = name + "-" + std::to_string(i % kKeys);
    const std::string number = std::to_string(i);
    const std::string begin = microseconds();
    must(session.memory().put({.agent_id = "storm", .key = key, .value = Json::string(value_of(number, i))}));
    std::string told = "put ";
    told.append(key).append(" ").append(number).append(" ").append(begin).append(" ").append(microseconds());
    tell(told);
    // What was acknowledged here is what is read here, unless nobody else writes this key; and nobody does.
    if (i % 8 != 0) continue;
    if (must(session.memory().get({"storm", key})).value != Json::string(value_of(number, i))) tell("error stale: " + key);
  }
}

}  // namespace waggle::test
