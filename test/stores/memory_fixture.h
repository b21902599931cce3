// memory_fixture.h: a database with its chores, and what the tests of the memory store do with it again and again.

#ifndef WAGGLE_TEST_STORES_MEMORY_FIXTURE_H
#define WAGGLE_TEST_STORES_MEMORY_FIXTURE_H

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "stores/chores.h"
#include "support/store_fixture.h"
#include "waggle/memory.h"

namespace waggle::test {

// A database whose commits are followed by its cache, as in a real one.
class MemoryDatabase : public TestDatabase {
 public:
  MemoryDatabase() { engine().set_observer(&chores); }
  ~MemoryDatabase() { engine().set_observer(nullptr); }

  // Writes as another process would: the cache hears nothing of it.
  template <typename Work>
  auto elsewhere(Work&& work) {
    engine().set_observer(nullptr);
    stores::MemoryCache other_cache{0};
    stores::Shared other_shared{engine(), clock, ids, other_cache, indexes};
    const stores::Scope scope(other_shared, {.actor = "foreigner", .timeout = std::chrono::seconds(10), .stop = {}});
    auto answer = work(MemoryStore(scope));
    engine().set_observer(&chores);
    return answer;
  }

  // The first number that a query of the test answers.
  std::int64_t number(sql::Text text, sql::ArgList args = {}) {
    std::int64_t found = 0;
    const Status status = engine().read(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Reader& reader) -> Status {
      auto answered = reader.query_integer(text, args);
      if (!answered) return answered.error();
      found = *answered;
      return {};
    });
    EXPECT_TRUE(status) << status.error().describe();
    return found;
  }

  stores::Chores chores{clock, ids, cache, {.changes_age_max = std::chrono::hours(24 * 30), .changes_count_max = 0}};
};

class MemoryTest : public ::testing::Test {
 protected:
  MemoryEntry put(std::string key, std::string value = "1") {
    return memory_.put({.agent_id = "ann", .key = std::move(key), .value = Json(std::move(value))}).value();
  }
  MemoryEntry put_for(std::string key, Duration ttl) {
    return memory_.put({.agent_id = "ann", .key = std::move(key), .value = Json("1"), .ttl = ttl}).value();
  }
  Code get_error(std::string_view key) {
    const auto got = memory_.get({"ann", key});
    EXPECT_FALSE(got);
    return got ? Code::kInternal : got.error().code();
  }
  static std::vector<std::string> keys(const Page<MemoryEntry>& page) {
    std::vector<std::string> all;
    for (const MemoryEntry& entry : page.items) all.push_back(entry.key);
    return all;
  }

  MemoryDatabase db_;
  stores::Scope scope_ = db_.as("tester");
  MemoryStore memory_{scope_};
};

template <typename T>
Code code_of(const Result<T>& result) {
  EXPECT_FALSE(result) << "expected an error";
  return result ? Code::kInternal : result.error().code();
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_STORES_MEMORY_FIXTURE_H
