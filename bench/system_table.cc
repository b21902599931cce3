// system_table.cc: the figures of the system's own SQLite. See core_rows.h.

#include <unistd.h>

#include "child.h"
#include "core_rows.h"

namespace waggle::bench {

void print_system_sqlite(Run& run) {
  if (run.system_sqlite.empty() || ::access(run.system_sqlite.c_str(), X_OK) != 0) {
    run.texts.push_back("the system's SQLite: not built (libsqlite3-dev is missing)\n");
    return;
  }
  const std::string path = run.folder.file("system.db");
  for (const char* sync : {"200", "-1"}) {
    make_database(path, 10'000);
    Child child({run.system_sqlite, path, sync});
    run.texts.push_back("the system's SQLite in a process of its own, a sync takes " +
                        std::string(sync[0] == '-' ? "what the disk needs" : "0.2 ms") + "\n" + child.finish());
    run.folder.remove("system.db");
  }
}

}  // namespace waggle::bench
