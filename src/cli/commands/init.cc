// init.cc: `waggle init`, which makes a database.

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

Action init(Arguments& arguments) {
  struct Given {
    bool if_missing = false;
  };
  const auto given = Arguments::keep<Given>();
  arguments.flag({"--if-missing", "", "Be content when there is one already"}, given->if_missing);
  arguments.example("waggle init", "makes ./waggle.db");
  arguments.example("waggle init --if-missing --db hive.db", "makes hive.db unless it is there");
  return [given](Call& call) -> Ending {
    const OpenMode mode = given->if_missing ? OpenMode::kCreateIfMissing : OpenMode::kCreateNew;
    WAGGLE_ASSIGN_OR_RETURN(const Database* database, call.database(mode));
    return call.out().object(render(database->info()));
  };
}

constexpr Verb kVerbs[] = {{"", "Make a database", init}};

}  // namespace

const Noun kInit = {"init", "Make a database", kVerbs};

}  // namespace waggle::cli
