// memory_recall_test.cc: what recall answers, whichever way it is answered.

#include <fstream>
#include <limits>

#include "stores/recall_fixture.h"
#include "support/files.h"

namespace waggle::test {
namespace {

using Keys = std::vector<std::string>;
using std::chrono::hours;
using std::chrono::seconds;

TEST_F(RecallTest, FindsByWordsInTheValueAndTheKey) {
  put("hive", "The swarm left the old hive");
  put("weather", "Rain until Monday");
  handle_.memory().put({.agent_id = "bob", .key = "plan", .value = Json(R"({"title":"Café in Zürich","steps":["buy\nbread",12.5]})")}).value();
  EXPECT_EQ(found("swarm"), Keys{"hive"});
  EXPECT_EQ(found("CAFE zurich"), Keys{"plan"}) << "neither case nor marks matter";
  EXPECT_EQ(found("bread"), Keys{"plan"}) << "what JSON escapes is no part of a word";
  EXPECT_EQ(found("title"), Keys{"plan"});
  EXPECT_EQ(found("weather"), Keys{"weather"}) << "the key";
  EXPECT_EQ(found("nothing"), Keys{});
  EXPECT_EQ(found("!?"), Keys{});
}

TEST_F(RecallTest, TakesQueriesAsText) {
  put("a", "alpha or beta");
  put("b", "gamma");
  for (const char* query : {"\"gamma", "gamma*", "NOT gamma", "gamma AND (", "text:gamma", "{gamma}", "^gamma", "gamma;--", "near(gamma"}) {
    EXPECT_EQ(found(query), Keys{"b"}) << query;
  }
  EXPECT_EQ(found("gam*"), Keys{}) << "no wildcard";
  EXPECT_EQ(keys_of(handle_.recall({.text = "gam", .last_word_is_prefix = true})), Keys{"b"});
}

TEST_F(RecallTest, TakesExpressionsWhereAsked) {
  put("a", "the old hive of the bees");
  put("b", "the hive is old and the wasps are near");
  put("c", "honeycomb");
  const auto by = [&](const std::string& expression) { return keys_of(handle_.recall({.text = expression, .syntax = QuerySyntax::kFts5})); };
  for (int time = 0; time < 3; ++time) {
    EXPECT_EQ(by("\"old hive\""), Keys{"a"});
    EXPECT_EQ(by("old AND hive NOT wasps"), Keys{"a"});
    EXPECT_EQ(by("bees OR honey*"), (Keys{"c", "a"}));
    EXPECT_EQ(by("hive AND nothing"), Keys{});
    found("hive");  // the entries are in memory from the second time on
  }
  const Recall recall{.text = "old hive", .syntax = QuerySyntax::kFts5};
  const RecallAnswer file = handle_.recall(recall);
  const RecallAnswer rows = handle_.recall_by_rows(recall);
  EXPECT_EQ(file.plan.method, "side file");
  EXPECT_EQ(rows.plan.method, "rows");
  ASSERT_EQ(keys_of(file), keys_of(rows));
  for (std::size_t i = 0; i < file.items.size(); ++i) EXPECT_EQ(file.items[i].bm25, rows.items[i].bm25);
  EXPECT_EQ(handle_.recall({.text = "\"old hive\"", .syntax = QuerySyntax::kFts5}).items.at(0).snippet, "the [old] [hive] of the bees a");
  const auto refused = handle_.memory().recall({.text = "old AND", .syntax = QuerySyntax::kFts5});
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(refused.error().message(), "fts5: syntax error near \"\", in the query: old AND");
  EXPECT_FALSE(handle_.memory().recall({.text = "old", .syntax = QuerySyntax::kFts5, .last_word_is_prefix = true}));
}

TEST_F(RecallTest, RanksByRarityAndLength) {
  put("often", "bee bee bee");
  put("once", "bee and a great many other words that have nothing to do with it");
  put("other", "queen");
  put("another", "hive");
  EXPECT_EQ(found("bee"), (Keys{"often", "once"}));
  EXPECT_EQ(found("bee queen"), (Keys{"other", "often", "once"})) << "the rarer word counts more";
}

TEST_F(RecallTest, EndsWithTheEntry) {
  put("a", "alpha");
  put("b", "alpha beta");
  handle_.memory().put({.agent_id = "ann", .key = "c", .value = Json(R"("alpha")"), .ttl = seconds(10)}).value();
  EXPECT_EQ(found("alpha").size(), 3U);
  put("a", "omega");
  EXPECT_EQ(found("omega"), Keys{"a"});
  handle_.memory().remove({"ann", "b"}).value();
  EXPECT_EQ(found("alpha"), Keys{"c"});
  db_.clock.advance(seconds(10));
  EXPECT_EQ(found("alpha"), Keys{}) << "expired, and not swept yet";
  EXPECT_EQ(keys_of(RecallHandle(db_).recall({.text = "alpha"})), Keys{});
}

TEST_F(RecallTest, KeepsToTheAgentAndTheFilter) {
  put("a", "alpha", R"({"year":2024})");
  put("b", "alpha", R"({"year":2026})");
  handle_.memory().put({.agent_id = "bob", .key = "c", .value = Json(R"("alpha")"), .metadata = Json(R"({"year":2026})")}).value();
  for (int time = 0; time < 3; ++time) {
    EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .agent_id = "bob"})), Keys{"c"});
    EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .agent_id = "ann", .filter = Json(R"({"year":{"ge":2025}})")})), Keys{"b"});
    EXPECT_EQ(handle_.recall({.text = "alpha", .filter = Json(R"({"year":2026})")}).items.size(), 2U);
    EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .agent_id = "nobody"})), Keys{});
  }
  EXPECT_EQ(handle_.memory().recall({.text = "alpha", .filter = Json("[]")}).error().code(), Code::kInvalidArgument);
}

