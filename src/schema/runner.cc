// runner.cc: see runner.h.

#include "schema/runner.h"

#include <optional>
#include <utility>

#include "schema/steps.h"

namespace waggle::schema {
namespace {

// nullopt when the database has no tables of Waggle's at all.
Result<std::optional<Identity>> find_identity(sql::Reader& reader) {
  WAGGLE_ASSIGN_OR_RETURN(const std::int64_t tables,
                          reader.query_integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'waggle_meta'", {}));
  if (tables == 0) return std::optional<Identity>();
  WAGGLE_ASSIGN_OR_RETURN(Identity identity, read_identity(reader));
  return std::optional(std::move(identity));
}

Status check_known(const std::optional<Identity>& present) {
  if (!present || present->version <= latest_version()) return {};
  return Error(Code::kUnsupported,
               "the database has schema version " + std::to_string(present->version) + ", this build knows up to " + std::to_string(latest_version()),
               "open it with a newer waggle");
}

Status set_meta(sql::Writer& writer, std::string_view name, std::string_view value) {
  WAGGLE_TRY(
      writer.execute("INSERT INTO waggle_meta(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value", {name, value}));
  return {};
}

Status run_steps(sql::Writer& writer, const std::optional<Identity>& present, const NewIdentity& fresh) {
  for (const Step& step : steps()) {
    if (present && step.version <= present->version) continue;
    for (const sql::Text statement : step.statements) WAGGLE_TRY(writer.execute(statement, {}));
  }
  if (!present) {
    WAGGLE_TRY(set_meta(writer, "id", fresh.id));
    WAGGLE_TRY(set_meta(writer, "created_at", std::to_string(fresh.created_at.time_since_epoch().count())));
  }
  return set_meta(writer, "schema_version", std::to_string(latest_version()));
}

}  // namespace

Result<Identity> read_identity(sql::Reader& reader) {
  Identity identity;
  WAGGLE_TRY(reader.query("SELECT name, value FROM waggle_meta WHERE name IN ('id', 'schema_version')", {}, [&](const sql::Row& row) -> Status {
    if (row.text(0) == "id")
      identity.id = row.string(1);
    else
      identity.version = row.integer(1);
    return {};
  }));
  if (identity.id.empty() || identity.version < 1) {
    return Error(Code::kCorruption, "the database does not say what it is: waggle_meta lacks id or schema_version", "restore it from a backup");
  }
  return identity;
}

Result<Identity> bring_up_to_date(sql::Executor& executor, const NewIdentity& fresh, const base::Deadline& deadline) {
  std::optional<Identity> present;
  WAGGLE_TRY(executor.read(deadline, [&](sql::Reader& reader) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(present, find_identity(reader));
    return {};
  }));
  WAGGLE_TRY(check_known(present));
  if (present && present->version == latest_version()) return *std::move(present);

  // Somebody else may have been quicker: look again under the write lock.
  WAGGLE_TRY(executor.write(deadline, [&](sql::Writer& writer) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(present, find_identity(writer));
    WAGGLE_TRY(check_known(present));
    if (present && present->version == latest_version()) return {};
    WAGGLE_TRY(run_steps(writer, present, fresh));
    WAGGLE_ASSIGN_OR_RETURN(present, find_identity(writer));
    return {};
  }));
  return *std::move(present);
}

}  // namespace waggle::schema
