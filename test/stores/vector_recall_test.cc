// vector_recall_test.cc: what a search of a collection for words answers, alone and with nearness.

#include <cmath>
#include <limits>

#include "stores/recall_fixture.h"

namespace waggle::test {
namespace {

std::string ids_of(const VectorAnswer& answer) {
  std::string ids;
  for (const VectorMatch& match : answer.items) ids += match.entry.id + " ";
  return ids;
}

class VectorRecallTest : public RecallTest {
 protected:
  VectorRecallTest() { VectorStore(handle_.scope()).create({.name = "docs", .dimensions = 2}).value(); }

  void add(const std::string& id, std::vector<float> embedding, const std::string& content, std::optional<std::string> metadata = {}) {
    PutVector vector{.id = id, .embedding = std::move(embedding), .content = content};
    if (metadata) vector.metadata = Json(*metadata);
    docs().upsert(vector).value();
  }
  VectorCollection docs() { return handle_.collection("docs"); }
  VectorAnswer search(const VectorSearch& search) { return handle_.search("docs", search); }
  std::string found(const std::string& text) { return ids_of(search({.text = text})); }
  std::string found_by(const std::string& expression) { return ids_of(search({.text = expression, .syntax = QuerySyntax::kFts5})); }
};

TEST_F(VectorRecallTest, FindsByWordsOfTheContent) {
  add("hive", {1, 0}, "The swarm left the old hive");
  add("plan", {0, 1}, "Café in Zürich");
  add("silent", {1, 1}, "");
  EXPECT_EQ(found("swarm"), "hive ");
  EXPECT_EQ(found("CAFE zurich"), "plan ");
  EXPECT_EQ(found("nothing"), "");
  EXPECT_EQ(found("!?"), "");
  EXPECT_EQ(found("swarm*"), "hive ") << "no character is special";
  EXPECT_EQ(found("swa*"), "");
  EXPECT_EQ(ids_of(search({.text = "old swa", .last_word_is_prefix = true})), "hive ");
  const VectorMatch match = search({.text = "old swarm"}).items.at(0);
  EXPECT_EQ(match.snippet, "The [swarm] left the [old] hive");
  EXPECT_TRUE(std::isnan(match.distance));
  EXPECT_DOUBLE_EQ(match.score, 1.0 / 3);
  EXPECT_EQ(match.text_rank, 1);
  EXPECT_FALSE(match.parts.vector || match.vector_rank);
}

TEST_F(VectorRecallTest, FusesWordsAndNearness) {
  add("word", {0, 1}, "alpha");
  add("near", {1, 0.1F}, "beta");
  add("both", {1, 0}, "alpha beta");
  EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .weights = {.vector = 1}})), "both word near ");
  const VectorAnswer answer = search({.query = {1, 0}, .text = "alpha"});
  EXPECT_EQ(ids_of(answer), "word both near ");
  const VectorMatch& second = answer.items.at(1);
  EXPECT_DOUBLE_EQ(*second.parts.text, 1.0 / 4);
  EXPECT_DOUBLE_EQ(*second.parts.vector, 0.2 / 3) << "every word is there: likeness tells little";
  EXPECT_DOUBLE_EQ(second.score, 1.0 / 4 + 0.2 / 3);
  EXPECT_NEAR(second.distance, 0, 1e-6);
  EXPECT_NEAR(answer.items.at(0).distance, 1, 1e-6) << "of every item";
  ASSERT_TRUE(answer.plan.words);
  EXPECT_EQ(answer.plan.words->by_text, 2);
  EXPECT_EQ(answer.plan.words->by_vector, 3);
  EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .weights = {.text = 0}})), "both near word ");
  EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .weights = {.vector = 0}})), "word both ");
  EXPECT_EQ(search({.query = {1, 0}, .text = "alpha", .embeddings = Embedding::kIncluded}).items.at(0).entry.embedding, (std::vector<float>{0, 1}));
}

