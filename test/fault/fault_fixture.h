// fault_fixture.h: a database that workers storm and kill each other over, and whether it is sound afterwards.

#ifndef WAGGLE_TEST_FAULT_FAULT_FIXTURE_H
#define WAGGLE_TEST_FAULT_FAULT_FIXTURE_H

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "support/temp_dir.h"
#include "waggle/database.h"

namespace waggle::test {

class FaultTest : public ::testing::Test {
 protected:
  std::string path() const { return dir_.file("fault.db"); }

  std::unique_ptr<Database> open(OpenMode mode = OpenMode::kCreateIfMissing) const {
    auto opened = Database::open({.path = path(), .open_mode = mode, .timeout = std::chrono::seconds(60)});
    EXPECT_TRUE(opened) << opened.error().describe();
    return opened ? *std::move(opened) : nullptr;
  }

  // Every pair is whole, whether acknowledged or not.
  static void expect_whole_pairs(const Database& database) {
    const Session session = database.as("oracle");
    std::map<std::string, std::map<char, std::string>> pairs;
    PageRequest request{.limit = PageRequest::kLimitMax, .cursor = {}};
    for (;;) {
      const auto page = session.memory().list("pair", request);
      ASSERT_TRUE(page) << page.error().describe();
      for (const MemoryEntry& entry : page->items) pairs[entry.key.substr(0, entry.key.size() - 2)][entry.key.back()] = entry.value.text;
      if (!page->next) break;
      request.cursor = *page->next;
    }
    for (const auto& [key, halves] : pairs) {
      ASSERT_EQ(halves.size(), 2U) << "half a transaction: " << key;
      ASSERT_EQ(halves.at('a'), halves.at('b')) << key;
    }
  }

  // Sound by its own check, and the change log counts up without a gap.
  static void expect_sound(const Database& database) {
    const auto report = database.check();
    ASSERT_TRUE(report) << report.error().describe();
    for (const std::string& problem : report->problems) ADD_FAILURE() << problem;
    const Session session = database.as("oracle");
    const auto range = session.changes().range();
    ASSERT_TRUE(range) << range.error().describe();
    auto watcher = session.changes().watch();
    ASSERT_TRUE(watcher) << watcher.error().describe();
    std::int64_t expected = range->oldest;
    while (expected <= range->newest) {
      const auto changes = watcher->next(Duration::zero());
      ASSERT_TRUE(changes) << changes.error().describe();
      ASSERT_FALSE(changes->empty()) << "the log ends at " << expected << " and not at " << range->newest;
      for (const Change& change : *changes) ASSERT_EQ(change.seq, expected++);
    }
  }

  TempDir dir_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_FAULT_FIXTURE_H
