// word_file_test.cc: the words in the side file: of which state they are, and what happens when that cannot be known. That they find what the rows
// say under damage of every kind is recall_model_test.cc's, and vector_recall_model_test.cc's.

#include "vector/word_file.h"

#include "engine/side_file.h"
#include "engine/words.h"
#include "support/store_fixture.h"
#include "waggle/memory.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

using vector::WordFile;
using vector::WordNext;

class WordFileTest : public StoreTest {
 protected:
  void put(const std::string& key, const std::string& text) {
    MemoryStore(scope_).put({.agent_id = "ann", .key = key, .value = Json::string(text)}).value();
  }
  static base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }
  static Result<std::int64_t> newest(sql::Reader& main) { return main.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}); }

  Status catch_up(std::int64_t ahead = 0) {
    return scope_.read([&](stores::Reading& reading) -> Status {
      return file_.catch_up(reading.sql, {.newest = newest(reading.sql).value(), .ahead = ahead}, later());
    });
  }
  // How many entries are found; nullopt when the file is of another state.
  std::optional<int> found(const std::string& word) {
    int count = 0;
    const auto answer = scope_.read([&](stores::Reading& reading) {
      count = 0;
      return file_.search(reading.sql, {.newest = newest(reading.sql).value()}, {.expression = word}, later(),
                          [&](std::string_view, double) -> Result<WordNext> {
                            ++count;
                            return WordNext::kGoOn;
                          });
    });
    return answer.value().is_at_target ? std::optional<int>(count) : std::nullopt;
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
  engine::SideFile side_{db_.path() + "-index"};
  WordFile file_{*words_, side_, db_.log, vector::kMemoryWords};
};

TEST_F(WordFileTest, AnswersOnlyForTheStateThatItIsAt) {
  put("a", "bee");
  EXPECT_EQ(found("bee"), std::nullopt) << "there is none";
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 1);
  put("b", "bee");
  EXPECT_EQ(found("bee"), std::nullopt) << "it is behind";
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 2);
  MemoryStore(scope_).remove({"ann", "a"}).value();
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 1);
  EXPECT_EQ(found("nothing"), 0);
}

TEST_F(WordFileTest, IsMadeAnewWhereTheLogWasCut) {
  put("a", "bee");
  ASSERT_TRUE(catch_up());
  put("b", "bee");
  ASSERT_TRUE(scope_.write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("DELETE FROM changes", {}));
    return {};
  }));
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 2);
}

TEST_F(WordFileTest, EndsWhereTheSinkHasEnough) {
  for (int i = 0; i < 10; ++i) put("k" + std::to_string(i), "bee");
  ASSERT_TRUE(catch_up());
  int count = 0;
  const auto search = [&](sql::Reader& main, const Result<WordNext>& end) {
    count = 0;
    return file_.search(main, {.newest = newest(main).value()}, {.expression = "bee"}, later(),
                        [&](std::string_view, double score) -> Result<WordNext> {
                          EXPECT_GT(score, 0);
                          return ++count < 3 ? Result<WordNext>(WordNext::kGoOn) : end;
                        });
  };
  ASSERT_TRUE(scope_.read([&](stores::Reading& reading) -> Status {
    EXPECT_TRUE(search(reading.sql, WordNext::kEnough).value().is_at_target);
    EXPECT_EQ(count, 3);
    EXPECT_EQ(search(reading.sql, Error(Code::kCorruption, "of the rows")).error().message(), "of the rows");
    return {};
  }));
}

