// untrusted.cc: Connection::run_untrusted, the one place where SQL text from users is prepared.

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/connection.h"
#include "engine/sqlite_error.h"

namespace waggle::engine {
namespace {

using sql::UntrustedStatement;

// An answer larger than this is refused, whatever the number of its rows.
constexpr std::int64_t kAnswerBytesMax = std::int64_t{256} << 20;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using OwnedStatement = std::unique_ptr<sqlite3_stmt, Finalize>;

Error refused(Policy::Enforcement::Refusal why) {
  if (why == Policy::Enforcement::Refusal::kReadOnly) {
    return Error(Code::kReadOnly, "the statement writes, and was to read only", "allow writing (on the command line: --write)");
  }
  if (why == Policy::Enforcement::Refusal::kDerived) {
    return Error(Code::kReadOnly, "the tables of vec are made from the collections, and nobody writes into them",
                 "change the collection itself: the vector store, `waggle vector add` and `waggle vector remove`");
  }
  return Error(Code::kPermission,
               "the statement does what SQL from users may not do: it changes one of Waggle's own tables, reaches another file or "
               "changes how the database works",
               "use the typed commands; tables of your own can be made and changed");
}

// Is there nothing but space, semicolons and comments?
bool is_blank(sqlite3* db, std::string_view text) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(db, text.data(), static_cast<int>(text.size()), 0, &raw, nullptr);
  return code == SQLITE_OK && OwnedStatement(raw) == nullptr;
}

int bind_value(sqlite3_stmt* statement, int position, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, position, *integer);
  if (const auto* real = std::get_if<double>(&value)) return sqlite3_bind_double(statement, position, *real);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&value)) {
    // The data of an empty vector may be no pointer at all, which would bind NULL.
    if (blob->empty()) return sqlite3_bind_zeroblob(statement, position, 0);
    return sqlite3_bind_blob64(statement, position, blob->data(), blob->size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, position);
}

Status bind_parameters(sqlite3_stmt* statement, const std::map<std::string, Value>& parameters) {
  const int count = sqlite3_bind_parameter_count(statement);
  std::size_t used = 0;
  for (int position = 1; position <= count; ++position) {
    const char* name = sqlite3_bind_parameter_name(statement, position);
    const auto found = name == nullptr ? parameters.end() : parameters.find(name + 1);
    if (found == parameters.end()) {
      return Error(Code::kInvalidArgument, std::string("the statement's parameter ") + (name == nullptr ? "?" : name) + " was given no value",
                   "give one for each :name of the statement");
    }
    ++used;
    if (bind_value(statement, position, found->second) != SQLITE_OK) return Error(Code::kExhausted, "a parameter's value is too large");
  }
  if (used < parameters.size()) return Error(Code::kInvalidArgument, "a value was given for a parameter that the statement does not have");
  return {};
}

Value column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement, column));
      return Blob(data, data + sqlite3_column_bytes(statement, column));
    }
    default:
      return nullptr;
  }
}

// Appends the present row; answers how many bytes it holds.
std::int64_t append_row(sqlite3_stmt* statement, ResultSet& answer) {
  std::int64_t bytes = 0;
  auto& row = answer.rows.emplace_back();
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    row.push_back(column_value(statement, column));
    bytes += sqlite3_column_bytes(statement, column) + static_cast<std::int64_t>(sizeof(Value));
  }
  return bytes;
}

// A foreign key into one of Waggle's tables would let a user's row forbid, or follow, what Waggle deletes. Called after the statement, whose effects
// an error undoes.
Status refuse_foreign_keys(sqlite3* db, std::span<const std::string> protected_tables) {
  sqlite3_stmt* raw = nullptr;
  constexpr const char* kReferences =
      "SELECT DISTINCT s.name, k.\"table\" FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k WHERE s.type = 'table'";
  if (sqlite3_prepare_v2(db, kReferences, -1, &raw, nullptr) != SQLITE_OK) return Error(Code::kInternal, "foreign keys cannot be listed");
  const OwnedStatement statement(raw);
  const auto is_protected = [&](const unsigned char* name) {
    return std::any_of(protected_tables.begin(), protected_tables.end(),
                       [&](const std::string& one) { return sqlite3_stricmp(one.c_str(), reinterpret_cast<const char*>(name)) == 0; });
  };
  while (sqlite3_step(raw) == SQLITE_ROW) {
    if (!is_protected(sqlite3_column_text(raw, 0)) && is_protected(sqlite3_column_text(raw, 1)))
      return refused(Policy::Enforcement::Refusal::kForbidden);
  }
  return {};
}

}  // namespace

