// table_follow.cc: see table_follow.h.

#include "vector/table_follow.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "vector/graph_file.h"

namespace waggle::vector {
namespace {

// Another form of the tables is another number.
constexpr std::string_view kFormat = "1";
constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

// What one transaction on the file takes: others wait for it.
constexpr std::int64_t kFillBatch = 2'000;
// A third as many changes as there are vectors take as long to follow as to make the table anew. Many more than these are made anew anyway: following
// is one transaction, and filling can be gone on with.
constexpr std::int64_t kChangesMin = 2'000;
constexpr std::int64_t kChangesMax = 20'000;
constexpr std::int64_t kChangesPart = 3;
// A table that has room for so many more vectors than it has, and for twice as many, is made anew.
constexpr std::int64_t kHolesMin = 1'024;
// A file of at least so many pages, most of which are free, is made anew.
constexpr std::int64_t kPagesMin = 1'024;
// A table whose collection does not change is told of the log's newest change now and then, so that it is known by one that the log still has.
constexpr std::int64_t kMarkAge = 10'000;

struct State {
  std::int64_t collection = 0;
  std::int64_t generation = 0;
  std::int64_t version = 0;
  std::int64_t change = 0;                  // its vectors are as of this change
  std::optional<std::int64_t> fingerprint;  // of the change; none when the log did not have it
  std::int64_t filled_to = 0;               // every row up to this seq is there
};

State read_row(const sql::Row& row) {
  return {.collection = row.integer(0),
          .generation = row.integer(1),
          .version = row.integer(2),
          .change = row.integer(3),
          .fingerprint = row.optional_integer(4),
          .filled_to = row.integer(5)};
}

Result<std::optional<State>> read_state(sql::VectorWriter& file, std::string_view name) {
  return file.query_one("SELECT collection, generation, version, change, fingerprint, filled_to FROM main.\"waggle/tables\" WHERE name = ?1", {name},
                        read_row);
}

Status write_state(sql::VectorWriter& file, std::string_view name, const State& state) {
  WAGGLE_TRY(file.execute("INSERT OR REPLACE INTO main.\"waggle/tables\"(name, collection, generation, version, change, fingerprint, filled_to)"
                          " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                          {name, state.collection, state.generation, state.version, state.change, state.fingerprint, state.filled_to}));
  return {};
}

Result<std::string> database_id(sql::Reader& main) {
  WAGGLE_ASSIGN_OR_RETURN(std::optional<std::string> id,
                          main.query_one("SELECT value FROM waggle_meta WHERE name = 'id'", {}, [](const sql::Row& row) { return row.string(0); }));
  return std::move(id).value_or(std::string());
}

Result<std::optional<std::int64_t>> fingerprint_of(sql::Reader& main, std::int64_t change, const TableSource& source) {
  WAGGLE_ASSIGN_OR_RETURN(const std::optional<hnsw::IndexMark> mark, mark_of(main, change, source.seq, {.generation = source.generation}));
  return mark ? std::optional(static_cast<std::int64_t>(mark->fingerprint)) : std::nullopt;
}

// Was the table made from this collection, as it was at some moment on the way to the snapshot?
Result<bool> is_of(sql::Reader& main, const TableSource& source, const State& state) {
  if (state.collection != source.seq || state.generation != source.generation || state.change > source.newest || state.version > source.version) {
    return false;
  }
  WAGGLE_ASSIGN_OR_RETURN(const std::optional<std::int64_t> fingerprint, fingerprint_of(main, state.change, source));
  return fingerprint == state.fingerprint;
}

// Is what the log tells since less work than to make the table anew?
Result<bool> can_follow(sql::Reader& main, const TableSource& source, const State& state) {
  if (state.change == source.newest) return true;
  // The log has no gaps: when the one after it is there, all are.
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t next, main.query_integer("SELECT seq FROM changes WHERE seq = ?1", {state.change + 1}));
  if (next == 0 || source.newest - state.change <= kChangesMin) return next != 0;
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t changes,
                          main.query_integer("SELECT count(*) FROM changes WHERE seq > ?1 AND entity = 'vector'", {state.change}));
  return changes <= std::clamp(source.count / kChangesPart, kChangesMin, kChangesMax);
}

Result<bool> is_mostly_holes(sql::VectorWriter& file, const TableSource& source) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t room, file.room_of(source.name));
  return room - source.count > kHolesMin && room > 2 * source.count;
}

