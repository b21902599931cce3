// result.h: the two control-flow macros that pass errors on. Result and Error themselves are public: waggle/error.h.

#ifndef WAGGLE_BASE_RESULT_H
#define WAGGLE_BASE_RESULT_H

#include <utility>

#include "waggle/error.h"

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses

// Evaluates an expression of type Status or Result<T>; returns its error from the enclosing function if it has one.
#define WAGGLE_TRY(expression) WAGGLE_TRY_NAMED(WAGGLE_JOIN(waggle_status_, __COUNTER__), expression)
#define WAGGLE_TRY_NAMED(status, expression)   \
  do {                                         \
    if (auto status = (expression); !status) { \
      return status.error();                   \
    }                                          \
  } while (false)

// Declares or assigns `target` from an expression of type Result<T>; returns its error from the enclosing function if it has one.
//   WAGGLE_ASSIGN_OR_RETURN(const Task task, find_task(id));
#define WAGGLE_ASSIGN_OR_RETURN(target, expression) WAGGLE_ASSIGN_OR_RETURN_NAMED(WAGGLE_JOIN(waggle_result_, __COUNTER__), target, expression)
#define WAGGLE_ASSIGN_OR_RETURN_NAMED(result, target, expression) \
  auto result = (expression);                                     \
  if (!result) return result.error();                             \
  target = *std::move(result)

#define WAGGLE_JOIN(a, b) WAGGLE_JOIN_NOW(a, b)
#define WAGGLE_JOIN_NOW(a, b) a##b
// NOLINTEND(bugprone-macro-parentheses)

#endif  // WAGGLE_BASE_RESULT_H
