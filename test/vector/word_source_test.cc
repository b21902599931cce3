// word_source_test.cc: what the rows and the log say of memories and of vectors.

#include "vector/word_source.h"

#include "support/store_fixture.h"
#include "waggle/memory.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

using vector::id_of_vector;
using vector::WordChanges;
using vector::WordSource;
using vector::WordText;

class WordSourceTest : public StoreTest {
 protected:
  std::vector<WordText> rows(const WordSource& source, sql::Text text, std::initializer_list<sql::Arg> args) {
    return scope_.read([&](stores::Reading& reading) -> Result<std::vector<WordText>> { return reading.sql.query_all(text, args, source.read); })
        .value();
  }
  WordChanges changes(const WordSource& source, std::int64_t change) {
    return scope_.read([&](stores::Reading& reading) { return source.changes(reading.sql, change); }).value();
  }
  std::int64_t newest() {
    return scope_.read([](stores::Reading& reading) { return reading.sql.query_integer("SELECT max(seq) FROM changes", {}); }).value();
  }

  VectorStore store_{scope_};
};

TEST_F(WordSourceTest, IdsOfVectorsSortAsTheirNumbers) {
  EXPECT_LT(id_of_vector(9), id_of_vector(10));
  EXPECT_LT(id_of_vector(10), id_of_vector(1'000'000'000'000));
  EXPECT_LT("", id_of_vector(0));
  for (const std::int64_t seq : {std::int64_t{1}, std::int64_t{1} << 40, INT64_MAX}) EXPECT_EQ(vector::vector_of_id(id_of_vector(seq)), seq);
}

TEST_F(WordSourceTest, MemoriesAreOneScope) {
  const std::string id = MemoryStore(scope_).put({.agent_id = "ann", .key = "k", .value = Json(R"({"a":"bee"})")}).value().id;
  const std::int64_t before = newest();
  const auto all = rows(vector::kMemoryWords, vector::kMemoryWords.rows_after, {"", 10});
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, id);
  EXPECT_EQ(all[0].scope, 0);
  EXPECT_EQ(all[0].agent_id, "ann");
  EXPECT_EQ(all[0].text, "a\nbee\nk");
  EXPECT_EQ(rows(vector::kMemoryWords, vector::kMemoryWords.row, {id}).size(), 1U);
  EXPECT_EQ(rows(vector::kMemoryWords, vector::kMemoryWords.rows_of_scope, {0}).size(), 1U);
  MemoryStore(scope_).remove({"ann", "k"}).value();
  EXPECT_EQ(changes(vector::kMemoryWords, before).ids, std::vector<std::string>{id});
  EXPECT_TRUE(changes(vector::kMemoryWords, newest()).ids.empty());
}

TEST_F(WordSourceTest, VectorsAreOfTheirCollection) {
  for (const char* name : {"a", "b"}) store_.create({.name = name, .dimensions = 1}).value();
  store_.in("a").upsert({.id = "x", .embedding = {1}, .content = "bee"}).value();
  store_.in("b").upsert({.id = "x", .embedding = {1}, .content = "hive"}).value();
  const WordSource& source = vector::kVectorWords;
  const auto all = rows(source, source.rows_after, {"", 10});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, id_of_vector(1));
  EXPECT_EQ(all[0].scope, 1);
  EXPECT_EQ(all[0].agent_id, "tester");
  EXPECT_EQ(all[0].text, "bee");
  EXPECT_EQ(all[1].scope, 2);
  EXPECT_EQ(rows(source, source.rows_after, {id_of_vector(1), 10}).size(), 1U);
  EXPECT_EQ(rows(source, source.rows_after, {"", 1}).size(), 1U);
  EXPECT_EQ(rows(source, source.row, {id_of_vector(2)}).at(0).text, "hive");
  EXPECT_EQ(rows(source, source.rows_of_scope, {2}).at(0).text, "hive");
}

TEST_F(WordSourceTest, TheLogNamesVectorsAndDroppedCollections) {
  store_.create({.name = "a", .dimensions = 1}).value();
  VectorCollection a = store_.in("a");
  const std::int64_t before = newest();
  a.upsert({.id = "x", .embedding = {1}}).value();
  a.upsert({.id = "x", .embedding = {2}}).value();
  a.remove("x").value();
  a.upsert({.id = "y", .embedding = {2}}).value();  // of the same seq
  WordChanges since = changes(vector::kVectorWords, before);
  EXPECT_EQ(since.ids, std::vector<std::string>{id_of_vector(1)});
  EXPECT_TRUE(since.scopes.empty() && since.is_complete);
  store_.drop("a").value();
  EXPECT_EQ(changes(vector::kVectorWords, before).scopes, std::vector<std::int64_t>{1});
  ASSERT_TRUE(scope_.write([](stores::Writing& writing) { return writing.log(Entity::kVector, "a/z", "insert"); }));
  EXPECT_FALSE(changes(vector::kVectorWords, before).is_complete) << "a row that names no vector";
}

}  // namespace
}  // namespace waggle::test
