// sql_from_string.cc: a std::string is no SQL text.
// must fail with: could not convert|no viable conversion|no matching
#include <string>

#include "sql/statement.h"

std::size_t length(waggle::sql::Text text) { return text.size(); }

int main(int, char** arguments) {
  const std::string name = arguments[0];
#ifdef WAGGLE_MUST_FAIL
  return static_cast<int>(length("DROP TABLE " + name));
#else
  return static_cast<int>(length("DROP TABLE x") + name.size());
#endif
}