TEST_F(VectorRecallTest, KeepsToFilterAgentAndThreshold) {
  add("a", {1, 0}, "alpha", R"({"year":2024})");
  add("b", {0, 1}, "alpha", R"({"year":2026})");
  const stores::Scope other = db_.as("bob");
  VectorCollection(other, "docs").upsert({.id = "c", .embedding = {1, 1}, .content = "alpha", .metadata = Json(R"({"year":2026})")}).value();
  for (int time = 0; time < 3; ++time) {
    EXPECT_EQ(ids_of(search({.text = "alpha", .filter = Json(R"({"year":{"ge":2025}})")})), "b c ");
    EXPECT_EQ(ids_of(search({.text = "alpha", .agent_id = "bob"})), "c ");
    EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .agent_id = "bob"})), "c ");
    EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .filter = Json(R"({"year":2024})"), .agent_id = "bob"})), "");
    // Of nearness, also for what the words found: b is at a right angle.
    EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .min_score = 0.5})), "a c ");
    EXPECT_EQ(ids_of(search({.query = {1, 0}, .text = "alpha", .weights = {.vector = 0}, .min_score = 0.5})), "a c ");
    EXPECT_EQ(ids_of(search({.text = "alpha", .agent_id = "nobody"})), "");
  }
}

TEST_F(VectorRecallTest, FindsMatchesBehindManyThatDoNotPass) {
  for (int i = 0; i < 300; ++i) add("n" + std::to_string(i), {1, 0}, "alpha alpha alpha", R"({"n":1})");
  add("last", {0, 1}, "one alpha among many other words", R"({"n":2})");
  EXPECT_EQ(ids_of(search({.text = "alpha", .k = 1, .filter = Json(R"({"n":2})")})), "last ");
}

TEST_F(VectorRecallTest, KnowsExpressions) {
  add("a", {1, 0}, "the old hive of the bees");
  add("b", {0, 1}, "the hive is old and the wasps are near");
  add("c", {1, 1}, "honeycomb");
  EXPECT_EQ(found_by("\"old hive\""), "a ");
  EXPECT_EQ(found_by("old AND hive NOT wasps"), "a ");
  EXPECT_EQ(found_by("bees OR honey*"), "c a ");
  EXPECT_EQ(found_by("NEAR(hive old, 1)"), "a b ");
  EXPECT_EQ(found_by("NEAR(hive old, 0)"), "a ") << "one beside the other";
  EXPECT_EQ(found_by("^honeycomb"), "c ");
  EXPECT_EQ(found_by("hive AND nothing"), "");
  EXPECT_EQ(search({.text = "\"OLD HIVE\" OR honey*", .syntax = QuerySyntax::kFts5}).items.at(0).snippet, "[honeycomb]");
  const VectorAnswer fused = search({.query = {1, 1}, .text = "old hive", .syntax = QuerySyntax::kFts5});
  EXPECT_DOUBLE_EQ(*fused.items.at(0).parts.vector, 0.2 / (2 + static_cast<double>(*fused.items.at(0).vector_rank)));
}

TEST_F(VectorRecallTest, RefusesWhatCannotBe) {
  add("a", {1, 0}, "alpha");
  const auto code = [&](const VectorSearch& search) {
    const auto answer = docs().search(search);
    return answer ? Code::kInternal : answer.error().code();
  };
  const auto refused = docs().search({.text = "alpha AND (", .syntax = QuerySyntax::kFts5});
  EXPECT_EQ(refused.error().code(), Code::kInvalidArgument);
  EXPECT_EQ(refused.error().message(), "fts5: syntax error near \"\", in the query: alpha AND (");
  EXPECT_EQ(code({.text = "text: alpha", .syntax = QuerySyntax::kFts5}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "*reads", .syntax = QuerySyntax::kFts5}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "a", .syntax = QuerySyntax::kFts5, .last_word_is_prefix = true}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "\xff"}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "alpha", .k = 1'001}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "alpha", .weights = {.text = -1}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "alpha", .weights = {.vector = std::numeric_limits<double>::infinity()}}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "alpha", .min_score = 0.5}), Code::kInvalidArgument) << "near to what?";
  EXPECT_EQ(code({.query = {1, 0, 0}, .text = "alpha"}), Code::kInvalidArgument);
  EXPECT_EQ(code({.text = "alpha", .model = "other"}), Code::kInvalidArgument);
  EXPECT_EQ(handle_.collection("nosuch").search({.text = "alpha"}).error().code(), Code::kNotFound);
}

