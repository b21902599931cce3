// ack_oracle.h: what workers acknowledged, and whether a database still holds all of it.

#ifndef WAGGLE_TEST_FAULT_ACK_ORACLE_H
#define WAGGLE_TEST_FAULT_ACK_ORACLE_H

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "waggle/database.h"

namespace waggle::test {

class AckOracle {
 public:
  // Notes a line of a worker. Anything but `ready` and an acknowledgement (kill_worker.cc) is a failure of the test.
  void note(const std::string& line) {
    std::istringstream words(line);
    std::string what, agent, key, value;
    words >> what >> agent >> key >> value;
    if (what == "ack")
      entries_[{agent, key}] = value;
    else if (what == "gone")
      removed_.insert({agent, key});
    else if (what == "count")
      counts_[agent] = std::atoi(key.c_str());
    else
      EXPECT_EQ(line, "ready");
  }

  std::size_t size() const { return entries_.size() + removed_.size() + counts_.size(); }
  void merge(AckOracle& other) {
    entries_.merge(other.entries_);
    removed_.merge(other.removed_);
    counts_.merge(other.counts_);
  }

  void expect_all_there(const Database& database) const {
    const Session session = database.as("oracle");
    for (const auto& [name, value] : entries_) {
      const auto entry = session.memory().get({name.first, name.second});
      ASSERT_TRUE(entry) << "acknowledged and lost: " << name.first << " " << name.second << ": " << entry.error().describe();
      ASSERT_EQ(entry->value, Json::string(value)) << name.first << " " << name.second;
    }
    for (const auto& name : removed_) {
      const auto entry = session.memory().get({name.first, name.second});
      ASSERT_FALSE(entry) << "removed and back: " << name.first << " " << name.second;
      ASSERT_EQ(entry.error().code(), Code::kNotFound) << entry.error().describe();
    }
    for (const auto& [key, number] : counts_) {
      const auto entry = session.memory().get({"count", key});
      ASSERT_TRUE(entry) << "acknowledged and lost: count " << key << ": " << entry.error().describe();
      // The one that was under way may be there as well.
      const int stored = std::atoi(entry->value.text.c_str());
      ASSERT_TRUE(stored == number || stored == number + kCountStep) << key << " is " << stored << ", acknowledged was " << number;
    }
  }

 private:
  static constexpr int kCountStep = 6;  // of run_kill_worker

  std::map<std::pair<std::string, std::string>, std::string> entries_;  // by agent and key
  std::set<std::pair<std::string, std::string>> removed_;
  std::map<std::string, int> counts_;  // the latest number by key
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_ACK_ORACLE_H
