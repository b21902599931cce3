// check.cc: `waggle check`, which looks for damage.

#include "cli/commands/commands.h"
#include "cli/show.h"
#include "cli/text.h"

namespace waggle::cli {

namespace {

constexpr int kNotOk = 1;

Action check(Arguments& arguments) {
  arguments.note("Reads the whole file, in up to an hour unless --timeout says otherwise. Exit status 1 when something is wrong.");
  arguments.example("waggle check", "prints ok, or what is wrong and how to mend it");
  return [](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Database* database, call.database());
    WAGGLE_ASSIGN_OR_RETURN(const CheckReport report, database->check(call.session_options()));
    if (call.out().format() != Format::kTable) {
      WAGGLE_TRY(call.out().object(render(report)));
    } else if (report.problems.empty()) {
      WAGGLE_TRY(call.out().raw("ok\n"));
    }
    for (const std::string& problem : report.problems) {
      if (call.out().format() == Format::kTable) WAGGLE_TRY(call.out().raw(printable(problem) + "\n"));
    }
    return report.problems.empty() ? Ending() : Ending::silent(kNotOk);
  };
}

constexpr Verb kVerbs[] = {{"", "Look for damage", check}};

}  // namespace

const Noun kCheck = {"check", "Look for damage", kVerbs};

}  // namespace waggle::cli
