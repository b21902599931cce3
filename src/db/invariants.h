// invariants.h: what must hold between the rows of a sound database, beyond what the schema itself enforces.

#ifndef WAGGLE_DB_INVARIANTS_H
#define WAGGLE_DB_INVARIANTS_H

#include <string>
#include <vector>

#include "base/result.h"
#include "sql/executor.h"

namespace waggle::db {

// Appends a line for each invariant that is broken, naming an example. Reads whole tables.
Status check_invariants(sql::Reader& reader, std::vector<std::string>& problems);

}  // namespace waggle::db

#endif  // WAGGLE_DB_INVARIANTS_H
