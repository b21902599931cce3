// result.h: the two control-flow macros that pass errors on. Result and Error themselves are public: waggle/error.h.

#ifndef WAGGLE_BASE_RESULT_H
#define WAGGLE_BASE_RESULT_H

#include <utility>

#include "waggle/error.h"

// Evaluates an expression of type Status or Result<T>; returns its error from the enclosing function if it has one.
#define WAGGLE_TRY(expression)                                      \
  do {                                                              \
    if (auto waggle_try_status = (expression); !waggle_try_status)  \
      return waggle_try_status.error();                             \
  } while (false)

// Declares or assigns `target` from an expression of type Result<T>; returns its error from the enclosing function if it has one.
//   WAGGLE_ASSIGN_OR_RETURN(const Task task, find_task(id));
#define WAGGLE_ASSIGN_OR_RETURN(target, expression) WAGGLE_ASSIGN_OR_RETURN_NAMED(WAGGLE_JOIN(waggle_result_, __LINE__), target, expression)
#define WAGGLE_ASSIGN_OR_RETURN_NAMED(result, target, expression) \
  auto result = (expression);                                     \
  if (!result) return result.error();                             \
  target = *std::move(result)
#define WAGGLE_JOIN(a, b) WAGGLE_JOIN_NOW(a, b)
#define WAGGLE_JOIN_NOW(a, b) a##b

#endif  // WAGGLE_BASE_RESULT_H
