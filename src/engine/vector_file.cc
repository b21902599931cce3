// vector_file.cc: see vector_file.h.

#include "engine/vector_file.h"

#include <algorithm>
#include <vector>

#include "engine/sqlite_error.h"
#include "engine/vector_tables.h"

namespace waggle::engine {
namespace {

constexpr const char* kSchema = "vec";
constexpr std::string_view kMissing = "no such table: vec.";

// Where the name of a table begins that the error misses in `vec`; npos where it says something else.
std::size_t find_missing(std::string_view message) {
  const auto same = [](char a, char b) { return sqlite3_strnicmp(&a, &b, 1) == 0; };
  const auto found = std::search(message.begin(), message.end(), kMissing.begin(), kMissing.end(), same);
  if (found == message.end()) return std::string_view::npos;
  return static_cast<std::size_t>(found - message.begin()) + kMissing.size();
}

Error damaged(const std::string& path) { return Error(Code::kCorruption, path + ": its bytes are damaged", "nothing is lost: it is made anew"); }

// What vec0 says, for who has not read its manual. It repeats numbers that were bound, which an error of Waggle's does not.
Error explained(const Error& error) {
  const auto says = [&](std::string_view text) { return error.message().find(text) != std::string::npos; };
  if (says("constraint is required on vec0")) {
    return Error(Code::kInvalidArgument, "a search of a table of vec says how many it wants, by k or LIMIT", "add: AND k = 10")
        .with_sqlite_code(error.sqlite_code());
  }
  if (says("k value in knn quer")) {
    return Error(Code::kInvalidArgument, "k is 0 to 4096 in a search of a table of vec", "ask for more by `waggle vector search -k`, up to 10,000")
        .with_sqlite_code(error.sqlite_code());
  }
  return error;
}

class MomentReader final : public sql::Reader {
 public:
  explicit MomentReader(Connection& connection) : connection_(connection) {}
  Status query(sql::Text text, sql::Args args, sql::RowSink sink) override { return connection_.query(text, args, sink); }

 private:
  Connection& connection_;
};

class Moment final : public sql::VectorMoment {
 public:
  Moment(Connection& connection, sql::VectorFile::Place place, std::string path, std::span<const std::string> protected_tables)
      : connection_(connection),
        place_(place),
        path_(std::move(path)),
        protected_tables_(protected_tables),
        reader_(connection),
        memory_(connection, kSchema) {}

  sql::Reader& reader() override { return reader_; }
  sql::VectorWriter& memory() override { return memory_; }

  Result<Named> tables_of(const sql::UntrustedStatement& statement) override {
    auto tables = connection_.tables_read(statement, policy(), kSchema);
    if (tables) return Named{.tables = *std::move(tables), .missing = std::nullopt};
    const std::size_t missing = find_missing(tables.error().message());
    if (missing == std::string_view::npos) return explained(tables.error());
    return Named{.tables = {}, .missing = tables.error().message().substr(missing)};
  }

  Result<ResultSet> run(const sql::UntrustedStatement& statement) override {
    if (place_ == sql::VectorFile::Place::kFile) WAGGLE_TRY(check_file());
    Result<ResultSet> answer = connection_.run_untrusted(statement, policy());
    if (!answer) return explained(answer.error());
    return answer;
  }

 private:
  PolicyOptions policy() const { return {.access = sql::UntrustedStatement::Access::kRead, .protected_tables = protected_tables_}; }

  // The schema was read when the file was attached, and nobody had looked at the checksums yet: so it is read once more, as a whole.
  Status check_file() {
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t mark, connection_.query_integer("PRAGMA vec.user_version"));
    if (mark != SideFile::kWhole) return Error(Code::kCorruption, path_ + ": is not whole", "nothing is lost: it is made anew");
    WAGGLE_TRY(connection_.query_integer("SELECT count(*) FROM vec.sqlite_schema WHERE sql > ''"));
    return {};
  }

  Connection& connection_;
  const sql::VectorFile::Place place_;
  const std::string path_;
  const std::span<const std::string> protected_tables_;
  MomentReader reader_;
  VectorTables memory_;
};

}  // namespace

bool names_vector_table(const Error& error) { return find_missing(error.message()) != std::string_view::npos; }

// There must be a file for it to be attached: whoever may only open the database could make none.
Status VectorFile::make_file(const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const FileState state, find_file(path_));
  return state.kind == FileKind::kMissing ? file_.write_connection(deadline, [](Connection&) { return Status(); }) : Status();
}

Status VectorFile::attach(Connection& connection, Place place, PageChecks& checks) const {
  WAGGLE_TRY(connection.load_vec0());
  const std::string_view name = place == Place::kFile ? std::string_view(path_) : ":memory:";
  const auto attached = connection.execute("ATTACH ?1 AS vec", std::initializer_list<sql::Arg>{name});
  if (!attached) return attached.error().code() == Code::kCorruption ? damaged(path_) : attached.error();
  return place == Place::kFile ? checks.install(connection, kSchema) : Status();
}

Status VectorFile::at_moment(Place place, const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorMoment&)> work) {
  if (place == Place::kFile && path_.empty()) return Error(Code::kReadOnly, "a database that cannot be written has no files beside it");
  if (place == Place::kFile) WAGGLE_TRY(make_file(deadline));
  // Half of the time for others that write the file: then there is as much for doing without it.
  const base::Deadline patience = deadline.at_most(deadline.left() / 2);
  PageChecks checks;  // outlives the connection
  const Status done = engine_.with_connection(deadline, [&](Connection& connection) -> Status {
    connection.set_lock_patience(&patience);
    WAGGLE_TRY(attach(connection, place, checks));
    WAGGLE_TRY(connection.execute("BEGIN"));
    Moment moment(connection, place, path_, engine_.protected_tables());
    const Status worked = work(moment);
    WAGGLE_TRY(connection.roll_back());
    return worked;
  });
  // vec0 calls a page that cannot be read by many names.
  if (checks.found_damage()) return damaged(path_);
  if (!done && checks.has_failed()) return make_error(SQLITE_IOERR_READ, path_, "read it");
  return done;
}

Status VectorFile::write(const base::Deadline& deadline, base::FunctionRef<Status(sql::VectorWriter&)> work) {
  return file_.write_connection(deadline, [&](Connection& connection) -> Status {
    WAGGLE_TRY(connection.load_vec0());
    VectorTables tables(connection, "main");
    return work(tables);
  });
}

}  // namespace waggle::engine
