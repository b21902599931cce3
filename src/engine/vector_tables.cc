// vector_tables.cc: see vector_tables.h.

#include "engine/vector_tables.h"

#include <algorithm>
#include <utility>

#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

constexpr std::string_view kDoing = "change the tables of vectors";

// A block is one value in the file. A change of one vector walks through the pages before it, so blocks are small; but not so small that a search
// finds each of them anew all the time.
constexpr std::int64_t kBlockBytes = std::int64_t{384} << 10;
constexpr std::int64_t kBlockVectorsMin = 64;
constexpr std::int64_t kBlockVectorsMax = 1'024;

std::int64_t vectors_of_block(std::int64_t dimensions) {
  const std::int64_t fitting = kBlockBytes / (dimensions * static_cast<std::int64_t>(sizeof(float))) / 64 * 64;
  return std::clamp(fitting, kBlockVectorsMin, kBlockVectorsMax);
}

// As an identifier of SQL, whatever is in it.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char each : name) {
    if (each == '"') text += '"';
    text += each;
  }
  return text + '"';
}

int bind_text(sqlite3_stmt* statement, int position, std::string_view text) {
  return sqlite3_bind_text64(statement, position, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

}  // namespace

std::string VectorTables::full_name(std::string_view table, std::string_view suffix) const {
  return quoted(schema_) + '.' + quoted(std::string(table) + std::string(suffix));
}

Result<VectorTables::Statement> VectorTables::prepare(const std::string& text) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection_.handle(), text.data(), static_cast<int>(text.size()), 0, &raw, nullptr);
  if (code != SQLITE_OK) return last_error(connection_.handle(), connection_.path(), kDoing);
  return Statement(raw);
}

Status VectorTables::step(sqlite3_stmt* statement) {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  const Status done = code == SQLITE_DONE ? Status() : Status(last_error(connection_.handle(), connection_.path(), kDoing));
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return done;
}

Status VectorTables::run(const std::string& text) {
  WAGGLE_ASSIGN_OR_RETURN(const Statement statement, prepare(text));
  return step(statement.get());
}

void VectorTables::forget_statements() {
  insert_.reset();
  remove_.reset();
  table_.clear();
}

Status VectorTables::make_table(std::string_view name, const sql::VectorTable& table) {
  forget_statements();
  const std::string metric = table.distance == sql::VectorTable::Distance::kL2 ? "l2" : "cosine";
  return run("CREATE VIRTUAL TABLE " + full_name(name) + " USING vec0(id TEXT PRIMARY KEY, agent_id TEXT, embedding float[" +
             std::to_string(table.dimensions) + "] distance_metric=" + metric + ", chunk_size=" + std::to_string(vectors_of_block(table.dimensions)) +
             ")");
}

Status VectorTables::drop_table(std::string_view name) {
  forget_statements();
  return run("DROP TABLE IF EXISTS " + full_name(name));
}

Status VectorTables::turn_to(std::string_view table) {
  if (insert_ != nullptr && remove_ != nullptr && table == table_) return {};
  forget_statements();
  WAGGLE_ASSIGN_OR_RETURN(insert_, prepare("INSERT INTO " + full_name(table) + "(id, agent_id, embedding) VALUES(?1, ?2, ?3)"));
  WAGGLE_ASSIGN_OR_RETURN(remove_, prepare("DELETE FROM " + full_name(table) + " WHERE id = ?1"));
  table_ = table;
  return {};
}

Status VectorTables::insert_vector(std::string_view table, const sql::VectorRow& row) {
  WAGGLE_TRY(turn_to(table));
  if (bind_text(insert_.get(), 1, row.id) != SQLITE_OK || bind_text(insert_.get(), 2, row.agent_id) != SQLITE_OK ||
      sqlite3_bind_blob64(insert_.get(), 3, row.embedding.data(), row.embedding.size(), SQLITE_STATIC) != SQLITE_OK) {
    return last_error(connection_.handle(), connection_.path(), "bind a value");
  }
  return step(insert_.get());
}

Status VectorTables::remove_vector(std::string_view table, std::string_view id) {
  WAGGLE_TRY(turn_to(table));
  if (bind_text(remove_.get(), 1, id) != SQLITE_OK) return last_error(connection_.handle(), connection_.path(), "bind a value");
  return step(remove_.get());
}

Result<std::int64_t> VectorTables::room_of(std::string_view table) {
  WAGGLE_ASSIGN_OR_RETURN(const Statement statement, prepare("SELECT coalesce(sum(size), 0) FROM " + full_name(table, "_chunks")));
  if (sqlite3_step(statement.get()) != SQLITE_ROW) return last_error(connection_.handle(), connection_.path(), kDoing);
  return static_cast<std::int64_t>(sqlite3_column_int64(statement.get(), 0));
}

}  // namespace waggle::engine
