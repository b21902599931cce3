// task_leases.h: what other stores do to leases.

#ifndef WAGGLE_STORES_TASK_LEASES_H
#define WAGGLE_STORES_TASK_LEASES_H

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "stores/scope.h"

namespace waggle::stores {

// Takes every lease from the agent, as if it had released its tasks, and answers how many there were. Logs a change for each task.
Result<std::int64_t> free_leases(Writing& writing, std::string_view agent_id);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_TASK_LEASES_H
