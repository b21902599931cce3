// version.cc: `waggle version`, also `waggle --version`.

#include "cli/commands/commands.h"
#include "cli/show.h"
#include "waggle/waggle.h"

namespace waggle::cli {

namespace {

Action show_version(Arguments&) {
  return [](Call& call) -> Ending { return call.out().object(Record().text("waggle", version()).text("engine", engine_version())); };
}

constexpr Verb kVerbs[] = {{"", "Print the versions of waggle and of its engine", show_version}};

}  // namespace

const Noun kVersion = {"version", "The versions of waggle and of its engine", kVerbs};

}  // namespace waggle::cli
