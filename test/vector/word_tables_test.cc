// word_tables_test.cc: the tables of words: what they find, in which scope, and that removing leaves nothing.

#include "vector/word_tables.h"

#include <gtest/gtest.h>

#include "engine/scratch_file.h"
#include "engine/words.h"
#include "support/bm25_model.h"

namespace waggle::vector {
namespace {

base::Deadline later() { return base::Deadline::after(std::chrono::seconds(20)); }

class WordTablesTest : public testing::Test {
 protected:
  WordTablesTest() {
    write([](WordWriter& tables) { return tables.make(); });
  }

  void write(base::FunctionRef<Status(WordWriter&)> work) {
    const Status done = file_->write(later(), [&](sql::Writer& file) -> Status {
      WordWriter tables(file, kVectorWordStatements, *words_);
      WAGGLE_TRY(work(tables));
      return tables.end();
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void put(const std::string& id, std::int64_t scope, const std::string& text, std::optional<std::string> agent = {}) {
    write([&](WordWriter& tables) { return tables.put({.id = id, .scope = scope, .agent_id = agent, .text = text}); });
  }
  std::string found(const WordSearch& search) {
    std::string ids;
    scores_.clear();
    const Status done = file_->read(later(), [&](sql::Reader& file) {
      return search_words(file, kVectorWordStatements, search, [&](std::string_view id, double score) -> Result<WordNext> {
        ids += std::string(id) + " ";
        scores_.push_back(score);
        return WordNext::kGoOn;
      });
    });
    EXPECT_TRUE(done) << done.error().describe();
    return ids;
  }

  std::unique_ptr<sql::Words> words_ = engine::Words::create().value();
  std::unique_ptr<sql::SideFile> file_ = engine::ScratchFile::create().value();
  std::vector<double> scores_;
};

TEST_F(WordTablesTest, ScoreWithinTheirScope) {
  put("a", 1, "bee hive");
  put("b", 1, "wax");
  put("c", 1, "comb");
  for (const char* id : {"d", "e", "f", "g"}) put(id, 2, "bee bee bee bee bee bee");
  EXPECT_EQ(found({.expression = "bee", .scope = 1}), "a ");
  const auto wanted = test::bm25_scores({{"a", {"bee", "hive"}}, {"b", {"wax"}}, {"c", {"comb"}}}, {"bee"});
  EXPECT_DOUBLE_EQ(scores_.at(0), wanted.at("a"));
  EXPECT_EQ(found({.expression = "bee", .scope = 3}), "");
  EXPECT_EQ(found({.expression = "bee", .scope = 2}), "d e f g ") << "of equals the lower id";
}

TEST_F(WordTablesTest, KeepToTheAgent) {
  put("a", 1, "bee", "ann");
  put("b", 1, "bee", "bob");
  put("c", 1, "bee");
  EXPECT_EQ(found({.expression = "bee", .scope = 1, .agent_id = "bob"}), "b ");
  EXPECT_EQ(found({.expression = "bee", .scope = 1}), "a b c ");
}

TEST_F(WordTablesTest, ForgetWhatIsRemoved) {
  put("a", 1, "bee hive");
  put("b", 1, "bee");
  put("c", 2, "bee");
  write([](WordWriter& tables) { return tables.remove("a"); });
  EXPECT_EQ(found({.expression = "bee", .scope = 1}), "b ");
  EXPECT_DOUBLE_EQ(scores_.at(0), test::bm25_scores({{"b", {"bee"}}}, {"bee"}).at("b")) << "its words do not count either";
  write([](WordWriter& tables) -> Status {
    WAGGLE_TRY(tables.remove("nothing"));
    return tables.remove_scope(1);
  });
  EXPECT_EQ(found({.expression = "bee", .scope = 1}), "");
  EXPECT_EQ(found({.expression = "bee", .scope = 2}), "c ");
  // Gone and put again in one transaction.
  write([](WordWriter& tables) -> Status {
    WAGGLE_TRY(tables.put({.id = "d", .scope = 1, .agent_id = {}, .text = "wax"}));
    WAGGLE_TRY(tables.remove_scope(1));
    return tables.put({.id = "d", .scope = 1, .agent_id = {}, .text = "bee"});
  });
  EXPECT_EQ(found({.expression = "bee", .scope = 1}), "d ");
  EXPECT_DOUBLE_EQ(scores_.at(0), test::bm25_scores({{"d", {"bee"}}}, {"bee"}).at("d"));
}

TEST_F(WordTablesTest, EndWhereTheSinkDoes) {
  for (const char* id : {"a", "b", "c"}) put(id, 1, "bee");
  int count = 0;
  const auto search = [&](const Result<WordNext>& answer) {
    count = 0;
    return file_->read(later(), [&](sql::Reader& file) {
      return search_words(file, kVectorWordStatements, {.expression = "bee", .scope = 1}, [&](std::string_view, double) {
        ++count;
        return answer;
      });
    });
  };
  EXPECT_TRUE(search(WordNext::kEnough));
  EXPECT_EQ(count, 1);
  EXPECT_EQ(search(Error(Code::kConflict, "of the sink")).error().message(), "of the sink");
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace waggle::vector
