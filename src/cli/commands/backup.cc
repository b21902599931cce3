// backup.cc: `waggle backup`, a whole copy while others write.

#include "cli/commands/commands.h"
#include "cli/progress.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

Action backup(Arguments& arguments) {
  struct Given {
    std::string path;
    bool force = false;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional({"FILE", "", "The new file"}, given->path);
  arguments.flag({"--force", "", "Replace a file that is there; never the database itself"}, given->force);
  arguments.note("The copy is of one moment, and appears under its name only when it is whole. Up to an hour unless --timeout says otherwise.");
  arguments.example("waggle backup /mnt/backup/hive.db --force", "replaces yesterday's copy");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Database* database, call.database());
    Progress progress("backup",
                      {.descriptor = call.streams().err, .drawing = call.draws_progress() ? Progress::Drawing::kOn : Progress::Drawing::kOff});
    WAGGLE_ASSIGN_OR_RETURN(const std::int64_t bytes,
                            database->backup({.path = given->path,
                                              .if_exists = given->force ? Backup::IfExists::kReplace : Backup::IfExists::kRefuse,
                                              .progress = [&progress](std::int64_t done, std::int64_t total) { progress.show(done, total); }},
                                             call.session_options()));
    return call.out().object(Record().text("path", given->path).integer("bytes", bytes));
  };
}

constexpr Verb kVerbs[] = {{"", "Copy the database into a file", backup}};

}  // namespace

const Noun kBackup = {"backup", "Copy the database into a file while others use it", kVerbs};

}  // namespace waggle::cli