TEST_F(WordFileTest, IsLeftAheadUnlessItsHistoryIsAnother) {
  put("a", "bee");
  put("b", "bee");
  ASSERT_TRUE(catch_up());
  // As if the log had never come so far: a backup was restored.
  ASSERT_TRUE(scope_.write([](stores::Writing& writing) -> Status {
    WAGGLE_TRY(writing.sql.execute("DELETE FROM changes WHERE seq = 2", {}));
    WAGGLE_TRY(writing.sql.execute("DELETE FROM memory WHERE key = 'b'", {}));
    WAGGLE_TRY(writing.sql.execute("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'changes'", {}));
    return {};
  }));
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), std::nullopt) << "it may be another thread that is quicker";
  ASSERT_TRUE(catch_up(2));
  EXPECT_EQ(found("bee"), 1);
}

TEST_F(WordFileTest, IsMadeAnewWhereItHasAnotherForm) {
  put("a", "bee");
  // As the first form was: one source, without saying which.
  ASSERT_TRUE(side_.write(later(), [](sql::Writer& file) -> Status {
    WAGGLE_TRY(file.execute("CREATE TABLE state(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)", {}));
    WAGGLE_TRY(file.execute("INSERT INTO state(name, value) VALUES('format', '1'), ('applied', '1'), ('is_filled', '1')", {}));
    return {};
  }));
  EXPECT_EQ(found("bee"), std::nullopt);
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 1);
}

TEST_F(WordFileTest, GivesOneTurnAtATime) {
  constexpr int kThreads = 4;
  int inside = 0;  // who has the turn changes it
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const WordFile::Turn turn = file_.take_turn(later()).value();
        EXPECT_EQ(++inside, 1);
        --inside;
      }
    });
  }
  threads.clear();
  const auto taken = file_.take_turn(later());
  ASSERT_TRUE(taken);
  EXPECT_EQ(file_.take_turn(base::Deadline::after(std::chrono::milliseconds(1))).error().code(), Code::kDeadline);
}

TEST_F(WordFileTest, KeepsEachSourceByItself) {
  VectorStore(scope_).create({.name = "docs", .dimensions = 1}).value();
  VectorCollection(scope_, "docs").upsert({.id = "v", .embedding = {1}, .content = "bee"}).value();
  put("a", "bee");
  ASSERT_TRUE(catch_up());
  WordFile vectors(*words_, side_, db_.log, vector::kVectorWords);
  const auto search = [&](bool from_file) {
    std::vector<std::string> ids;
    const auto sink = [&](std::string_view id, double) -> Result<WordNext> {
      ids.emplace_back(id);
      return WordNext::kGoOn;
    };
    const Status done = scope_.read([&](stores::Reading& reading) -> Status {
      if (!from_file) return vectors.search_rows(reading.sql, {.expression = "bee", .scope = 1}, later(), sink);
      const WordFile::Target target{.newest = newest(reading.sql).value()};
      WAGGLE_TRY(vectors.catch_up(reading.sql, target, later()));
      WAGGLE_ASSIGN_OR_RETURN(const WordFile::Answer answer, vectors.search(reading.sql, target, {.expression = "bee", .scope = 1}, later(), sink));
      EXPECT_TRUE(answer.is_at_target);
      return {};
    });
    EXPECT_TRUE(done) << done.error().describe();
    return ids;
  };
  const std::vector<std::string> one = {vector::id_of_vector(1)};
  EXPECT_EQ(search(false), one);
  EXPECT_EQ(search(true), one);
  EXPECT_EQ(found("bee"), 1) << "the memories are there as before";
  put("b", "bee");
  EXPECT_EQ(search(true), one);
  EXPECT_EQ(found("bee"), std::nullopt) << "each follows the log for itself";
  ASSERT_TRUE(catch_up());
  EXPECT_EQ(found("bee"), 2);
  VectorStore(scope_).drop("docs").value();
  EXPECT_EQ(search(true), std::vector<std::string>());
  ASSERT_TRUE(side_.read(later(), [](sql::Reader& file) -> Status {
    EXPECT_EQ(file.query_integer("SELECT count(*) FROM vector_documents", {}).value(), 0) << "a collection that is gone leaves nothing";
    return {};
  }));
}

}  // namespace
}  // namespace waggle::test