Result<bool> is_mostly_free(sql::VectorWriter& file) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t pages, file.query_integer("PRAGMA main.page_count", {}));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t free, file.query_integer("PRAGMA main.freelist_count", {}));
  return pages >= kPagesMin && free > pages / 2;
}

// False when the file is not this database's.
Result<bool> prepare_file(sql::Reader& main, sql::VectorWriter& file) {
  WAGGLE_TRY(file.execute("CREATE TABLE IF NOT EXISTS main.\"waggle/state\"(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)", {}));
  WAGGLE_TRY(
      file.execute("CREATE TABLE IF NOT EXISTS main.\"waggle/tables\"(name TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, collection INTEGER NOT NULL,"
                   " generation INTEGER NOT NULL, version INTEGER NOT NULL, change INTEGER NOT NULL, fingerprint INTEGER,"
                   " filled_to INTEGER NOT NULL)",
                   {}));
  WAGGLE_ASSIGN_OR_RETURN(const std::string database, database_id(main));
  WAGGLE_TRY(
      file.execute("INSERT INTO main.\"waggle/state\" VALUES('database', ?1), ('format', ?2) ON CONFLICT(name) DO NOTHING", {database, kFormat}));
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t same,
                          file.query_integer("SELECT count(*) FROM main.\"waggle/state\" WHERE (name = 'database' AND value = ?1)"
                                             " OR (name = 'format' AND value = ?2)",
                                             {database, kFormat}));
  return same == 2;
}

Status drop(sql::VectorWriter& file, std::string_view name) {
  WAGGLE_TRY(file.drop_table(name));
  WAGGLE_TRY(file.execute("DELETE FROM main.\"waggle/tables\" WHERE name = ?1", {name}));
  return {};
}

// Drops the tables of collections that are no more, and those that this one cannot be beside.
Status make_way(sql::Reader& main, const TableSource& source, sql::VectorWriter& file) {
  struct Other {
    std::string name;
    std::int64_t collection = 0;
  };
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<Other> others,
                          file.query_all("SELECT name, collection FROM main.\"waggle/tables\" WHERE collection <> ?1", {source.seq},
                                         [](const sql::Row& row) { return Other{row.string(0), row.integer(1)}; }));
  for (const Other& other : others) {
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t is_there, main.query_integer("SELECT count(*) FROM collections WHERE seq = ?1", {other.collection}));
    if (is_there == 0 || names_collide(other.name, source.name)) WAGGLE_TRY(drop(file, other.name));
  }
  return {};
}

Result<State> begin(sql::Reader& main, const TableSource& source, sql::VectorWriter& file) {
  WAGGLE_TRY(drop(file, source.name));
  WAGGLE_TRY(file.make_table(source.name, source.table));
  State state{.collection = source.seq, .generation = source.generation, .version = source.version, .change = source.newest, .fingerprint = {}};
  WAGGLE_ASSIGN_OR_RETURN(state.fingerprint, fingerprint_of(main, source.newest, source));
  return state;
}

// A row of seq, id, agent_id, embedding.
Status insert_row(const TableSource& source, sql::VectorWriter& file, const sql::Row& row) {
  const std::span<const std::byte> embedding = row.blob(3);
  if (embedding.size() != static_cast<std::size_t>(source.table.dimensions) * sizeof(float)) {
    return Error(Code::kInternal, "a vector's embedding has another length than its collection wants", "run `waggle check`");
  }
  return file.insert_vector(source.name, {.id = row.text(1), .agent_id = row.text(2), .embedding = embedding});
}

// By seq, which a row keeps: between two batches others may come and go.
Status fill_some(sql::Reader& main, const TableSource& source, sql::VectorWriter& file, State& state, std::int64_t batch,
                 const base::Deadline& deadline) {
  std::int64_t count = 0;
  bool is_late = false;
  const Status read =
      main.query("SELECT seq, id, agent_id, embedding FROM vectors NOT INDEXED WHERE collection = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
                 {source.name, state.filled_to, batch}, [&](const sql::Row& row) -> Status {
                   WAGGLE_TRY(insert_row(source, file, row));
                   state.filled_to = row.integer(0);
                   is_late = ++count % 64 == 0 && deadline.passed();
                   return is_late ? Status(deadline.error("a table of vectors", {})) : Status();
                 });
  if (!read && !is_late) return read;
  if (!is_late && count < batch) state.filled_to = kAll;
  return {};
}

