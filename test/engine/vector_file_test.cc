// vector_file_test.cc: a statement of a user's on a database and the file beside it, attached as `vec`: which tables it names, what it may do, and
// that no damage of the file passes for an answer. Who fills the tables is vector/sql_tables.h.

#include "engine/vector_file.h"

#include <fstream>

#include "engine/engine_fixture.h"
#include "support/files.h"

namespace waggle::engine {
namespace {

using Place = sql::VectorFile::Place;

class VectorFileTest : public EngineTest {
 protected:
  static constexpr std::array<float, 2> kOne = {1, 0};

  static Status fill(sql::VectorWriter& tables) {
    WAGGLE_TRY(tables.make_table("docs", {.dimensions = 2}));
    for (int i = 0; i < 200; ++i) {
      WAGGLE_TRY(tables.insert_vector("docs", {.id = std::to_string(i), .agent_id = "ann", .embedding = std::as_bytes(std::span(kOne))}));
    }
    return {};
  }
  Status fill_file() {
    return file_.write(soon(), [](sql::VectorWriter& tables) { return fill(tables); });
  }

  static sql::UntrustedStatement reading(std::string text) {
    return {.text = std::move(text), .parameters = {}, .access = sql::UntrustedStatement::Access::kRead, .rows_max = 1'000};
  }
  Result<ResultSet> ask(const std::string& text, Place place = Place::kFile) {
    std::optional<ResultSet> answer;
    WAGGLE_TRY(file_.at_moment(place, soon(), [&](sql::VectorMoment& moment) -> Status {
      if (place == Place::kMemory) WAGGLE_TRY(fill(moment.memory()));
      WAGGLE_ASSIGN_OR_RETURN(answer, moment.run(reading(text)));
      return {};
    }));
    return *std::move(answer);
  }
  Result<sql::VectorMoment::Named> named(const std::string& text) {
    std::optional<sql::VectorMoment::Named> answer;
    WAGGLE_TRY(file_.at_moment(Place::kFile, soon(), [&](sql::VectorMoment& moment) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(answer, moment.tables_of(reading(text)));
      return {};
    }));
    return *std::move(answer);
  }

  std::shared_ptr<Engine> engine_ = make();
  std::string side_path_ = path() + "-vec0";
  VectorFile file_{*engine_, side_path_};
};

TEST_F(VectorFileTest, RunsAStatementOnBoth) {
  ASSERT_TRUE(fill_file());
  ASSERT_TRUE(put(*engine_, "7", 70));
  for (const Place place : {Place::kFile, Place::kMemory}) {
    const auto answer = ask("SELECT number FROM vec.docs n JOIN items i ON i.name = n.id WHERE embedding MATCH '[1,0]' AND k = 200", place);
    ASSERT_TRUE(answer) << answer.error().describe();
    ASSERT_EQ(answer->rows.size(), 1U);
    EXPECT_EQ(answer->rows[0][0], Value(std::int64_t{70}));
  }
}

TEST_F(VectorFileTest, NamesTheTablesOfAStatement) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(named("SELECT * FROM vec.\"a b\"")->missing, "a b");
  EXPECT_EQ(named("SELECT * FROM VEC.a")->missing, "a");
  EXPECT_EQ(named("SELECT * FROM items")->tables, Names{});
  ASSERT_TRUE(fill_file());
  EXPECT_EQ(named("SELECT * FROM vec.docs")->tables, Names{"docs"});
  EXPECT_EQ(named("SELECT count(*) FROM vec.docs")->tables, Names{"docs"});
  EXPECT_EQ(named("SELECT count(*) FROM docs")->tables, Names{"docs"}) << "the database has none of this name";
  EXPECT_EQ(named("SELECT 1 FROM vec.docs_rowids, docs_chunks")->tables.size(), 2U);
  EXPECT_EQ(named("WITH docs AS (SELECT 1) SELECT count(*) FROM docs, items")->missing, std::nullopt);
  EXPECT_EQ(named("SELECT nothing FROM vec.docs").error().code(), Code::kInvalidArgument);
}

TEST_F(VectorFileTest, LetsNobodyWriteIntoIt) {
  ASSERT_TRUE(fill_file());
  for (const char* text : {"INSERT INTO vec.docs(id, agent_id, embedding) VALUES('x', '', '[1,0]')", "DELETE FROM vec.docs", "DROP TABLE vec.docs",
                           "UPDATE vec.docs SET agent_id = ''", "CREATE TABLE vec.own(x)"}) {
    const auto refused = named(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code(), Code::kReadOnly) << text;
    EXPECT_FALSE(ask(text)) << text;
  }
  for (const char* text : {"ATTACH 'other.db' AS other", "DETACH vec", "PRAGMA vec.user_version = 1"}) {
    EXPECT_EQ(ask(text).error().code(), Code::kPermission) << text;
  }
  for (const char* text :
       {"DELETE FROM vec.docs_chunks", "CREATE VIRTUAL TABLE v USING vec0(e float[2])", "CREATE VIRTUAL TABLE vec.v USING fts5(e)"}) {
    EXPECT_FALSE(ask(text)) << text;
  }
  EXPECT_EQ(ask("SELECT count(*) FROM vec.docs")->rows[0][0], Value(std::int64_t{200}));
}

TEST_F(VectorFileTest, ExplainsWhatVec0Wants) {
  ASSERT_TRUE(fill_file());
  const auto unbounded = ask("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]'");
  ASSERT_FALSE(unbounded);
  EXPECT_EQ(unbounded.error().code(), Code::kInvalidArgument);
  EXPECT_NE(unbounded.error().hint().find("k = 10"), std::string::npos) << unbounded.error().describe();
  const auto many = ask("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = 5001");
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code(), Code::kInvalidArgument);
  EXPECT_NE(many.error().message().find("4096"), std::string::npos);
  EXPECT_EQ(many.error().message().find("5001"), std::string::npos) << "what was bound is in no error";
  EXPECT_FALSE(ask("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = -1"));
  EXPECT_TRUE(ask("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]' LIMIT 3"));
}