TEST_F(RecallTest, AnswersTheSameInEveryWay) {
  for (int i = 0; i < 60; ++i) {
    put("k" + std::to_string(i), "alpha" + std::string(i % 3 == 0 ? " beta" : " gamma") + (i % 7 == 0 ? " delta" : ""), std::nullopt,
        {static_cast<float>(i), 60.0F - static_cast<float>(i), 1});
  }
  const Recall recall{.text = "beta delta", .vector = {1, 2, 3}, .k = 20};
  const RecallAnswer cold = RecallHandle(db_).recall(recall);
  EXPECT_EQ(cold.plan.method, "side file");
  handle_.recall(recall);
  const RecallAnswer warm = handle_.recall(recall);
  EXPECT_EQ(warm.plan.method, "memory");
  const RecallAnswer slow = RecallHandle(db_).recall_by_rows(recall);
  EXPECT_EQ(slow.plan.method, "rows");
  EXPECT_EQ(keys_of(cold), keys_of(warm));
  EXPECT_EQ(keys_of(slow), keys_of(warm));
  ASSERT_EQ(warm.items.size(), 20U);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(cold.items[i].score, warm.items[i].score);
    EXPECT_EQ(cold.items[i].snippet, warm.items[i].snippet);
  }
}

TEST_F(RecallTest, FusesWordsAndVectors) {
  put("word", "alpha", std::nullopt, {0, 1});
  put("near", "beta", std::nullopt, {1, 0.1F});
  put("both", "alpha beta", std::nullopt, {1, 0});
  EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .vector = {1, 0}, .weights = {.vector = 1}})), (Keys{"both", "word", "near"}));
  const RecallAnswer answer = handle_.recall({.text = "alpha", .vector = {1, 0}});
  EXPECT_EQ(keys_of(answer), (Keys{"word", "both", "near"}));
  const RecallMatch& first = answer.items.front();
  ASSERT_TRUE(first.parts.text && first.parts.vector);
  EXPECT_DOUBLE_EQ(first.score, *first.parts.text + *first.parts.vector);
  EXPECT_DOUBLE_EQ(*first.parts.text, 1.0 / (2.0 + static_cast<double>(*first.text_rank)));
  EXPECT_DOUBLE_EQ(*first.parts.vector, 0.2 / (2.0 + static_cast<double>(*first.vector_rank))) << "every word is there: likeness tells little";
  EXPECT_EQ(keys_of(handle_.recall({.vector = {1, 0}})), (Keys{"both", "near", "word"}));
  EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .vector = {1, 0}, .weights = {.text = 0}})), (Keys{"both", "near", "word"}));
  EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .vector = {1, 0}, .weights = {.vector = 0}})), (Keys{"word", "both"}));
}

TEST_F(RecallTest, AddsRecencyAndImportance) {
  put("old", "alpha beta");
  db_.clock.advance(hours(24));
  put("young", "alpha beta", R"({"importance":0.5})");
  EXPECT_EQ(found("alpha"), (Keys{"old", "young"})) << "of equals the older";
  const RecallAnswer recent = handle_.recall({.text = "alpha", .half_life = hours(24)});
  EXPECT_EQ(keys_of(recent), (Keys{"young", "old"}));
  EXPECT_DOUBLE_EQ(*recent.items[0].parts.recency, 0.5 / 3);
  EXPECT_DOUBLE_EQ(*recent.items[1].parts.recency, 0.25 / 3);
  const RecallAnswer important = handle_.recall({.text = "alpha", .weights = {.importance = 1}});
  EXPECT_EQ(keys_of(important), (Keys{"young", "old"}));
  EXPECT_DOUBLE_EQ(*important.items[0].parts.importance, 0.5 / 3);
  EXPECT_FALSE(important.items[1].parts.importance);
}

TEST_F(RecallTest, AvoidsRepetitionWhereAsked) {
  put("a", "alpha alpha alpha", std::nullopt, {1, 0});
  put("same", "alpha alpha", std::nullopt, {1, 0.01F});
  put("other", "alpha and something else altogether", std::nullopt, {0, 1});
  EXPECT_EQ(found("alpha"), (Keys{"a", "same", "other"}));
  EXPECT_EQ(keys_of(handle_.recall({.text = "alpha", .k = 2, .diversity = 0.5})), (Keys{"a", "other"}));
}

