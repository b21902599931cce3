// dropped_status.cc: a Status that nobody looks at does not compile.
// must fail with: ignoring return(ed)? value
#include "waggle/error.h"

waggle::Status save();

int main() {
#ifdef WAGGLE_MUST_FAIL
  save();
  return 0;
#else
  return save() ? 0 : 1;
#endif
}
