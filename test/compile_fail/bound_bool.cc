// bound_bool.cc: a bool is not bound to SQL by accident; the column holds 0 or 1.
// must fail with: deleted
#include "sql/statement.h"

int main(int count, char**) {
#ifdef WAGGLE_MUST_FAIL
  return waggle::sql::Arg(count > 1).kind() == waggle::sql::Arg::Kind::kNull;
#else
  return waggle::sql::Arg(count > 1 ? 1 : 0).kind() == waggle::sql::Arg::Kind::kNull;
#endif
}
