// task_dependents.h: what becomes of the tasks that depend on one that has ended.

#ifndef WAGGLE_STORES_TASK_DEPENDENTS_H
#define WAGGLE_STORES_TASK_DEPENDENTS_H

#include <string>
#include <string_view>

#include "base/result.h"
#include "stores/scope.h"
#include "waggle/tasks.h"

namespace waggle::stores {

// The task is completed: each direct dependent has one dependency less to wait for, and is ready when that was the last and its time has come.
Status advance_dependents(Writing& writing, std::string_view id);

// Cancels every task that depends on this one, directly or not, and is not over. The walk goes through dependents that are over already: what
// waits behind them waits in vain as well. Memory: the ids walked.
Status cancel_dependents(Writing& writing, std::string_view id);

// Fails the task, which must not be over, with this error, and in the same way every task that depends on it, with an error that names it.
Status fail_task(Writing& writing, Task& task, std::string error);

// What stands in the error of a task that fails because the one of this id is failed or cancelled.
std::string dependency_error(std::string_view id, TaskStatus status);

}  // namespace waggle::stores

#endif  // WAGGLE_STORES_TASK_DEPENDENTS_H
