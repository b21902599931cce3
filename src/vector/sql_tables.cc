// sql_tables.cc: see sql_tables.h.

#include "vector/sql_tables.h"

#include <algorithm>
#include <string>
#include <utility>

namespace waggle::vector {
namespace {

// A file that is damaged more often than this in one statement is left alone.
constexpr int kDiscardsMax = 2;

Status check_names(const std::vector<TableSource>& sources) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (sources[i].seq == sources[j].seq || !names_collide(sources[i].name, sources[j].name)) continue;
      return Error(
          Code::kUnsupported,
          "vec." + sources[j].name + " and vec." + sources[i].name + " cannot be had in one statement: SQL takes them for parts of one table",
          "name them in two statements");
    }
  }
  return {};
}

// May the same statement succeed without the file?
bool is_of_file(const Error& error) { return error.code() == Code::kBusy || error.code() == Code::kIo; }

// vec0 has other names for an interruption.
Error in_time(const Error& error, const base::Deadline& deadline) {
  if (!deadline.passed() || error.code() == Code::kDeadline || error.code() == Code::kCancelled) return error;
  return deadline.error("a statement on tables of vec", "allow more time (on the command line: --timeout)");
}

enum class Found : std::uint8_t { kThere, kMissing };

// The collections that the statement names as tables. `make` is called for each, in order, before the statement is looked at again.
template <typename Make>
Result<std::vector<TableSource>> name_tables(sql::VectorMoment& moment, const sql::UntrustedStatement& statement, Make&& make) {
  std::vector<TableSource> sources;
  const auto add = [&](const std::string& name, Found as) -> Result<bool> {
    WAGGLE_ASSIGN_OR_RETURN(TableSource source, find_source(moment.reader(), name));
    if (std::any_of(sources.begin(), sources.end(), [&](const TableSource& one) { return one.seq == source.seq; })) return false;
    sources.push_back(std::move(source));
    WAGGLE_TRY(check_names(sources));
    WAGGLE_TRY(make(sources.back(), as));
    return true;
  };
  for (;;) {
    WAGGLE_ASSIGN_OR_RETURN(const sql::VectorMoment::Named named, moment.tables_of(statement));
    if (!named.missing) {
      for (const std::string& name : named.tables) WAGGLE_TRY(add(name, Found::kThere));
      return sources;
    }
    WAGGLE_ASSIGN_OR_RETURN(const bool is_new, add(*named.missing, Found::kMissing));
    // It was made, and is not there: somebody else removes what is made.
    if (!is_new) return Error(Code::kBusy, "vec." + *named.missing + " is removed as soon as it is made", "try again");
  }
}

}  // namespace

void SqlTables::discard(std::string_view why) {
  log_.warning("the tables of vectors beside the database are made anew: " + std::string(why));
  file_.discard();
}

Result<ResultSet> SqlTables::run(const sql::UntrustedStatement& statement, const base::Deadline& deadline) {
  Attempt attempt{.statement = statement, .deadline = deadline};
  for (int discards = 0; discards <= kDiscardsMax;) {
    attempt.has_begun = false;
    attempt.next = Next::kMemory;
    const Status done =
        file_.at_moment(sql::VectorFile::Place::kFile, deadline, [&](sql::VectorMoment& moment) { return run_on_file(moment, attempt); });
    if (done && attempt.next == Next::kAnswered) return *std::move(attempt.answer);
    if (deadline.passed()) return in_time(done ? Error(Code::kBusy, "the file was not to be had") : done.error(), deadline);
    attempt.may_write = true;
    const bool is_damaged = !done && done.error().code() == Code::kCorruption;
    if (is_damaged || attempt.next == Next::kDiscard) {
      discard(is_damaged ? done.error().message() : "they are of another database or of no known state, or most of the file is free");
      ++discards;
    } else if (!done ? !attempt.has_begun || is_of_file(done.error()) : attempt.next == Next::kMemory) {
      break;
    } else if (!done) {
      return done.error();
    }
  }
  return run_in_memory(statement, deadline);
}

