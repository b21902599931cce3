// scenarios_file.cc: the database file as a whole: made, given its tables, brought back into WAL mode, backed up; SQL of users.

#include <unistd.h>
#include <string>
#include <vector>

#include "base/assert.h"
#include "fault/scenarios.h"
#include "support/raw_sqlite.h"

namespace waggle::test {
namespace {

void prepare_one(Stage& stage) {
  if (stage.open()) put(stage, "plan", text_of(50));
}

void play_making(Stage& stage) {
  if (stage.open()) put(stage, "a", text_of(100));
}

// What is left when the process that makes a database ends after the file was made and before its tables were.
void prepare_bare_file(Stage& stage) {
  RawSqlite raw(stage.path());
  WAGGLE_ASSERT(raw.run("PRAGMA page_size = 4096") == SQLITE_OK && raw.run("PRAGMA application_id = 1466001260") == SQLITE_OK &&
                raw.run("PRAGMA journal_mode = WAL") == SQLITE_OK);
}

// Another program has switched the WAL off.
void prepare_rollback_mode(Stage& stage) {
  prepare_one(stage);
  stage.close();
  RawSqlite raw(stage.path());
  WAGGLE_ASSERT(raw.run("PRAGMA journal_mode = DELETE") == SQLITE_OK);
}

std::string copy_path(const Database& database) {
  const std::string& path = database.info().path;
  return path.substr(0, path.rfind('/')) + "/copy.db";
}

// The copy is whole, and holds the entry.
Fact copy_has(const std::string& key) {
  return [key](const Database& database) -> std::string {
    Options options = small_options();
    options.path = copy_path(database);
    options.open_mode = OpenMode::kExisting;
    const auto copy = Database::open(options);
    if (!copy) return "the copy: " + copy.error().describe();
    const auto report = (*copy)->check();
    if (!report) return "the copy: " + report.error().describe();
    if (!report->problems.empty()) return "the copy: " + report->problems[0];
    const auto entry = (*copy)->as("oracle").memory().get({"ann", key});
    return entry ? "" : "the copy: " + entry.error().describe();
  };
}

std::string no_half_copy(const Database& database) { return ::access(copy_path(database).c_str(), F_OK) == 0 ? copy_has("plan")(database) : ""; }

void play_backup(Stage& stage) {
  if (!stage.open()) return;
  const std::string target = stage.folder() + "/copy.db";
  if (!put(stage, "a", text_of(100))) return;
  const auto first = [&] { return status_of(stage.database().backup({.path = target})); };
  if (!stage.call("backup", first, copy_has("a"))) return;
  if (!put(stage, "b", text_of(100))) return;
  const auto second = [&] { return status_of(stage.database().backup({.path = target, .if_exists = Backup::IfExists::kReplace})); };
  if (!stage.call("backup again", second, copy_has("b"))) return;
  put(stage, "c", text_of(100));
}

void play_user_sql(Stage& stage) {
  if (!stage.open()) return;
  const auto run = [&](const char* text) { return status_of(stage.database().sql({.text = text, .access = SqlQuery::Access::kWrite})); };
  const auto has_rows = [](std::int64_t rows) {
    return [rows](const Database& database) -> std::string {
      const auto answer = database.sql({.text = "SELECT count(*) FROM notes"});
      if (!answer) return answer.error().describe();
      return std::get<std::int64_t>(answer->rows[0][0]) >= rows ? "" : "rows of notes are missing";
    };
  };
  if (!stage.call("create table", [&] { return run("CREATE TABLE notes(text TEXT)"); }, has_rows(0))) return;
  if (!stage.call("insert", [&] { return run("INSERT INTO notes VALUES('one'), ('two')"); }, has_rows(2))) return;
  stage.call("create index", [&] { return run("CREATE INDEX notes_by_text ON notes(text)"); }, has_rows(2));
}

}  // namespace

std::vector<Scenario> file_scenarios() {
  const Options options = small_options();
  return {
      {.name = "making", .options = options, .prepare = {}, .play = play_making, .opens_like_others = false},
      {.name = "schema_step", .options = options, .prepare = prepare_bare_file, .play = play_making, .opens_like_others = false},
      {.name = "back_to_wal", .options = options, .prepare = prepare_rollback_mode, .play = play_making, .opens_like_others = false},
      {.name = "backup", .options = options, .prepare = prepare_one, .play = play_backup, .always = no_half_copy},
      {.name = "user_sql", .options = options, .prepare = prepare_one, .play = play_user_sql},
  };
}

}  // namespace waggle::test