Result<ResultSet> Connection::run_untrusted(const UntrustedStatement& untrusted, const PolicyOptions& options) {
  // SQLite reads up to the first NUL and would pass over what stands behind it.
  if (untrusted.text.find('\0') != std::string::npos) {
    return Error(Code::kInvalidArgument, "the statement holds a NUL byte", "leave it out").with_sqlite_code(SQLITE_ERROR);
  }
  // Not where something may be written: a table or an index that names one of its functions could be read by nobody who has not loaded them.
  if (options.access == UntrustedStatement::Access::kRead) WAGGLE_TRY(load_vec0());
  const Policy::Enforcement enforcement(policy_, options);
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int prepared = sqlite3_prepare_v3(db_, untrusted.text.data(), static_cast<int>(untrusted.text.size()), 0, &raw, &tail);
  const OwnedStatement statement(raw);
  if (prepared != SQLITE_OK) {
    if (enforcement.refusal() != Policy::Enforcement::Refusal::kNone) return refused(enforcement.refusal());
    return step_error("run the statement");
  }
  if (statement == nullptr || !is_blank(db_, {tail, static_cast<std::size_t>(untrusted.text.data() + untrusted.text.size() - tail)})) {
    return Error(Code::kInvalidArgument, "the text must be exactly one SQL statement", "run one statement at a time").with_sqlite_code(SQLITE_ERROR);
  }
  if (options.access == UntrustedStatement::Access::kRead && sqlite3_stmt_readonly(raw) == 0) {
    return refused(Policy::Enforcement::Refusal::kReadOnly);
  }
  WAGGLE_TRY(bind_parameters(raw, untrusted.parameters));

  ResultSet answer;
  for (int column = 0; column < sqlite3_column_count(raw); ++column) answer.columns.emplace_back(sqlite3_column_name(raw, column));
  const std::int64_t rowid_before = sqlite3_last_insert_rowid(db_);
  const std::int64_t changes_before = sqlite3_total_changes64(db_);
  sqlite3_set_last_insert_rowid(db_, 0);
  std::int64_t bytes = 0;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    bytes += append_row(raw, answer);
    if (static_cast<std::int64_t>(answer.rows.size()) > untrusted.rows_max || bytes > kAnswerBytesMax) {
      return Error(Code::kExhausted, "the answer has more than " + std::to_string(untrusted.rows_max) + " rows, or more than 256 MiB",
                   "ask for less, for example with LIMIT");
    }
  }
  if ((code & 0xff) == SQLITE_CONSTRAINT) {
    return Error(Code::kInvalidArgument, path_ + ": a constraint of the table forbids what the statement writes").with_sqlite_code(code);
  }
  if (code != SQLITE_DONE) return step_error("run the statement");
  if (enforcement.changes_schema()) WAGGLE_TRY(refuse_foreign_keys(db_, options.protected_tables));
  if (sqlite3_total_changes64(db_) != changes_before) answer.rows_affected = sqlite3_changes64(db_);
  answer.last_insert_rowid = sqlite3_last_insert_rowid(db_);
  sqlite3_set_last_insert_rowid(db_, rowid_before);
  return answer;
}

Result<std::vector<std::string>> Connection::tables_read(const UntrustedStatement& untrusted, PolicyOptions options, const char* schema) {
  WAGGLE_TRY(load_vec0());
  std::vector<std::pair<std::string, std::string>> foreign;
  options.foreign_tables = &foreign;
  {
    const Policy::Enforcement enforcement(policy_, options);
    sqlite3_stmt* raw = nullptr;
    const int prepared = sqlite3_prepare_v3(db_, untrusted.text.data(), static_cast<int>(untrusted.text.size()), 0, &raw, nullptr);
    const OwnedStatement statement(raw);
    if (prepared != SQLITE_OK) {
      if (enforcement.refusal() != Policy::Enforcement::Refusal::kNone) return refused(enforcement.refusal());
      return step_error("run the statement");
    }
  }
  std::vector<std::string> tables;
  const auto is_in = [&](const char* where, const std::string& table) {
    return sqlite3_table_column_metadata(db_, where, table.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  for (auto& [database, table] : foreign) {
    const bool is_ours = database.empty() ? !is_in("main", table) && is_in(schema, table) : sqlite3_stricmp(database.c_str(), schema) == 0;
    if (is_ours && std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace waggle::engine