// First as the file is: most statements find it in step, and then nothing is written and nobody has to wait. An error is one of the statement.
Status SqlTables::run_on_file(sql::VectorMoment& moment, Attempt& attempt) {
  attempt.has_begun = true;
  bool is_usable = true;
  const auto make = [&](const TableSource& source, Found found) -> Status {
    if (attempt.may_write) {
      WAGGLE_TRY(bring(moment.reader(), source, attempt));
      is_usable = attempt.next == Next::kAnswered;
    } else if (found == Found::kMissing) {
      attempt.next = Next::kWrite;
      is_usable = false;
    }
    // Ends the naming of tables: the statement cannot be run here.
    return is_usable ? Status() : Status(Error(Code::kBusy, "the file is not to be used"));
  };
  const Result<std::vector<TableSource>> sources = name_tables(moment, attempt.statement, make);
  if (!is_usable) return {};
  if (!sources) return sources.error();
  for (const TableSource& source : *sources) {
    WAGGLE_ASSIGN_OR_RETURN(const TableState state, state_of_table(moment.reader(), source));
    if (state == TableState::kCurrent) continue;
    attempt.next = after(state, attempt);
    return {};
  }
  WAGGLE_ASSIGN_OR_RETURN(attempt.answer, moment.run(attempt.statement));
  attempt.next = Next::kAnswered;
  return {};
}

SqlTables::Next SqlTables::after(TableState state, Attempt& attempt) {
  if (!attempt.may_write) return Next::kWrite;
  if (state == TableState::kAhead) return Next::kAgain;
  // Once it may be that somebody was quicker, and has made the file anew. Else what was written is not what is read.
  const bool is_again = attempt.was_other;
  attempt.was_other = true;
  return is_again ? Next::kDiscard : Next::kAgain;
}

// attempt.next is kAnswered when the table is in step with the snapshot, and else what is to be done.
Status SqlTables::bring(sql::Reader& main, const TableSource& source, Attempt& attempt) {
  const base::Deadline patience = attempt.deadline.at_most(attempt.deadline.left() / 2);  // with others that use the file
  const base::Deadline soft = attempt.deadline.at_most(attempt.deadline.left() * 3 / 4);  // what was done by then is kept
  bool was_told = false;
  for (;;) {
    TableStep step = TableStep::kGoOn;
    std::int64_t held = 0;
    const Status written = file_.write(attempt.deadline, [&](sql::VectorWriter& file) -> Status {
      WAGGLE_ASSIGN_OR_RETURN(step, step_table(main, source, attempt.ahead, file, soft, held));
      return {};
    });
    if (!written) {
      const Code code = written.error().code();
      if (attempt.deadline.passed() || code == Code::kCorruption) return written.error();
      const bool is_in_use = code == Code::kDeadline || code == Code::kBusy;
      if (is_in_use && !patience.passed()) continue;
      attempt.next = Next::kMemory;
      return {};
    }
    attempt.ahead = std::max(attempt.ahead, held > source.newest ? held : 0);
    if (step != TableStep::kGoOn) {
      attempt.next = step == TableStep::kDone ? Next::kAnswered : step == TableStep::kAhead ? Next::kAgain : Next::kDiscard;
      return {};
    }
    if (!was_told) log_.info("the table vec." + source.name + " is being made");
    was_told = true;
    if (soft.passed()) {
      return soft.error("the table vec." + source.name + ", which is being made",
                        "the next statement goes on where this one ended; or allow more time (on the command line: --timeout)");
    }
  }
}

Status SqlTables::make_in_memory(sql::VectorMoment& moment, const sql::UntrustedStatement& statement, const base::Deadline& deadline) const {
  std::int64_t bytes = 0;
  const auto make = [&](const TableSource& source, Found) -> Status {
    bytes += source.bytes();
    if (bytes > static_cast<std::int64_t>(bytes_max_)) {
      return Error(Code::kExhausted,
                   "the tables of vec that the statement names are too large to be made in memory, and the file beside the database cannot be used",
                   "see that it can be written, or allow more memory (Options::index_bytes)");
    }
    return make_whole_table(moment.reader(), source, moment.memory(), deadline);
  };
  WAGGLE_TRY(name_tables(moment, statement, make));
  return {};
}

Result<ResultSet> SqlTables::run_in_memory(const sql::UntrustedStatement& statement, const base::Deadline& deadline) {
  std::optional<ResultSet> answer;
  const Status done = file_.at_moment(sql::VectorFile::Place::kMemory, deadline, [&](sql::VectorMoment& moment) -> Status {
    WAGGLE_TRY(make_in_memory(moment, statement, deadline));
    WAGGLE_ASSIGN_OR_RETURN(answer, moment.run(statement));
    return {};
  });
  if (!done) return in_time(done.error(), deadline);
  return *std::move(answer);
}

}  // namespace waggle::vector
