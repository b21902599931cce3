// verify.h: does the database agree that everything was done, once, and as reported? Asked in plain SQL, past the library's own calls.

#ifndef WAGGLE_CLI_DEMO_VERIFY_H
#define WAGGLE_CLI_DEMO_VERIFY_H

#include <vector>

#include "cli/demo/report.h"
#include "waggle/waggle.h"

namespace waggle::cli::demo {

// The checks, each with its problem if it does not hold. An error only when the database could not be asked.
// `report` is complete but for its checks.
Result<std::vector<Check>> verify(const Database& database, const Report& report);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_VERIFY_H