TEST_F(VectorRecallTest, AnswersTheSameInEveryWay) {
  for (int i = 0; i < 150; ++i) {
    add("v" + std::to_string(i), {static_cast<float>(i), 60}, "alpha" + std::string(i % 3 == 0 ? " beta" : " gamma") + (i % 7 == 0 ? " delta" : ""));
  }
  for (const VectorSearch& wanted : {VectorSearch{.query = {1, 2}, .text = "beta delta", .k = 20}, VectorSearch{.text = "alpha gamma", .k = 500},
                                     VectorSearch{.text = "beta NOT delta", .syntax = QuerySyntax::kFts5, .k = 20}}) {
    const VectorAnswer file = search(wanted);
    const VectorAnswer rows = handle_.search_by_rows("docs", wanted);
    EXPECT_EQ(file.plan.words->method, "side file");
    EXPECT_EQ(rows.plan.words->method, "rows");
    ASSERT_EQ(ids_of(file), ids_of(rows));
    for (std::size_t i = 0; i < file.items.size(); ++i) {
      EXPECT_EQ(file.items[i].score, rows.items[i].score);
      EXPECT_EQ(file.items[i].bm25, rows.items[i].bm25);
      EXPECT_EQ(file.items[i].snippet, rows.items[i].snippet);
    }
  }
}

TEST_F(VectorRecallTest, SeesEveryCommitOfAnyHandle) {
  RecallHandle other(db_);
  add("a", {1, 0}, "alpha");
  EXPECT_EQ(found("alpha"), "a ");
  other.collection("docs").upsert({.id = "b", .embedding = {1, 0}, .content = "alpha"}).value();
  EXPECT_EQ(found("alpha"), "a b ");
  EXPECT_EQ(ids_of(other.search("docs", {.text = "alpha"})), "a b ");
  add("a", {1, 0}, "omega");
  EXPECT_EQ(found("alpha"), "b ");
  docs().remove("b").value();
  EXPECT_EQ(found("alpha"), "");
  EXPECT_EQ(ids_of(other.search("docs", {.text = "omega"})), "a ");
  VectorStore(handle_.scope()).drop("docs").value();
  VectorStore(handle_.scope()).create({.name = "docs", .dimensions = 2}).value();
  add("new", {1, 0}, "beta omega");
  EXPECT_EQ(found("omega"), "new ") << "one that was dropped and made anew is another";
}

TEST_F(VectorRecallTest, ATransactionSeesItsOwnWritesAndNobodyElseDoes) {
  add("old", {1, 0}, "alpha");
  found("alpha");
  const Status undone = handle_.scope().write([&](stores::Writing& writing) -> Status {
    const stores::Scope inside(handle_.scope(), writing.sql, writing.now);
    VectorCollection within(inside, "docs");
    WAGGLE_TRY(within.upsert({.id = "new", .embedding = {1, 0}, .content = "alpha"}));
    EXPECT_EQ(ids_of(within.search({.text = "alpha"}).value()), "old new ");
    return Error(Code::kConflict, "undo it all");
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(found("alpha"), "old ");
}

TEST_F(VectorRecallTest, ReadsTheRowsWhereThereCanBeNoFile) {
  add("a", {1, 0}, "alpha");
  std::filesystem::create_directory(db_.path() + "-index");
  RecallHandle without(db_);
  const VectorAnswer answer = without.search("docs", {.query = {1, 0}, .text = "alpha"});
  EXPECT_EQ(ids_of(answer), "a ");
  EXPECT_EQ(answer.plan.words->method, "rows");
  EXPECT_EQ(ids_of(without.search("docs", {.text = "alph*", .syntax = QuerySyntax::kFts5})), "a ");
}

}  // namespace
}  // namespace waggle::test
