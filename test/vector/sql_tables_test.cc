// sql_tables_test.cc: statements on vec.NAME against a model that measures every vector itself: under random writes, of another handle too, with the
// file deleted, cut off, damaged, held and put back in between. Whichever way an answer comes, it is the model's.

#include "vector/sql_tables.h"

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <thread>

#include "engine/vector_file.h"
#include "support/files.h"
#include "support/soak.h"
#include "support/store_fixture.h"
#include "waggle/vectors.h"

namespace waggle::test {
namespace {

using vector::SqlTables;
using Place = sql::VectorFile::Place;

// Counts where statements ran.
class CountedFile final : public sql::VectorFile {
 public:
  explicit CountedFile(TestDatabase& db) : file_(db.engine(), db.path() + "-vec0") {}
  Status at_moment(Place place, const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorMoment&)> work) override {
    ++(place == Place::kFile ? by_file : by_memory);
    return file_.at_moment(place, deadline, work);
  }
  Status write(const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorWriter&)> work) override {
    ++writes;
    return file_.write(deadline, work);
  }
  void discard() override {
    ++discards;
    file_.discard();
  }

  std::atomic<int> by_file = 0;
  std::atomic<int> by_memory = 0;
  std::atomic<int> writes = 0;
  std::atomic<int> discards = 0;

 private:
  engine::VectorFile file_;
};

struct Handle {
  explicit Handle(TestDatabase& db, std::size_t bytes_max = std::size_t{64} << 20) : file(db), tables(file, db.log, bytes_max) {}
  Result<ResultSet> ask(std::string text, Duration timeout = std::chrono::seconds(20)) {
    return tables.run({.text = std::move(text), .parameters = {}, .access = sql::UntrustedStatement::Access::kRead, .rows_max = 100'000},
                      base::Deadline::after(timeout));
  }
  std::string text(const std::string& query) {
    const auto answer = ask(query);
    if (!answer) return answer.error().describe();
    std::string text;
    for (const auto& row : answer->rows) {
      const auto* said = std::get_if<std::string>(&row[0]);
      text += (text.empty() ? "" : " ") + (said == nullptr ? std::to_string(std::get<std::int64_t>(row[0])) : *said);
    }
    return text;
  }

  CountedFile file;
  SqlTables tables;
};

class SqlTablesTest : public StoreTest {
 protected:
  void make(const std::string& name, std::int64_t dimensions = 2, Metric metric = Metric::kL2) {
    VectorStore(scope_).create({.name = name, .dimensions = dimensions, .metric = metric}).value();
  }
  void put(const std::string& collection, const std::string& id, std::vector<float> embedding) {
    VectorStore(scope_).in(collection).upsert({.id = id, .embedding = std::move(embedding)}).value();
  }

