// swarm_rows.h: swarms inside a transaction that another store has begun: agents, tasks, messages and proposals all belong to one.

#ifndef WAGGLE_STORES_SWARM_ROWS_H
#define WAGGLE_STORES_SWARM_ROWS_H

#include <string_view>

#include "base/result.h"
#include "sql/executor.h"
#include "waggle/swarms.h"

namespace waggle::stores {

// not_found for an unknown id.
Result<Swarm> require_swarm(sql::Reader& sql, std::string_view id);

// The same for what needs a swarm that goes on: conflict for a closed one. A paused swarm is open.
Result<Swarm> require_open_swarm(sql::Reader& sql, std::string_view id);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_SWARM_ROWS_H
