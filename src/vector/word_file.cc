// word_file.cc: see word_file.h.

#include "vector/word_file.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "vector/memory_follow.h"
#include "vector/memory_text.h"

namespace waggle::vector {
namespace {

// Another form of the tables, or of the text of an entry, is another number.
constexpr std::string_view kFormat = "1";

// What one transaction on the file takes: others wait for it.
constexpr std::int64_t kFillBatch = 4'000;
// Beyond these many changes, and as many as there are entries, the file is made anew.
constexpr std::int64_t kChangesMin = 2'000;

Status make_tables(sql::Writer& file) {
  WAGGLE_TRY(file.execute("DROP TABLE IF EXISTS memory_words", {}));
  WAGGLE_TRY(file.execute("DROP TABLE IF EXISTS documents", {}));
  WAGGLE_TRY(file.execute("DROP TABLE IF EXISTS state", {}));
  WAGGLE_TRY(file.execute("CREATE TABLE state(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)", {}));
  WAGGLE_TRY(
      file.execute("CREATE TABLE documents(doc INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, agent_id TEXT NOT NULL, length INTEGER NOT NULL)", {}));
  WAGGLE_TRY(file.execute("CREATE VIRTUAL TABLE memory_words USING fts5(text, content = '', contentless_delete = 1, prefix = '3',"
                          " tokenize = 'unicode61 remove_diacritics 2')",
                          {}));
  return {};
}

Result<std::string> database_id(sql::Reader& main) {
  std::string id;
  WAGGLE_TRY(main.query("SELECT value FROM waggle_meta WHERE name = 'id'", {}, [&](const sql::Row& row) -> Status {
    id = row.string(0);
    return {};
  }));
  return id;
}

}  // namespace

// A change of the log, to be recognised by: a file that was made for another database, or for what this one was before a backup was restored, has
// another one under that number.
struct WordFile::Mark {
  std::int64_t change = 0;
  std::string fingerprint;  // empty when the log no longer has it
};

struct WordFile::State {
  std::string database;    // its id
  Mark applied;            // the entries are as of this change, or later
  std::string filled_to;   // every entry up to this id is there
  bool is_filled = false;  // every entry is
  std::int64_t texts = 0;  // how many are there, and how many words they have together
  std::int64_t words = 0;
};

// A row of id, agent_id, key, value.
Status WordFile::put_entry(sql::Writer& file, const sql::Row& row, State& state) const {
  WAGGLE_ASSIGN_OR_RETURN(const std::string text, text_of_memory(row.text(2), row.text(3)));
  std::int64_t length = 0;
  WAGGLE_TRY(words_.split(text, [&](const sql::Word&) { ++length; }));
  WAGGLE_ASSIGN_OR_RETURN(const sql::Writer::Outcome made,
                          file.execute("INSERT INTO documents(id, agent_id, length) VALUES(?1, ?2, ?3)", {row.text(0), row.text(1), length}));
  WAGGLE_TRY(file.execute("INSERT INTO memory_words(rowid, text) VALUES(?1, ?2)", {made.last_insert_rowid, text}));
  ++state.texts;
  state.words += length;
  return {};
}

Status WordFile::remove_entry(sql::Writer& file, std::string_view id, State& state) {
  std::int64_t doc = 0;
  std::int64_t length = 0;
  WAGGLE_TRY(file.query("SELECT doc, length FROM documents WHERE id = ?1", {id}, [&](const sql::Row& row) -> Status {
    doc = row.integer(0);
    length = row.integer(1);
    return {};
  }));
  if (doc == 0) return {};
  WAGGLE_TRY(file.execute("DELETE FROM memory_words WHERE rowid = ?1", {doc}));
  WAGGLE_TRY(file.execute("DELETE FROM documents WHERE doc = ?1", {doc}));
  --state.texts;
  state.words -= length;
  return {};
}

Result<WordFile::Mark> WordFile::mark_of(sql::Reader& main, std::int64_t change) {
  Mark mark{.change = change, .fingerprint = {}};
  WAGGLE_TRY(main.query("SELECT at, entity, entity_id, op FROM changes WHERE seq = ?1", {change}, [&](const sql::Row& row) -> Status {
    mark.fingerprint = row.string(0) + " " + row.string(1) + " " + row.string(3) + " " + row.string(2);
    return {};
  }));
  return mark;
}

Result<WordFile::State> WordFile::read_state(sql::Reader& file) {
  State state;
  std::string format;
  WAGGLE_TRY(file.query("SELECT name, value FROM state", {}, [&](const sql::Row& row) -> Status {
    const std::string_view name = row.text(0);
    if (name == "format") format = row.string(1);
    if (name == "database") state.database = row.string(1);
    if (name == "applied") state.applied.change = row.integer(1);
    if (name == "fingerprint") state.applied.fingerprint = row.string(1);
    if (name == "filled_to") state.filled_to = row.string(1);
    if (name == "is_filled") state.is_filled = row.integer(1) == 1;
    if (name == "texts") state.texts = row.integer(1);
    if (name == "words") state.words = row.integer(1);
    return {};
  }));
  if (format != kFormat) return Error(Code::kCorruption, "the word index is of another form");
  return state;
}

Status WordFile::write_state(sql::Writer& file, const State& state) {
  const auto set = [&](std::string_view name, const sql::Arg& value) -> Status {
    WAGGLE_TRY(file.execute("INSERT INTO state(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", {name, value}));
    return {};
  };
  WAGGLE_TRY(set("format", kFormat));
  WAGGLE_TRY(set("database", state.database));
  WAGGLE_TRY(set("applied", state.applied.change));
  WAGGLE_TRY(set("fingerprint", state.applied.fingerprint));
  WAGGLE_TRY(set("filled_to", state.filled_to));
  WAGGLE_TRY(set("texts", state.texts));
  WAGGLE_TRY(set("words", state.words));
  return set("is_filled", state.is_filled ? 1 : 0);
}

// Was it made for this database, as it was at some moment on the way to the snapshot?
Result<bool> WordFile::is_of(sql::Reader& main, const State& state, std::int64_t newest) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string database, database_id(main));
  if (state.database != database || state.applied.change > newest) return false;
  WAGGLE_ASSIGN_OR_RETURN(const Mark mark, mark_of(main, state.applied.change));
  return mark.fingerprint == state.applied.fingerprint;
}