  Handle handle_{db_};
};

constexpr const char* kNearest = "SELECT id FROM vec.docs WHERE embedding MATCH '[0,0]' AND k = 2 ORDER BY distance";

TEST_F(SqlTablesTest, SeesEachWriteInTheNextStatement) {
  make("docs");
  put("docs", "a", {1, 0});
  put("docs", "b", {2, 0});
  put("docs", "c", {3, 0});
  EXPECT_EQ(handle_.text(kNearest), "a b");
  put("docs", "a", {9, 0});
  EXPECT_EQ(handle_.text(kNearest), "b c");
  VectorStore(scope_).in("docs").remove("b").value();
  EXPECT_EQ(handle_.text(kNearest), "c a");
  put("docs", "b", {0, 1});
  EXPECT_EQ(handle_.text(kNearest), "b c");
  EXPECT_EQ(handle_.text("SELECT count(*) FROM vec.docs"), "3");
  EXPECT_EQ(handle_.file.by_memory, 0);
  VectorStore(scope_).drop("docs").value();
  EXPECT_EQ(handle_.ask(kNearest).error().code(), Code::kNotFound);
  make("docs", 3);
  put("docs", "n", {1, 2, 3});
  EXPECT_EQ(handle_.text("SELECT id FROM vec.docs WHERE embedding MATCH '[0,0,0]' AND k = 2"), "n");
  EXPECT_EQ(handle_.file.by_memory, 0);
}

TEST_F(SqlTablesTest, WritesNothingWhereNothingHasChanged) {
  make("docs");
  make("other");
  put("docs", "a", {1, 0});
  ASSERT_EQ(handle_.text(kNearest), "a");
  const int writes = handle_.file.writes;
  EXPECT_EQ(handle_.text(kNearest), "a");
  put("other", "b", {1, 0});
  EXPECT_EQ(handle_.text(kNearest), "a");
  EXPECT_EQ(handle_.file.writes, writes);
  // Others read at the same time.
  Handle other(db_);
  EXPECT_EQ(other.text(kNearest), "a");
  EXPECT_EQ(other.file.writes, 0);
}

TEST_F(SqlTablesTest, JoinsWithTheRowsOfTheSameMoment) {
  make("docs");
  make("other");
  put("docs", "a", {1, 0});
  put("other", "a", {0, 5});
  EXPECT_EQ(handle_.text("SELECT v.collection FROM vec.docs n JOIN vectors v ON v.id = n.id WHERE n.embedding MATCH '[1,0]' AND k = 1"
                         " ORDER BY v.collection"),
            "docs other");
  EXPECT_EQ(handle_.text("SELECT d.id FROM vec.docs d JOIN vec.other o ON o.id = d.id"), "a");
  EXPECT_EQ(handle_.text("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = 1 AND agent_id = 'tester'"), "a");
  EXPECT_EQ(handle_.text("SELECT id FROM vec.docs WHERE embedding MATCH '[1,0]' AND k = 1 AND agent_id = 'another'"), "");
}

TEST_F(SqlTablesTest, TellsWhatItCannotHave) {
  make("docs");
  make("dots", 2, Metric::kDot);
  EXPECT_EQ(handle_.ask("SELECT * FROM vec.nobody").error().code(), Code::kNotFound);
  EXPECT_EQ(handle_.ask("SELECT * FROM vec.dots").error().code(), Code::kUnsupported);
  for (const char* own : {"docs_rowids", "sqlite_schema", "\"waggle/tables\""}) {
    EXPECT_EQ(handle_.ask("SELECT * FROM vec.docs, vec." + std::string(own)).error().code(), Code::kNotFound) << own;
  }
  EXPECT_EQ(handle_.ask("SELECT * FROM vec.docs WHERE").error().code(), Code::kInvalidArgument);
  EXPECT_EQ(handle_.ask("DELETE FROM vec.docs").error().code(), Code::kReadOnly);
}

TEST_F(SqlTablesTest, TakesNoTableForAnother) {
  make("docs");
  make("docs_rowids");
  put("docs", "short", {1, 0});
  put("docs_rowids", "long", {1, 0});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(handle_.text("SELECT id FROM vec.docs"), "short");
    EXPECT_EQ(handle_.text("SELECT id FROM vec.DOCS"), "short");
    EXPECT_EQ(handle_.text("SELECT id FROM vec.docs_rowids"), "long");
  }
  EXPECT_EQ(handle_.ask("SELECT * FROM vec.docs, vec.docs_rowids").error().code(), Code::kUnsupported);
  make("Docs");
  EXPECT_EQ(handle_.ask("SELECT * FROM vec.docs").error().code(), Code::kUnsupported) << "it may be either";
}

TEST_F(SqlTablesTest, AnswersFromMemoryWhereTheFileCannotBeUsed) {
  make("docs");
  put("docs", "a", {1, 0});
  std::filesystem::create_directory(db_.path() + "-vec0");
  EXPECT_EQ(handle_.text(kNearest), "a");
  EXPECT_GT(handle_.file.by_memory, 0);
  Handle narrow(db_, 4);
  EXPECT_EQ(narrow.ask(kNearest).error().code(), Code::kExhausted);
}

