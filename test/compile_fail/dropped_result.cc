// dropped_result.cc: a Result that nobody looks at does not compile.
// must fail with: ignoring return(ed)? value
#include "waggle/error.h"

waggle::Result<int> count();

int main() {
#ifdef WAGGLE_MUST_FAIL
  count();
  return 0;
#else
  return count().value_or(1);
#endif
}
