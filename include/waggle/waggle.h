// waggle.h: all of Waggle's public interface in one include.

#ifndef WAGGLE_WAGGLE_H
#define WAGGLE_WAGGLE_H

#include "waggle/agents.h"
#include "waggle/changes.h"
#include "waggle/consensus.h"
#include "waggle/database.h"
#include "waggle/embedder.h"
#include "waggle/error.h"
#include "waggle/memory.h"
#include "waggle/messages.h"
#include "waggle/options.h"
#include "waggle/recall.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"
#include "waggle/value.h"
#include "waggle/vectors.h"

namespace waggle {

// Version of the library that is linked, for example "0.1.0".
std::string_view version();
// Version of the embedded engine, for example "libSQL 0.2.3 (SQLite 3.45.1)".
std::string_view engine_version();

}  // namespace waggle

#endif  // WAGGLE_WAGGLE_H