TEST_F(SqlTablesTest, AnswersWhileAnotherHoldsTheFile) {
  make("docs");
  put("docs", "a", {1, 0});
  ASSERT_EQ(handle_.text(kNearest), "a");
  put("docs", "b", {0, 0});
  Handle other(db_);
  std::string answer;
  ASSERT_TRUE(other.file.write(base::Deadline::after(std::chrono::seconds(20)), [&](sql::VectorWriter&) {
    // Half of the time is given to whoever has it.
    const auto found = handle_.ask(kNearest, std::chrono::seconds(2));
    answer = found && found->rows.size() == 2 ? "both" : "none";
    return Status();
  }));
  EXPECT_EQ(answer, "both");
  EXPECT_GT(handle_.file.by_memory, 0);
}

TEST_F(SqlTablesTest, NoticesAFileOfAnotherDatabaseAndOfAnotherTime) {
  TestDatabase elsewhere;
  const stores::Scope there = elsewhere.as("tester");
  VectorStore(there).create({.name = "docs", .dimensions = 2, .metric = Metric::kL2}).value();
  VectorStore(there).in("docs").upsert({.id = "foreign", .embedding = {0, 0}}).value();
  ASSERT_EQ(Handle(elsewhere).text(kNearest), "foreign");
  make("docs");
  put("docs", "a", {1, 0});
  const std::string file = db_.path() + "-vec0";
  std::filesystem::copy_file(elsewhere.path() + "-vec0", file);
  ASSERT_TRUE(db_.engine().write(base::Deadline::after(std::chrono::seconds(10)), [](sql::Writer& writer) -> Status {
    WAGGLE_TRY(writer.execute("UPDATE waggle_meta SET value = 'of its own' WHERE name = 'id'", {}));
    return {};
  }));
  EXPECT_EQ(handle_.text(kNearest), "a");
  const std::string old = read_file(file);
  put("docs", "a", {5, 0});
  put("docs", "b", {1, 0});
  EXPECT_EQ(handle_.text(kNearest), "b a");
  std::ofstream(file, std::ios::binary | std::ios::trunc) << old;
  EXPECT_EQ(handle_.text(kNearest), "b a");
}

// A statement begins after what was written before it, and sees no half of a transaction.
TEST_F(SqlTablesTest, IsOfOneMomentWhileOthersWrite) {
  make("docs");
  make("more");
  const auto put_both = [&](const stores::Scope& scope, float x) {
    return scope.write([&](stores::Writing& writing) -> Status {
      const stores::Scope inside(scope, writing.sql, writing.now);
      WAGGLE_TRY(VectorStore(inside).in("docs").upsert({.id = "n", .embedding = {x, 0}}));
      WAGGLE_TRY(VectorStore(inside).in("more").upsert({.id = "n", .embedding = {x, 0}}));
      return {};
    });
  };
  ASSERT_TRUE(put_both(scope_, 0));
  std::jthread writer([&](const std::stop_token& stop) {
    for (float x = 1; !stop.stop_requested(); x += 1) EXPECT_TRUE(put_both(scope_, x));
  });
  Handle other(db_);
  for (int i = 0; i < 60; ++i) {
    Handle& asked = i % 2 == 0 ? handle_ : other;
    const auto answer = asked.ask("SELECT d.embedding = m.embedding AND d.embedding = v.embedding FROM vec.docs d JOIN vec.more m ON m.id = d.id"
                                  " JOIN vectors v ON v.id = d.id AND v.collection = 'docs'");
    ASSERT_TRUE(answer) << answer.error().describe();
    ASSERT_EQ(answer->rows.size(), 1U);
    ASSERT_EQ(answer->rows[0][0], Value(std::int64_t{1}));
  }
}

TEST_F(SqlTablesTest, EndsAtItsDeadlineAndGoesOnTheNextTime) {
  make("docs", 64);
  std::vector<PutVector> vectors;
  for (int i = 0; i < 12'000; ++i) vectors.push_back({.id = std::to_string(i), .embedding = std::vector<float>(64, static_cast<float>(i))});
  VectorStore(scope_).in("docs").upsert_many(vectors).value();
  const auto late = handle_.ask("SELECT count(*) FROM vec.docs", std::chrono::milliseconds(20));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kDeadline) << late.error().describe();
  EXPECT_EQ(handle_.text("SELECT count(*) FROM vec.docs"), "12000");
}

