// recall_fixture.h: databases whose memories and vectors can be searched for words, by handles that know of each other no more than processes do.

#ifndef WAGGLE_TEST_STORES_RECALL_FIXTURE_H
#define WAGGLE_TEST_STORES_RECALL_FIXTURE_H

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/side_file.h"
#include "engine/words.h"
#include "support/store_fixture.h"
#include "vector/memory_search.h"
#include "waggle/recall.h"

namespace waggle::test {

// What one process has on a database: its own index in memory and its own connection to the side file.
class RecallHandle {
 public:
  explicit RecallHandle(TestDatabase& db, std::size_t index_bytes = std::size_t{64} << 20)
      : side_(db.path() + "-index"),
        search_(*words_, side_, db.log, index_bytes),
        vector_words_(*words_, side_, db.log, vector::kVectorWords),
        shared_{db.engine(), db.clock, db.ids, db.cache, db.indexes, &search_, &vector_words_},
        scope_(shared_, {.actor = "tester", .timeout = std::chrono::seconds(30), .stop = {}}) {}

  MemoryStore memory() { return MemoryStore(scope_); }
  stores::Scope& scope() { return scope_; }
  vector::MemorySearch& search() { return search_; }

  RecallAnswer recall(const Recall& recall) {
    auto answer = memory().recall(recall);
    EXPECT_TRUE(answer) << answer.error().describe();
    return answer ? *std::move(answer) : RecallAnswer{};
  }
  VectorCollection collection(const std::string& name) { return {scope_, name}; }
  VectorAnswer search(const std::string& name, const VectorSearch& search) {
    auto answer = collection(name).search(search);
    EXPECT_TRUE(answer) << answer.error().describe();
    return answer ? *std::move(answer) : VectorAnswer{};
  }
  VectorAnswer search_by_rows(const std::string& name, const VectorSearch& search) {
    VectorAnswer answer;
    const Status read = scope_.read([&](stores::Reading& reading) -> Status {
      const stores::Scope bound(scope_, reading.sql, reading.now());
      WAGGLE_ASSIGN_OR_RETURN(answer, VectorCollection(bound, name).search(search));
      return {};
    });
    EXPECT_TRUE(read) << read.error().describe();
    return answer;
  }

  // Of which transaction the rows are read.
  RecallAnswer recall_by_rows(const Recall& recall) {
    RecallAnswer answer;
    const Status read = scope_.read([&](stores::Reading& reading) -> Status {
      const stores::Scope bound(scope_, reading.sql, reading.now());
      auto found = MemoryStore(bound).recall(recall);
      if (!found) return found.error();
      answer = *std::move(found);
      return {};
    });
    EXPECT_TRUE(read) << read.error().describe();
    return answer;
  }

 private:
  std::unique_ptr<engine::Words> words_ = engine::Words::create().value();
  engine::SideFile side_;
  vector::MemorySearch search_;
  vector::WordFile vector_words_;
  stores::Shared shared_;
  stores::Scope scope_;
};

inline std::vector<std::string> keys_of(const RecallAnswer& answer) {
  std::vector<std::string> keys;
  for (const RecallMatch& match : answer.items) keys.push_back(match.memory.key);
  return keys;
}

class RecallTest : public ::testing::Test {
 protected:
  MemoryEntry put(const std::string& key, const std::string& text, std::optional<std::string> metadata = {}, std::vector<float> embedding = {}) {
    PutMemory entry{.agent_id = "ann", .key = key, .value = Json::string(text), .embedding = std::move(embedding)};
    if (metadata) entry.metadata = Json(*metadata);
    return handle_.memory().put(entry).value();
  }
  std::vector<std::string> found(const std::string& text) { return keys_of(handle_.recall({.text = text})); }

  TestDatabase db_;
  RecallHandle handle_{db_};
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_STORES_RECALL_FIXTURE_H
