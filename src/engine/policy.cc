// policy.cc: see policy.h.

#include "engine/policy.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace waggle::engine {
namespace {

struct Limit {
  int id;
  int value;
};

// Roomy for honest queries, far below what could exhaust the process. Values of 64 MiB, the largest that memory holds, can still be read.
constexpr Limit kUntrustedLimits[] = {
    {SQLITE_LIMIT_SQL_LENGTH, 1'000'000},    {SQLITE_LIMIT_EXPR_DEPTH, 100},   {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 250'000},         {SQLITE_LIMIT_FUNCTION_ARG, 16},  {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200}, {SQLITE_LIMIT_LENGTH, 128 << 20}, {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
};

// Read-only questions about the schema. Each is harmless with and without an argument; all other pragmas are refused.
constexpr auto kPragmas = std::to_array<std::string_view>({"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
                                                           "foreign_key_list", "function_list", "collation_list", "compile_options"});
// The same without an argument only: with one they set something.
constexpr auto kPragmasToRead =
    std::to_array<std::string_view>({"user_version", "schema_version", "application_id", "page_count", "page_size", "freelist_count", "encoding"});

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sqlite3_strnicmp(a.data(), b.data(), static_cast<int>(a.size())) == 0;
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view one) { return equal_ignoring_case(one, name); });
}

// A renaming also looks for the name in temporary views and triggers, of which there can be none.
bool is_temporary_schema(std::string_view table) {
  return equal_ignoring_case(table, "sqlite_temp_master") || equal_ignoring_case(table, "sqlite_temp_schema");
}

bool is_schema_table(std::string_view table) { return equal_ignoring_case(table, "sqlite_master") || equal_ignoring_case(table, "sqlite_schema"); }

}  // namespace

void Policy::install() {
  sqlite3_db_config(&db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(&db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(&db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  // Waggle's schema has no triggers. One that another program has put there would run with our rights and past the change log.
  sqlite3_db_config(&db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_set_authorizer(&db_, &Policy::authorize, this);
}

Policy::Enforcement::Enforcement(Policy& policy, const PolicyOptions& options) : policy_(policy) {
  static_assert(std::size(kUntrustedLimits) == kLimits);
  for (std::size_t i = 0; i < kLimits; ++i) saved_limits_[i] = sqlite3_limit(&policy.db_, kUntrustedLimits[i].id, kUntrustedLimits[i].value);
  policy_.options_ = &options;
  policy_.refusal_ = Refusal::kNone;
  policy_.drops_or_renames_ = false;
  policy_.changes_schema_ = false;
}

Policy::Enforcement::~Enforcement() {
  policy_.options_ = nullptr;
  for (std::size_t i = 0; i < kLimits; ++i) sqlite3_limit(&policy_.db_, kUntrustedLimits[i].id, saved_limits_[i]);
}

int Policy::authorize(void* self, int action, const char* first, const char* second, const char* database, const char* /*trigger*/) {
  auto& policy = *static_cast<Policy*>(self);
  if (policy.options_ == nullptr) return SQLITE_OK;
  const auto view = [](const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); };
  return policy.judge(action, view(first), view(second), view(database));
}

int Policy::refuse(Enforcement::Refusal why) {
  // A forbidden action weighs more than one that merely writes.
  refusal_ = std::max(refusal_, why);
  return SQLITE_DENY;
}

bool Policy::is_protected(std::string_view table) const {
  return std::any_of(options_->protected_tables.begin(), options_->protected_tables.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, table); });
}

int Policy::judge_write(std::string_view table) {
  if (options_->access == sql::UntrustedStatement::Access::kRead) return refuse(Enforcement::Refusal::kReadOnly);
  // CREATE and DROP write the schema table by themselves; SQLite refuses direct writes to it (SQLITE_DBCONFIG_DEFENSIVE).
  if (is_schema_table(table)) return SQLITE_OK;
  // Dropping or renaming a table changes its rows in SQLite's own tables, and they are judged as well. Changed by hand, sqlite_sequence would give
  // numbers of the change log twice.
  if (equal_ignoring_case(table.substr(0, 7), "sqlite_")) return drops_or_renames_ ? SQLITE_OK : refuse(Enforcement::Refusal::kForbidden);
  return is_protected(table) ? refuse(Enforcement::Refusal::kForbidden) : SQLITE_OK;
}

int Policy::judge(int action, std::string_view first, std::string_view second, std::string_view database) {
  switch (action) {
    case SQLITE_READ:
      if (options_->foreign_tables != nullptr && !equal_ignoring_case(database, "main")) {
        options_->foreign_tables->emplace_back(database, first);
      }
      return SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return equal_ignoring_case(second, "load_extension") ? refuse(Enforcement::Refusal::kForbidden) : SQLITE_OK;
    case SQLITE_PRAGMA:
      if (contains(kPragmas, first) || (second.empty() && contains(kPragmasToRead, first))) return SQLITE_OK;
      return refuse(Enforcement::Refusal::kForbidden);
    case SQLITE_INSERT:
    case SQLITE_DELETE:
    case SQLITE_UPDATE:
    case SQLITE_CREATE_TABLE:
    case SQLITE_DROP_TABLE:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_VIEW:
      drops_or_renames_ |= action == SQLITE_DROP_TABLE;
      changes_schema_ |= action == SQLITE_CREATE_TABLE;
      // The first table with AUTOINCREMENT makes it; by hand SQLite lets nobody make a table of such a name.
      if (action == SQLITE_CREATE_TABLE && equal_ignoring_case(first, "sqlite_sequence")) return judge_write({});
      if (equal_ignoring_case(database, "vec")) return refuse(Enforcement::Refusal::kDerived);
      if (!database.empty() && !equal_ignoring_case(database, "main") && !(drops_or_renames_ && is_temporary_schema(first))) {
        return refuse(Enforcement::Refusal::kForbidden);
      }
      return judge_write(first);
    case SQLITE_CREATE_INDEX:
    case SQLITE_DROP_INDEX:
    case SQLITE_ALTER_TABLE:
      drops_or_renames_ |= action == SQLITE_ALTER_TABLE;
      changes_schema_ |= action == SQLITE_ALTER_TABLE;
      return judge_write(second);
    case SQLITE_REINDEX:
    case SQLITE_ANALYZE:
      return judge_write({});
    default:  // ATTACH, DETACH, transactions, savepoints, triggers, virtual and temporary objects
      return refuse(Enforcement::Refusal::kForbidden);
  }
}

}  // namespace waggle::engine
