// word_file.cc: see word_file.h.

#include "vector/word_file.h"

#include <chrono>
#include <memory>
#include <utility>

namespace waggle::vector {
namespace {

// Another form of the tables, or of the texts, is another number.
constexpr std::string_view kFormat = "2";

// What one transaction on the file takes: others wait for it.
constexpr std::int64_t kFillBatch = 4'000;
// Beyond these many changes, and as many as there are texts, they are all read anew.
constexpr std::int64_t kChangesMin = 2'000;

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
  std::string database;    // its id; empty: nothing of the source is there
  Mark applied;            // the texts are as of this change, or later
  std::string filled_to;   // every text up to this id is there
  bool is_filled = false;  // every text is
};

WordFile::Turn::~Turn() {
  if (file_ == nullptr) return;
  const base::MutexLock lock(file_->mutex_);
  file_->is_taken_ = !file_->waiting_.empty();
  if (!file_->is_taken_) return;
  *file_->waiting_.front() = true;
  file_->waiting_.pop_front();
  file_->freed_.notify_all();
}

Result<WordFile::Turn> WordFile::take_turn(const base::Deadline& deadline) {
  const base::MutexLock lock(mutex_);
  bool is_next = !is_taken_;
  is_taken_ = true;
  if (!is_next) waiting_.push_back(&is_next);
  while (!is_next) {
    if (deadline.passed()) {
      std::erase(waiting_, &is_next);
      return deadline.error("other searches for words to end", "give the call more time");
    }
    // Soon anyway: a stop request wakes nobody.
    freed_.wait_until(mutex_, deadline.at_most(std::chrono::milliseconds(100)).end());
  }
  return Turn(*this);
}

Result<WordFile::Mark> WordFile::mark_of(sql::Reader& main, std::int64_t change) {
  Mark mark{.change = change, .fingerprint = {}};
  WAGGLE_TRY(main.query("SELECT at, entity, entity_id, op FROM changes WHERE seq = ?1", {change}, [&](const sql::Row& row) -> Status {
    mark.fingerprint = row.string(0) + " " + row.string(1) + " " + row.string(3) + " " + row.string(2);
    return {};
  }));
  return mark;
}

Result<WordFile::State> WordFile::read_state(sql::Reader& file) const {
  State state;
  std::string format;
  WAGGLE_TRY(file.query("SELECT name, value FROM state", {}, [&](const sql::Row& row) -> Status {
    std::string_view name = row.text(0);
    if (name == "format") format = row.string(1);
    if (!name.starts_with(source_.name)) return {};
    name.remove_prefix(source_.name.size());
    if (name == ".database") state.database = row.string(1);
    if (name == ".applied") state.applied.change = row.integer(1);
    if (name == ".fingerprint") state.applied.fingerprint = row.string(1);
    if (name == ".filled_to") state.filled_to = row.string(1);
    if (name == ".is_filled") state.is_filled = row.integer(1) == 1;
    return {};
  }));
  if (format != kFormat) return Error(Code::kCorruption, "the word index is of another form");
  return state;
}

Status WordFile::write_state(sql::Writer& file, const State& state) const {
  const auto set = [&](const std::string& name, const sql::Arg& value) -> Status {
    WAGGLE_TRY(file.execute("INSERT INTO state(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", {name, value}));
    return {};
  };
  const std::string source(source_.name);
  WAGGLE_TRY(set("format", kFormat));
  WAGGLE_TRY(set(source + ".database", state.database));
  WAGGLE_TRY(set(source + ".applied", state.applied.change));
  WAGGLE_TRY(set(source + ".fingerprint", state.applied.fingerprint));
  WAGGLE_TRY(set(source + ".filled_to", state.filled_to));
  return set(source + ".is_filled", state.is_filled ? 1 : 0);
}

// Was it made for this database, as it was at some moment on the way to the snapshot?
Result<bool> WordFile::is_of(sql::Reader& main, const State& state, std::int64_t newest) {
  WAGGLE_ASSIGN_OR_RETURN(const std::string database, database_id(main));
  if (state.database != database || state.applied.change > newest) return false;
  WAGGLE_ASSIGN_OR_RETURN(const Mark mark, mark_of(main, state.applied.change));
  return mark.fingerprint == state.applied.fingerprint;
}

// Is what the log tells since less work than to make the file anew?
Result<bool> WordFile::can_follow(sql::Reader& main, const State& state, std::int64_t newest) const {
  if (state.applied.change == newest) return true;
  // The log has no gaps: when the one after it is there, all are.
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t next, main.query_integer("SELECT seq FROM changes WHERE seq = ?1", {state.applied.change + 1}));
  if (next == 0) return false;
  if (newest - state.applied.change <= kChangesMin) return true;
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t texts, main.query_integer(source_.count, {}));
  return newest - state.applied.change <= texts;
}

Status WordFile::begin(sql::Reader& main, WordWriter& tables, std::int64_t newest, State& state) {
  state = {};
  WAGGLE_TRY(tables.make());
  WAGGLE_ASSIGN_OR_RETURN(state.database, database_id(main));
  WAGGLE_ASSIGN_OR_RETURN(state.applied, mark_of(main, newest));
  return {};
}