// Is what the log tells since less work than to make the file anew?
Result<bool> WordFile::can_follow(sql::Reader& main, const State& state, std::int64_t newest) {
  if (state.applied.change == newest) return true;
  // The log has no gaps: when the one after it is there, all are.
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t next, main.query_integer("SELECT seq FROM changes WHERE seq = ?1", {state.applied.change + 1}));
  if (next == 0) return false;
  if (newest - state.applied.change <= kChangesMin) return true;
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t entries, main.query_integer("SELECT count(*) FROM memory", {}));
  return newest - state.applied.change <= entries;
}

Status WordFile::begin(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state) {
  state = {};
  WAGGLE_TRY(make_tables(file));
  WAGGLE_ASSIGN_OR_RETURN(state.database, database_id(main));
  WAGGLE_ASSIGN_OR_RETURN(state.applied, mark_of(main, newest));
  return {};
}

// By id, which stays what it is while others write: between two batches entries may come and go.
Status WordFile::fill_some(sql::Reader& main, sql::Writer& file, State& state, const base::Deadline& deadline) const {
  std::int64_t count = 0;
  bool is_late = false;
  const Status read = main.query("SELECT id, agent_id, key, value FROM memory WHERE id > ?1 ORDER BY id LIMIT ?2", {state.filled_to, kFillBatch},
                                 [&](const sql::Row& row) -> Status {
                                   // Changes that were applied in the meantime may have brought it already.
                                   WAGGLE_TRY(remove_entry(file, row.text(0), state));
                                   WAGGLE_TRY(put_entry(file, row, state));
                                   state.filled_to = row.string(0);
                                   is_late = ++count % 64 == 0 && deadline.passed();
                                   return is_late ? Status(deadline.error("the word index", {})) : Status();
                                 });
  if (!read && !is_late) return read;
  state.is_filled = !is_late && count < kFillBatch;
  return {};
}

Status WordFile::apply_changes(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state) const {
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::string> ids, changed_memories(main, state.applied.change));
  for (const std::string& id : ids) {
    // What is yet to be filled in will be read as it is then.
    if (!state.is_filled && id > state.filled_to) continue;
    WAGGLE_TRY(remove_entry(file, id, state));
    WAGGLE_TRY(main.query("SELECT id, agent_id, key, value FROM memory WHERE id = ?1", {id},
                          [&](const sql::Row& row) { return put_entry(file, row, state); }));
  }
  WAGGLE_ASSIGN_OR_RETURN(state.applied, mark_of(main, newest));
  return {};
}

