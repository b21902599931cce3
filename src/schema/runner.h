// runner.h: brings a database to the present schema version.

#ifndef WAGGLE_SCHEMA_RUNNER_H
#define WAGGLE_SCHEMA_RUNNER_H

#include <cstdint>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "sql/executor.h"
#include "waggle/value.h"

namespace waggle::schema {

// What a database says of itself.
struct Identity {
  std::string id;  // UUIDv7
  std::int64_t version = 0;
};

// Who a database will be, if it is yet to be made.
struct NewIdentity {
  std::string id;
  Timestamp created_at;
};

// The identity that stands in the database; corruption when there is none.
Result<Identity> read_identity(sql::Reader& reader);

// Runs the steps that are missing, all in one write transaction: afterwards the database has every table, or is unchanged. An empty database gets
// `fresh` as its identity. unsupported when it is of a later version than latest_version(). Does not write when nothing is missing.
Result<Identity> bring_up_to_date(sql::Executor& executor, const NewIdentity& fresh, const base::Deadline& deadline);

}  // namespace waggle::schema

#endif  // WAGGLE_SCHEMA_RUNNER_H
