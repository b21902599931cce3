// stats.cc: `waggle stats`, the database in numbers.

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

Action stats(Arguments& arguments) {
  arguments.example("waggle stats -o json", "sizes, rows by table, change log and cache");
  return [](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Database* database, call.database());
    return show(call, database->stats(call.session_options()));
  };
}

constexpr Verb kVerbs[] = {{"", "Sizes, rows by table, change log and cache", stats}};

}  // namespace

const Noun kStats = {"stats", "The database in numbers", kVerbs};

}  // namespace waggle::cli