// One transaction on the file. True when it is at the snapshot.
Result<bool> WordFile::step(sql::Reader& main, const Target& target, const base::Deadline& deadline) {
  const base::Deadline soft = deadline.at_most(deadline.left() / 2);
  bool is_done = false;
  bool was_begun = false;
  WAGGLE_TRY(file_.write(deadline, [&](sql::Writer& file) -> Status {
    State state;
    bool is_usable = false;
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t has_tables, file.query_integer("SELECT count(*) FROM sqlite_schema WHERE name = 'state'", {}));
    if (has_tables != 0) {
      WAGGLE_ASSIGN_OR_RETURN(state, read_state(file));
      // Somebody else has applied what came after the snapshot; unless the log never came so far.
      is_done = state.applied.change > target.newest && target.newest >= target.ahead;
      if (is_done) return {};
      WAGGLE_ASSIGN_OR_RETURN(is_usable, is_of(main, state, target.newest));
      if (is_usable) {
        WAGGLE_ASSIGN_OR_RETURN(is_usable, can_follow(main, state, target.newest));
      }
    }
    was_begun = !is_usable;
    if (was_begun) WAGGLE_TRY(begin(main, file, target.newest, state));
    WAGGLE_TRY(apply_changes(main, file, target.newest, state));
    if (!state.is_filled) WAGGLE_TRY(fill_some(main, file, state, soft));
    is_done = state.is_filled;
    return write_state(file, state);
  }));
  if (was_begun && !is_done) log_.info("the word index beside the database is being made; until it is whole, searches read the rows");
  return is_done;
}

Status WordFile::catch_up(sql::Reader& main, const Target& target, const base::Deadline& deadline) {
  const base::Deadline soft = deadline.at_most(deadline.left() / 2);
  bool was_discarded = false;
  for (;;) {
    const Result<bool> done = step(main, target, deadline);
    if (done && *done) return {};
    if (!done && done.error().code() == Code::kCorruption && !was_discarded) {
      discard(done.error());
      was_discarded = true;
      continue;
    }
    if (!done) return done.error();
    if (soft.passed()) return soft.error("the word index, which is being made", "allow more time");
  }
}

void WordFile::discard(const Error& damage) {
  log_.warning("the word index beside the database is damaged and is made anew: " + damage.message());
  file_.discard();
}

Result<WordFile::Answer> WordFile::search(sql::Reader& main, const Target& target, const WordSearch& search, const base::Deadline& deadline,
                                          Sink sink) {
  Answer answer;
  bool is_enough = false;
  std::optional<Error> refused;  // by the sink, or by the snapshot
  const Status done = file_.read(deadline, [&](sql::Reader& file) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const State state, read_state(file));
    const Result<bool> is_same = is_of(main, state, target.newest);
    if (!is_same) refused = is_same.error();
    answer.applied = state.applied.change;
    answer.is_at_target = is_same && *is_same && state.is_filled && state.applied.change == target.newest;
    if (!answer.is_at_target) return {};
    const double mean_length = static_cast<double>(state.words) / static_cast<double>(std::max<std::int64_t>(state.texts, 1));
    return file.query("SELECT d.id, waggle_bm25(memory_words, ?3, ?4) AS score FROM memory_words JOIN documents d ON d.doc = memory_words.rowid"
                      " WHERE memory_words MATCH ?1 AND (?2 IS NULL OR d.agent_id = ?2) ORDER BY score DESC, doc",
                      {search.query.expression(), search.agent_id, state.texts, mean_length}, [&](const sql::Row& row) -> Status {
                        const Result<Next> next = sink(row.text(0), row.real(1));
                        if (!next) refused = next.error();
                        is_enough = next && *next == Next::kEnough;
                        return next && !is_enough ? Status() : Status(Error(Code::kCancelled, "the search has enough"));
                      });
  });
  if (refused) return *refused;
  if (done || is_enough) return answer;
  if (done.error().code() == Code::kCorruption) discard(done.error());
  answer.is_at_target = false;
  return answer;
}

}  // namespace waggle::vector
