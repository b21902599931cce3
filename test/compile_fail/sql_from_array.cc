// sql_from_array.cc: SQL text comes from a literal, never from characters put together at run time.
// must fail with: consteval|constant expression
#include "sql/statement.h"

std::size_t length(waggle::sql::Text text) { return text.size(); }

int main() {
#ifdef WAGGLE_MUST_FAIL
  char letters[] = "SELECT 1";
  letters[7] = '2';
  return static_cast<int>(length(letters));
#else
  return static_cast<int>(length("SELECT 1"));
#endif
}
