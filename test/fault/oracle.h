// oracle.h: what a database says: all of its rows, and whether it is sound.

#ifndef WAGGLE_TEST_FAULT_ORACLE_H
#define WAGGLE_TEST_FAULT_ORACLE_H

#include <map>
#include <string>
#include <vector>

#include "waggle/database.h"

namespace waggle::test {

// Every row of every table, by table. Read through the public interface.
using Dump = std::map<std::string, std::string>;

Result<Dump> dump(const Database& database);

// The tables in which two dumps differ, for messages; empty when they are equal.
std::string difference(const Dump& a, const Dump& b);

// The dump without what a database that is made anew makes anew: its own id.
Dump without_identity(Dump dump);

// What check() finds, the gapless change log included, in one line each.
std::vector<std::string> unsoundness(const Database& database);

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_ORACLE_H