// ------------------------------------------------------------------------------------------------------------------ model

class Play {
 public:
  explicit Play(std::uint32_t seed) : random_(seed) { make(); }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE("step " + std::to_string(i));
      const std::size_t kind = pick(24);
      if (kind < 10) put();
      if (kind >= 10 && kind < 14) remove();
      if (kind == 14) trim();
      if (kind == 15) make_anew();
      if (kind == 16) restart();
      if (kind > 16) damage();
      compare();
    }
  }

  int by_file = 0;
  int by_memory = 0;
  int discards = 0;

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  std::vector<float> numbers() {
    std::vector<float> numbers;
    for (std::size_t i = 0; i < dimensions_; ++i) numbers.push_back(static_cast<float>(pick(2'000)) / 100.0F - 10.0F);
    return numbers;
  }
  stores::Scope as_somebody() {
    // Longer than what vec0 keeps in place, of one beginning.
    static constexpr std::array kAgents = {"", "ann", "an agent of many letters", "an agent of many numbers"};
    agent_ = kAgents[pick(kAgents.size())];
    return db_.as(agent_);
  }

  void make() {
    dimensions_ = 1 + pick(40);
    metric_ = pick(2) == 0 ? Metric::kL2 : Metric::kCosine;
    VectorStore(scope_).create({.name = "docs", .dimensions = static_cast<std::int64_t>(dimensions_), .metric = metric_}).value();
  }
  void make_anew() {
    if (pick(3) != 0) return;
    VectorStore(scope_).drop("docs").value();
    model_.clear();
    make();
  }

  void put() {
    std::vector<PutVector> vectors;
    std::vector<std::string> ids;
    const stores::Scope scope = as_somebody();
    for (std::size_t left = pick(6) == 0 ? 400 : 1 + pick(3); left > 0; --left) {
      PutVector vector{.id = "v" + std::to_string(pick(600)), .embedding = numbers()};
      if (std::all_of(vector.embedding.begin(), vector.embedding.end(), [](float number) { return number == 0; })) continue;
      model_.insert_or_assign(vector.id, Entry{agent_, vector.embedding});
      vectors.push_back(std::move(vector));
    }
    if (!vectors.empty()) VectorStore(scope).in("docs").upsert_many(vectors).value();
  }

  void remove() {
    for (std::size_t left = pick(4) == 0 ? 100 : 1; left > 0 && !model_.empty(); --left) {
      const auto entry = std::next(model_.begin(), static_cast<std::ptrdiff_t>(pick(model_.size())));
      VectorStore(scope_).in("docs").remove(entry->first).value();
      model_.erase(entry);
    }
  }

  void trim() {
    ASSERT_TRUE(db_.engine().write(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Writer& writer) -> Status {
      WAGGLE_TRY(writer.execute("DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?1", {static_cast<std::int64_t>(pick(6))}));
      return {};
    }));
  }

  void restart() {
    take_counts();
    handle_ = std::make_unique<Handle>(db_);
  }

  // As nobody should, beside handles that have the file open.
  void damage() {
    const std::string file = db_.path() + "-vec0";
    if (!std::filesystem::exists(file)) return;
    const auto size = std::filesystem::file_size(file);
    switch (pick(6)) {
      case 0:
        std::filesystem::remove(file);
        break;
      case 1:
        std::filesystem::resize_file(file, pick(size + 1));
        break;
      case 2:
        std::ofstream(file, std::ios::binary | std::ios::trunc) << "this is no index";
        break;
      case 3:
        kept_ = read_file(file);
        break;
      case 4:
        if (!kept_.empty()) std::ofstream(file, std::ios::binary | std::ios::trunc) << kept_;
        break;
      default:
        flip_bits(file, size);
    }
  }
  void flip_bits(const std::string& file, std::size_t size) {
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    for (std::size_t left = 1 + pick(3); left > 0 && size > 0; --left) {
      const auto place = static_cast<std::streamoff>(pick(size));
      bytes.seekg(place);
      const auto byte = static_cast<char>(bytes.get() ^ (1 << pick(8)));
      bytes.seekp(place);
      bytes.put(byte);
    }
  }

  double distance(const std::vector<float>& a, const std::vector<float>& b) const {
    double square = 0;
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const double x = a[i];
      const double y = b[i];
      square += (x - y) * (x - y);
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    return metric_ == Metric::kL2 ? std::sqrt(square) : 1 - dot / std::sqrt(aa * bb);
  }

  void compare() {
    std::vector<float> query = numbers();
    query[0] += 0.5F;
    const bool by_agent = pick(3) == 0;
    const std::string agent = model_.empty() ? "" : std::next(model_.begin(), static_cast<std::ptrdiff_t>(pick(model_.size())))->second.agent;
    std::vector<double> wanted;
    for (const auto& [id, entry] : model_) {
      if (!by_agent || entry.agent == agent) wanted.push_back(distance(query, entry.embedding));
    }
    std::sort(wanted.begin(), wanted.end());
    const std::size_t k = 1 + pick(300);
    wanted.resize(std::min(wanted.size(), k));
    expect(query, by_agent ? std::optional(agent) : std::nullopt, k, wanted);
  }

  void expect(const std::vector<float>& query, const std::optional<std::string>& agent, std::size_t k, const std::vector<double>& wanted) {
    sql::UntrustedStatement statement{
        .text = "SELECT id, distance FROM vec.docs WHERE embedding MATCH :q AND k = :k", .parameters = {}, .rows_max = 10'000};
    const auto bytes = std::as_bytes(std::span(query));
    statement.parameters["q"] = Blob(bytes.begin(), bytes.end());
    statement.parameters["k"] = static_cast<std::int64_t>(k);
    if (agent) statement.text += " AND agent_id = :agent";
    if (agent) statement.parameters["agent"] = *agent;
    statement.text += " ORDER BY distance";
    const auto answer = handle_->tables.run(statement, base::Deadline::after(std::chrono::seconds(20)));
    ASSERT_TRUE(answer) << answer.error().describe();
    ASSERT_EQ(answer->rows.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto& id = std::get<std::string>(answer->rows[i][0]);
      const double found = std::get<double>(answer->rows[i][1]);
      ASSERT_TRUE(model_.contains(id)) << id;
      // float32, summed in float32
      ASSERT_NEAR(found, distance(query, model_.at(id).embedding), 1e-3) << id;
      ASSERT_NEAR(found, wanted[i], 1e-3);
      ASSERT_TRUE(!agent || model_.at(id).agent == *agent) << id;
    }
  }

 public:
  void take_counts() {
    by_file += handle_->file.by_file;
    by_memory += handle_->file.by_memory;
    discards += handle_->file.discards;
  }

 private:
  struct Entry {
    std::string agent;
    std::vector<float> embedding;
  };

  std::mt19937 random_;
  TestDatabase db_;
  stores::Scope scope_ = db_.as("tester");
  std::unique_ptr<Handle> handle_ = std::make_unique<Handle>(db_);
  std::size_t dimensions_ = 0;
  Metric metric_ = Metric::kL2;
  std::string agent_;
  std::map<std::string, Entry> model_;
  std::string kept_;
};

TEST(SqlTablesModel, AnswersAsOneWhoMeasuresEveryVector) {
  const std::uint32_t seed = std::random_device()();
  std::cout << "seed " << seed << std::endl;
  Play play(seed);
  play.run(soak::scaled(150, 20'000));
  play.take_counts();
  EXPECT_GT(play.by_file, 100);
  EXPECT_GT(play.discards, 3) << "damage is noticed";
  EXPECT_LT(play.by_memory, play.by_file / 4) << "the file is not given up after damage";
}

}  // namespace
}  // namespace waggle::test
