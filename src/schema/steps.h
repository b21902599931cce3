// steps.h: the tables of a Waggle database, as numbered steps from an empty file to the present form.

#ifndef WAGGLE_SCHEMA_STEPS_H
#define WAGGLE_SCHEMA_STEPS_H

#include <cstdint>
#include <span>
#include <string_view>

#include "sql/statement.h"

namespace waggle::schema {

// Brings a database from version - 1 to version. Steps that have shipped never change.
struct Step {
  std::int64_t version;
  std::span<const sql::Text> statements;
};

// In order, without a gap, beginning with version 1.
std::span<const Step> steps();

// The version that steps() leads to.
std::int64_t latest_version();

// The names of all tables that the steps make: users may read them with SQL, but not write.
std::span<const std::string_view> table_names();

}  // namespace waggle::schema

#endif  // WAGGLE_SCHEMA_STEPS_H