Status apply_changes(sql::Reader& main, const TableSource& source, sql::VectorWriter& file, State& state) {
  const std::string prefix = source.name + '/';
  std::set<std::string> ids;
  WAGGLE_TRY(main.query("SELECT entity_id FROM changes WHERE seq > ?1 AND entity = 'vector'", {state.change}, [&](const sql::Row& row) -> Status {
    const std::string_view id = row.text(0);
    if (id.starts_with(prefix)) ids.emplace(id.substr(prefix.size()));
    return {};
  }));
  for (const std::string& id : ids) {
    WAGGLE_TRY(file.remove_vector(source.name, id));
    // What is yet to be filled in will be read as it is then.
    WAGGLE_TRY(main.query("SELECT seq, id, agent_id, embedding FROM vectors WHERE collection = ?1 AND id = ?2", {source.name, id},
                          [&](const sql::Row& row) { return row.integer(0) > state.filled_to ? Status() : insert_row(source, file, row); }));
  }
  state.change = source.newest;
  state.version = source.version;
  WAGGLE_ASSIGN_OR_RETURN(state.fingerprint, fingerprint_of(main, state.change, source));
  return {};
}

struct Usable {
  bool is_usable = false;
  bool is_done = false;
};

Result<Usable> judge(sql::Reader& main, const TableSource& source, sql::VectorWriter& file, const std::optional<State>& state) {
  if (!state) return Usable();
  WAGGLE_ASSIGN_OR_RETURN(bool is_usable, is_of(main, source, *state));
  if (!is_usable) return Usable();
  const bool is_old = source.newest - state->change > kMarkAge;
  if (state->filled_to == kAll && state->version == source.version && !is_old) return Usable{.is_usable = true, .is_done = true};
  WAGGLE_ASSIGN_OR_RETURN(is_usable, can_follow(main, source, *state));
  if (!is_usable) return Usable();
  WAGGLE_ASSIGN_OR_RETURN(const bool has_holes, is_mostly_holes(file, source));
  return Usable{.is_usable = state->filled_to != kAll || !has_holes};
}

sql::VectorTable::Distance distance_of(std::string_view metric) {
  return metric == "l2" ? sql::VectorTable::Distance::kL2 : sql::VectorTable::Distance::kCosine;
}

Error no_table(const std::string& name, const std::string& why) {
  return Error(Code::kUnsupported, "vec." + name + " cannot be had: " + why,
               "search the collection by `waggle vector search`, with --exact if it must be");
}

}  // namespace

bool names_collide(std::string_view one, std::string_view other) {
  constexpr auto kOwnTables = std::to_array<std::string_view>({"", "_info", "_chunks", "_rowids", "_vector_chunks00", "_metadatachunks00",
                                                               "_metadatachunks01", "_metadatatext00", "_metadatatext01", "_auxiliary"});
  const auto lower = [](std::string_view text) {
    std::string small(text);
    for (char& each : small) each = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
    return small;
  };
  const std::string a = lower(one);
  const std::string b = lower(other);
  return std::any_of(kOwnTables.begin(), kOwnTables.end(),
                     [&](std::string_view suffix) { return a == b + std::string(suffix) || b == a + std::string(suffix); });
}

Result<TableSource> find_source(sql::Reader& main, std::string_view name) {
  std::string metric;
  const auto read = [&](const sql::Row& row) -> TableSource {
    metric = row.string(6);
    return {.name = row.string(0),
            .seq = row.integer(1),
            .generation = row.integer(2),
            .version = row.integer(3),
            .count = row.integer(4),
            .table = {.dimensions = row.integer(5), .distance = distance_of(metric)}};
  };
  WAGGLE_ASSIGN_OR_RETURN(std::vector<TableSource> found,
                          main.query_all("SELECT name, seq, generation, version, count, dimensions, metric FROM collections"
                                         " WHERE name = ?1 COLLATE NOCASE ORDER BY seq LIMIT 2",
                                         {name}, read));
  if (found.empty()) {
    return Error(Code::kNotFound, "there is no collection \"" + std::string(name) + "\", of which vec would have a table",
                 "`waggle vector list` shows those that exist");
  }
  TableSource& source = found.front();
  if (found.size() > 1) return no_table(source.name, "\"" + found[1].name + "\" is another collection, and SQL does not tell their names apart");
  if (metric == "dot") return no_table(source.name, "its metric is dot, and vec0 has cosine and l2 only");
  if (source.table.dimensions > sql::VectorTable::kDimensionsMax) {
    return no_table(source.name, "it has more dimensions than the " + std::to_string(sql::VectorTable::kDimensionsMax) + " that vec0 can have");
  }
  if (names_collide(std::string_view(source.name).substr(0, 7), "sqlite_")) {
    return no_table(source.name, "SQL keeps names that begin with sqlite_ to itself");
  }
  WAGGLE_ASSIGN_OR_RETURN(source.newest, main.query_integer("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", {}));
  return std::move(source);
}

