// runner_test.cc: a database gets its tables once, says who it is, and is left alone by a build that is too old for it.

#include "schema/runner.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "schema/steps.h"
#include "support/temp_dir.h"

namespace waggle::schema {
namespace {

const Timestamp kBirth{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

class SchemaRunner : public ::testing::Test {
 protected:
  static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds(20)); }

  std::shared_ptr<engine::Engine> open() {
    return engine::Engine::open({.path = dir_.file("test.db"), .open_mode = OpenMode::kCreateIfMissing, .durability = Durability::kOff}, soon())
        .value();
  }
  static std::vector<std::string> tables(sql::Executor& executor) {
    std::vector<std::string> names;
    executor
        .read(soon(),
              [&](sql::Reader& reader) -> Status {
                WAGGLE_ASSIGN_OR_RETURN(names, reader.query_all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
                                                                {}, [](const sql::Row& row) { return row.string(0); }));
                return {};
              })
        .value();
    return names;
  }
  static void set_version(sql::Executor& executor, std::int64_t version) {
    executor
        .write(soon(),
               [&](sql::Writer& writer) -> Status {
                 WAGGLE_TRY(writer.execute("UPDATE waggle_meta SET value = ?1 WHERE name = 'schema_version'", {std::to_string(version)}));
                 return {};
               })
        .value();
  }

  test::TempDir dir_;
  std::shared_ptr<engine::Engine> engine_ = open();
};

TEST_F(SchemaRunner, AnEmptyFileGetsEveryTableAndAnIdentity) {
  const Identity identity = bring_up_to_date(*engine_, {"the-id", kBirth}, soon()).value();
  EXPECT_EQ(identity.id, "the-id");
  EXPECT_EQ(identity.version, latest_version());
  const std::vector<std::string> made = tables(*engine_);
  const auto named = table_names();
  EXPECT_EQ(std::set<std::string>(made.begin(), made.end()), std::set<std::string>(named.begin(), named.end()));
  EXPECT_EQ(made.size(), named.size());
}

TEST_F(SchemaRunner, ASecondRunChangesNothing) {
  bring_up_to_date(*engine_, {"first", kBirth}, soon()).value();
  const sql::Version before = engine_->version();
  const Identity identity = bring_up_to_date(*engine_, {"second", kBirth}, soon()).value();
  EXPECT_EQ(identity.id, "first");
  EXPECT_TRUE(engine_->version() == before);
}

TEST_F(SchemaRunner, ManyAtOnceAgreeOnOneIdentity) {
  std::vector<std::string> ids(6);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      threads.emplace_back([&, i] { ids[i] = bring_up_to_date(*engine_, {"id-" + std::to_string(i), kBirth}, soon()).value().id; });
    }
  }
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U);
}

TEST_F(SchemaRunner, ALaterVersionIsRefusedAndLeftAlone) {
  bring_up_to_date(*engine_, {"the-id", kBirth}, soon()).value();
  set_version(*engine_, latest_version() + 1);
  const sql::Version before = engine_->version();
  const Result<Identity> refused = bring_up_to_date(*engine_, {"other", kBirth}, soon());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kUnsupported);
  EXPECT_NE(refused.error().message().find(std::to_string(latest_version() + 1)), std::string::npos);
  EXPECT_TRUE(engine_->version() == before);
}

// Passes everything on, and lets a later build be quicker between the look and the write.
class Overtaken final : public sql::Executor {
 public:
  Overtaken(sql::Executor& executor, base::FunctionRef<void()> overtake) : executor_(executor), overtake_(overtake) {}

  Status read(const base::Deadline& deadline, base::FunctionRef<Status(sql::Reader&)> work) override { return executor_.read(deadline, work); }
  Status write(const base::Deadline& deadline, sql::Sync sync, base::FunctionRef<Status(sql::Writer&)> work) override {
    overtake_();
    return executor_.write(deadline, sync, work);
  }
  Result<ResultSet> run_untrusted(const sql::UntrustedStatement& statement, const base::Deadline& deadline) override {
    return executor_.run_untrusted(statement, deadline);
  }
  sql::Version version() const override { return executor_.version(); }
  Status wait_for_change(sql::Version seen, const base::Deadline& deadline) override { return executor_.wait_for_change(seen, deadline); }
  void set_observer(sql::CommitObserver* observer) override { executor_.set_observer(observer); }

 private:
  sql::Executor& executor_;
  base::FunctionRef<void()> overtake_;
};

TEST_F(SchemaRunner, ALaterBuildThatWasQuickerIsNoticed) {
  const auto overtake = [&] {
    bring_up_to_date(*engine_, {"the-id", kBirth}, soon()).value();
    set_version(*engine_, latest_version() + 1);
  };
  Overtaken executor(*engine_, overtake);
  const Result<Identity> refused = bring_up_to_date(executor, {"other", kBirth}, soon());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::kUnsupported);
}

TEST_F(SchemaRunner, ADatabaseThatDoesNotSayWhatItIsIsCorrupt) {
  bring_up_to_date(*engine_, {"the-id", kBirth}, soon()).value();
  engine_
      ->write(soon(),
              [](sql::Writer& writer) -> Status {
                WAGGLE_TRY(writer.execute("DELETE FROM waggle_meta", {}));
                return {};
              })
      .value();
  EXPECT_EQ(bring_up_to_date(*engine_, {"other", kBirth}, soon()).error().code(), Code::kCorruption);
}

}  // namespace
}  // namespace waggle::schema