// By id, which stays what it is while others write: between two batches texts may come and go.
Status WordFile::fill_some(sql::Reader& main, WordWriter& tables, State& state, const base::Deadline& deadline) const {
  std::int64_t count = 0;
  bool is_late = false;
  const Status read = main.query(source_.rows_after, {state.filled_to, kFillBatch}, [&](const sql::Row& row) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(WordText text, source_.read(row));
    // Changes that were applied in the meantime may have brought it already.
    WAGGLE_TRY(tables.remove(text.id));
    WAGGLE_TRY(tables.put(text));
    state.filled_to = std::move(text.id);
    is_late = ++count % 64 == 0 && deadline.passed();
    return is_late ? Status(deadline.error("the word index", {})) : Status();
  });
  if (!read && !is_late) return read;
  state.is_filled = !is_late && count < kFillBatch;
  return {};
}

Status WordFile::apply_changes(sql::Reader& main, WordWriter& tables, const WordChanges& changes, const State& state) const {
  for (const std::int64_t scope : changes.scopes) WAGGLE_TRY(tables.remove_scope(scope));
  for (const std::string& id : changes.ids) {
    // What is yet to be filled in will be read as it is then.
    if (!state.is_filled && id > state.filled_to) continue;
    WAGGLE_TRY(tables.remove(id));
    WAGGLE_TRY(main.query(source_.row, {id}, [&](const sql::Row& row) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(const WordText text, source_.read(row));
      return tables.put(text);
    }));
  }
  return {};
}

// From `state`, which is what the file says, towards the snapshot; as far as the deadline allows.
Status WordFile::change(sql::Reader& main, sql::Writer& file, std::int64_t newest, State& state, const base::Deadline& deadline,
                        bool& was_begun) const {
  WordWriter tables(file, source_.statements, words_);
  WordChanges changes;
  WAGGLE_ASSIGN_OR_RETURN(bool is_usable, is_of(main, state, newest));
  if (is_usable) {
    WAGGLE_ASSIGN_OR_RETURN(is_usable, can_follow(main, state, newest));
  }
  if (is_usable) {
    WAGGLE_ASSIGN_OR_RETURN(changes, source_.changes(main, state.applied.change));
  }
  was_begun = !is_usable || !changes.is_complete;
  if (was_begun) {
    WAGGLE_TRY(begin(main, tables, newest, state));
  } else {
    WAGGLE_TRY(apply_changes(main, tables, changes, state));
    WAGGLE_ASSIGN_OR_RETURN(state.applied, mark_of(main, newest));
  }
  if (!state.is_filled) WAGGLE_TRY(fill_some(main, tables, state, deadline));
  WAGGLE_TRY(tables.end());
  return write_state(file, state);
}

// One transaction on the file. True when it is at the snapshot.
Result<bool> WordFile::step(sql::Reader& main, const Target& target, const base::Deadline& deadline) {
  const base::Deadline soft = deadline.at_most(deadline.left() / 2);
  bool is_done = false;
  bool was_begun = false;
  WAGGLE_TRY(file_.write(deadline, [&](sql::Writer& file) -> Status {
    State state;
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t has_state, file.query_integer("SELECT count(*) FROM sqlite_schema WHERE name = 'state'", {}));
    if (has_state != 0) {
      WAGGLE_ASSIGN_OR_RETURN(state, read_state(file));
      // Somebody else has applied what came after the snapshot; unless the log never came so far.
      is_done = state.applied.change > target.newest && target.newest >= target.ahead;
      if (is_done) return {};
    } else {
      WAGGLE_TRY(file.execute("CREATE TABLE state(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)", {}));
    }
    WAGGLE_TRY(change(main, file, target.newest, state, soft, was_begun));
    is_done = state.is_filled;
    return {};
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
                                          WordSink sink) {
  Answer answer;
  std::optional<Error> refused;  // by the sink, or by the snapshot
  const Status done = file_.read(deadline, [&](sql::Reader& file) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const State state, read_state(file));
    const Result<bool> is_same = is_of(main, state, target.newest);
    if (!is_same) refused = is_same.error();
    answer.applied = state.applied.change;
    answer.is_at_target = is_same && *is_same && state.is_filled && state.applied.change == target.newest;
    if (!answer.is_at_target) return {};
    return search_words(file, source_.statements, search, [&](std::string_view id, double score) {
      Result<WordNext> next = sink(id, score);
      if (!next) refused = next.error();
      return next;
    });
  });
  if (refused) return *refused;
  if (done) return answer;
  if (done.error().code() == Code::kCorruption) discard(done.error());
  answer.is_at_target = false;
  return answer;
}

Status WordFile::search_rows(sql::Reader& main, const WordSearch& search, const base::Deadline& deadline, WordSink sink) const {
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<sql::SideFile> scratch, file_.scratch());
  WAGGLE_TRY(scratch->write(deadline, [&](sql::Writer& file) -> Status {
    WordWriter tables(file, source_.statements, words_);
    WAGGLE_TRY(tables.make());
    std::int64_t count = 0;
    WAGGLE_TRY(main.query(source_.rows_of_scope, {search.scope}, [&](const sql::Row& row) -> Status {
      if (++count % 64 == 0 && deadline.passed()) return deadline.error("an index of the words of all rows", "allow more time");
      WAGGLE_ASSIGN_OR_RETURN(const WordText text, source_.read(row));
      return tables.put(text);
    }));
    return tables.end();
  }));
  return scratch->read(deadline, [&](sql::Reader& file) { return search_words(file, source_.statements, search, sink); });
}

}  // namespace waggle::vector