Result<TableStep> step_table(sql::Reader& main, const TableSource& source, std::int64_t ahead, sql::VectorWriter& file,
                             const base::Deadline& deadline, std::int64_t& held) {
  WAGGLE_ASSIGN_OR_RETURN(const bool is_ours, prepare_file(main, file));
  if (!is_ours) return TableStep::kDiscard;
  WAGGLE_ASSIGN_OR_RETURN(std::optional<State> state, read_state(file, source.name));
  held = state ? state->change : 0;
  // Somebody else has applied what came after the snapshot; unless the log never came so far.
  if (held > source.newest && source.newest >= ahead) return TableStep::kAhead;
  WAGGLE_ASSIGN_OR_RETURN(const Usable usable, judge(main, source, file, state));
  if (usable.is_done) return TableStep::kDone;
  if (!usable.is_usable) {
    WAGGLE_TRY(make_way(main, source, file));
    WAGGLE_TRY(drop(file, source.name));
    WAGGLE_ASSIGN_OR_RETURN(const bool is_mostly_free_now, is_mostly_free(file));
    if (is_mostly_free_now) return TableStep::kDiscard;
    WAGGLE_ASSIGN_OR_RETURN(state, begin(main, source, file));
  } else {
    WAGGLE_TRY(apply_changes(main, source, file, *state));
  }
  if (state->filled_to != kAll) WAGGLE_TRY(fill_some(main, source, file, *state, kFillBatch, deadline));
  WAGGLE_TRY(write_state(file, source.name, *state));
  held = state->change;
  return state->filled_to == kAll ? TableStep::kDone : TableStep::kGoOn;
}

Result<TableState> state_of_table(sql::Reader& moment, const TableSource& source) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t has_state,
                          moment.query_integer("SELECT count(*) FROM vec.sqlite_schema WHERE name IN ('waggle/tables', 'waggle/state')", {}));
  if (has_state != 2) return TableState::kOther;
  WAGGLE_ASSIGN_OR_RETURN(const std::string database, database_id(moment));
  WAGGLE_ASSIGN_OR_RETURN(
      const std::int64_t is_ours,
      moment.query_integer("SELECT count(*) FROM vec.\"waggle/state\" WHERE (name = 'database' AND value = ?1) OR (name = 'format' AND value = ?2)",
                           {database, kFormat}));
  if (is_ours != 2) return TableState::kOther;
  WAGGLE_ASSIGN_OR_RETURN(
      const std::optional<State> state,
      moment.query_one("SELECT collection, generation, version, change, fingerprint, filled_to FROM vec.\"waggle/tables\" WHERE name = ?1",
                       {source.name}, read_row));
  if (!state) return TableState::kOther;
  if (state->change > source.newest) return TableState::kAhead;
  const bool is_old = source.newest - state->change > kMarkAge;
  if (state->filled_to != kAll || state->version != source.version || is_old) return TableState::kOther;
  WAGGLE_ASSIGN_OR_RETURN(const bool is_same, is_of(moment, source, *state));
  return is_same ? TableState::kCurrent : TableState::kOther;
}

Status make_whole_table(sql::Reader& main, const TableSource& source, sql::VectorWriter& memory, const base::Deadline& deadline) {
  WAGGLE_TRY(memory.make_table(source.name, source.table));
  State state;
  WAGGLE_TRY(fill_some(main, source, memory, state, kAll, deadline));
  if (state.filled_to == kAll) return {};
  return deadline.error("the table vec." + source.name + ", which is being made", "allow more time (on the command line: --timeout)");
}

}  // namespace waggle::vector
