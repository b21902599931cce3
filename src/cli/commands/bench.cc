// bench.cc: `waggle bench`, which becomes one of the benchmark programs beside this binary.

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "cli/commands/commands.h"
#include "cli/show.h"

namespace waggle::cli {

namespace {

// The folder of this binary; empty when the system does not tell.
std::filesystem::path own_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

// Every program that a benchmark of this name may be: beside this binary, and where a checkout builds it while this binary is its release.
Result<std::filesystem::path> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return Error(Code::kInvalidArgument, "a benchmark has a name, not a path: " + name);
  const std::filesystem::path folder = own_folder();
  const std::string file = name + "_bench";
  for (const std::filesystem::path& candidate : {folder / file, folder.parent_path().parent_path() / "bench" / "bin" / file}) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
  }
  return Error(Code::kNotFound, "there is no program " + file + " in " + folder.string(),
               "benchmarks are built from a checkout: `make bench` builds and runs the one named core");
}

struct Given {
  std::string name;
  std::vector<std::string> rows;
  std::string out = ".";
};

std::vector<std::string> words_for(const Given& given, Format format) {
  std::vector<std::string> words = {given.name + "_bench", "--folder", given.out, "--out", given.out};
  for (const std::string& row : given.rows) words.insert(words.end(), {"--row", row});
  if (format != Format::kTable) words.insert(words.end(), {"--print", "json"});
  return words;
}

Action bench(Arguments& arguments) {
  const auto given = Arguments::keep<Given>();
  arguments.positional({"NAME", "", "Which one; core measures the embedded database against SQLite used by hand"}, given->name);
  arguments.option({"--row", "ID", "Only this row of its table; may be repeated"}, given->rows);
  arguments.option({"--out", "DIR", "Where NAME.json and pictures go, and the databases meanwhile; here by default"}, given->out);
  arguments.note("What is measured are ratios: two ways to do the same work, in turns. Exit status 3 when the machine was too restless for\n"
                 "them to mean anything. "
                 "The whole of core takes about five minutes and 5 GB of disk.");
  arguments.example("waggle bench core", "prints the table and writes core.json and threads.svg");
  arguments.example("waggle bench core --row lone_writer --row open", "measures two rows");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const std::filesystem::path program, find_program(given->name));
    std::vector<std::string> words = words_for(*given, call.out().format());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    ::execv(program.c_str(), pointers.data());
    return Error(Code::kIo, "cannot run " + program.string() + ": " + std::strerror(errno));
  };
}

constexpr Verb kVerbs[] = {{"", "Measure this machine: Waggle against SQLite used by hand", bench}};

}  // namespace

const Noun kBench = {"bench", "Measure this machine: Waggle against SQLite used by hand", kVerbs};

}  // namespace waggle::cli
