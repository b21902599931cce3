// task_rows.h: tasks inside a transaction that another store has begun.

#ifndef WAGGLE_STORES_TASK_ROWS_H
#define WAGGLE_STORES_TASK_ROWS_H

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stores/scope.h"

namespace waggle::stores {

// Counts the swarm's tasks by status as of reading.now: a pending task whose time has come counts as ready. Sets `counts` anew.
Status count_tasks_by_status(Reading& reading, std::string_view swarm_id, std::map<std::string, std::int64_t>& counts);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_TASK_ROWS_H