TEST_F(VectorFileTest, AnswersNothingFromADamagedFile) {
  ASSERT_TRUE(fill_file());
  const std::string whole = test::read_file(side_path_);
  constexpr const char* kAll = "SELECT id, agent_id, embedding FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = 200 AND agent_id = 'ann'";
  const auto right = ask(kAll);
  ASSERT_TRUE(right) << right.error().describe();
  ASSERT_EQ(right->rows.size(), 200U);
  int noticed = 0;
  for (std::size_t at = 0; at < whole.size(); at += 509) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(side_path_, std::ios::binary | std::ios::trunc) << damaged;
    const auto answer = ask(kAll);
    noticed += answer ? 0 : 1;
    // A page that the statement does not look at may hold anything.
    if (answer) {
      ASSERT_EQ(answer->rows, right->rows) << "byte " << at;
    } else {
      EXPECT_EQ(answer.error().code(), Code::kCorruption) << "byte " << at << ": " << answer.error().describe();
    }
  }
  EXPECT_GT(noticed, 20);
}

TEST_F(VectorFileTest, AnswersNothingFromAFileThatIsCutOff) {
  ASSERT_TRUE(fill_file());
  const std::string whole = test::read_file(side_path_);
  constexpr const char* kAll = "SELECT id, agent_id, embedding FROM vec.docs ORDER BY id";
  const auto right = ask(kAll);
  for (std::size_t size = 0; size < whole.size(); size += 1'000) {
    std::ofstream(side_path_, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    const auto answer = ask(kAll);
    // The last pages may be none that the statement looks at.
    ASSERT_TRUE(!answer || answer->rows == right->rows) << size << " bytes";
    ASSERT_TRUE(!answer || size > whole.size() / 2) << size << " bytes";
  }
}

TEST_F(VectorFileTest, IsNoneWhereThereIsNoPath) {
  VectorFile none(*engine_, {});
  EXPECT_EQ(none.at_moment(Place::kFile, soon(), [](sql::VectorMoment&) { return Status(); }).error().code(), Code::kReadOnly);
  EXPECT_EQ(none.write(soon(), [](sql::VectorWriter& tables) { return fill(tables); }).error().code(), Code::kReadOnly);
  EXPECT_TRUE(none.at_moment(Place::kMemory, soon(), [](sql::VectorMoment& moment) { return fill(moment.memory()); }));
}

}  // namespace
}  // namespace waggle::engine