TEST_F(RecallTest, RefusesWhatCannotBe) {
  put("a", "alpha", std::nullopt, {1, 0});
  const auto code = [&](const Recall& recall) {
    const auto answer = handle_.memory().recall(recall);
    return answer ? Code::kInternal : answer.error().code();
  };
  EXPECT_EQ(code({}), Code::kInvalidArgument) << "neither text nor vector";
  EXPECT_EQ(code({.text = "a", .k = 0}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "a", .k = 1'001}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "\xff"}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "a", .weights = {.text = -1}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "a", .half_life = seconds(0)}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "a", .diversity = 1.1}), Code::kInvalidArgument);
  EXPECT_EQ(code({.vector = {1, 0, 0}}), Code::kInvalidArgument) << "another length";
  EXPECT_EQ(code({.vector = {0, 0}}), Code::kInvalidArgument) << "no direction";
  EXPECT_EQ(code({.vector = {1, std::numeric_limits<float>::quiet_NaN()}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.vector = {1, 0}, .model = "other"}), Code::kInvalidArgument);
}

TEST_F(RecallTest, SeesTheTransactionThatItIsPartOf) {
  put("a", "alpha");
  found("alpha");
  found("alpha");
  const Status done = handle_.scope().write([&](stores::Writing& writing) -> Status {
    const stores::Scope inside(handle_.scope(), writing.sql, writing.now);
    EXPECT_TRUE(MemoryStore(inside).put({.agent_id = "ann", .key = "b", .value = Json(R"("alpha too")")}));
    const auto answer = MemoryStore(inside).recall({.text = "alpha"});
    EXPECT_TRUE(answer);
    EXPECT_EQ(keys_of(*answer), (Keys{"a", "b"}));
    return Error(Code::kCancelled, "undone");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(found("alpha"), Keys{"a"});
  EXPECT_EQ(keys_of(RecallHandle(db_).recall({.text = "alpha"})), Keys{"a"});
}

TEST_F(RecallTest, SeesWhatOtherHandlesWrite) {
  RecallHandle other(db_);
  put("a", "alpha");
  for (int i = 0; i < 20; ++i) {
    other.memory().put({.agent_id = "bob", .key = "k" + std::to_string(i), .value = Json(R"("alpha")")}).value();
    EXPECT_EQ(handle_.recall({.text = "alpha", .k = 100}).items.size(), static_cast<std::size_t>(i) + 2);
    EXPECT_EQ(other.recall({.text = "alpha", .k = 100}).items.size(), static_cast<std::size_t>(i) + 2);
  }
}

TEST_F(RecallTest, NoticesAFileOfAnotherHistory) {
  const std::string file = db_.path() + "-index";
  put("a", "alpha");
  RecallHandle(db_).recall({.text = "alpha"});
  const std::string early = read_file(file);
  put("b", "alpha");
  RecallHandle(db_).recall({.text = "alpha"});
  std::ofstream(file, std::ios::binary) << early;
  EXPECT_EQ(keys_of(RecallHandle(db_).recall({.text = "alpha"})), (Keys{"a", "b"})) << "an earlier copy of the file";

  // A file that is ahead: as after a restored backup, with other changes under the same numbers.
  TestDatabase restored;
  RecallHandle there(restored);
  for (int i = 0; i < 5; ++i) there.memory().put({.agent_id = "ann", .key = "x" + std::to_string(i), .value = Json(R"("alpha")")}).value();
  there.recall({.text = "alpha"});
  std::ofstream(file, std::ios::binary) << read_file(restored.path() + "-index");
  const RecallAnswer answer = RecallHandle(db_).recall({.text = "alpha"});
  EXPECT_EQ(keys_of(answer), (Keys{"a", "b"}));
  EXPECT_EQ(RecallHandle(db_).recall({.text = "alpha"}).plan.method, "side file") << "and is made anew";
}

TEST_F(RecallTest, ReadsTheRowsWhereThereCanBeNoFile) {
  put("a", "alpha");
  std::filesystem::create_directory(db_.path() + "-index");
  RecallHandle without(db_, 0);
  EXPECT_EQ(keys_of(without.recall({.text = "alpha"})), Keys{"a"});
  EXPECT_EQ(without.recall({.text = "alpha"}).plan.method, "rows");
}

TEST_F(RecallTest, AnswersFromTheFileWhereMemoryIsScarce) {
  for (int i = 0; i < 50; ++i) put("k" + std::to_string(i), "alpha " + std::to_string(i));
  RecallHandle scarce(db_, 1'000);
  for (int time = 0; time < 4; ++time) EXPECT_EQ(scarce.recall({.text = "alpha", .k = 100}).items.size(), 50U);
  EXPECT_EQ(scarce.recall({.text = "alpha"}).plan.method, "side file");
}

}  // namespace
}  // namespace waggle::test
