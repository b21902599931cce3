// demo.cc: see demo.h.

#include "cli/demo/demo.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/demo/conductor.h"
#include "cli/demo/corpus.h"
#include "cli/demo/report.h"
#include "cli/demo/verify.h"
#include "cli/settings.h"
#include "waggle/waggle.h"

namespace waggle::cli {
namespace demo {
namespace {

// A folder that goes with its owner.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make() {
    std::error_code error;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
    std::string name = (parent / "waggle-demo-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr) {
      return Error(Code::kIo, "cannot make a temporary folder in " + parent.string(), "set TMPDIR to a folder that can be written");
    }
    return TemporaryFolder(std::move(name));
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;  // a folder that cannot be removed is left to whoever cleans /tmp
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

Status check_options(const DemoOptions& options) {
  if (options.workers < DemoOptions::kWorkersMin || options.workers > DemoOptions::kWorkersMax) {
    return Error(Code::kInvalidArgument,
                 "the demo works with " + std::to_string(DemoOptions::kWorkersMin) + " to " + std::to_string(DemoOptions::kWorkersMax) + " workers",
                 "set --workers");
  }
  if (options.keep_at.empty()) return {};
  std::error_code error;
  if (is_url(options.keep_at)) return Error(Code::kUnsupported, "the demo leaves its database in a file", "name a file with --db");
  if (std::filesystem::exists(options.keep_at, error)) {
    return Error(Code::kAlreadyExists, options.keep_at + ": there is a file already", "name another place with --db");
  }
  if (!std::filesystem::is_directory(std::filesystem::absolute(options.keep_at, error).parent_path(), error)) {
    return Error(Code::kNotFound, options.keep_at + ": there is no such folder", "make the folder, or name another place with --db");
  }
  return {};
}

Result<Report> make_report(const Database& database, const Conductor& conductor) {
  Report report;
  report.killing = conductor.killing();
  WAGGLE_ASSIGN_OR_RETURN(report.agents, report_agents(conductor.session(), conductor.board()));
  WAGGLE_ASSIGN_OR_RETURN(report.proposals, report_proposals(conductor.session()));
  WAGGLE_ASSIGN_OR_RETURN(report.latencies, report_latencies(database));
  for (const std::string_view question : {"patent grant", "warranty disclaimer"}) {
    WAGGLE_ASSIGN_OR_RETURN(Answer answer, ask(conductor.session(), question));
    report.answers.push_back(std::move(answer));
  }
  return report;
}

Result<Report> perform(const DemoOptions& options) {
  WAGGLE_TRY(check_options(options));
  const auto begin = std::chrono::steady_clock::now();
  std::error_code error;
  const std::string input = std::filesystem::absolute(options.input, error).lexically_normal().string();
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::string> files, find_texts(input));
  WAGGLE_ASSIGN_OR_RETURN(const TemporaryFolder folder, TemporaryFolder::make());
  WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Database> database,
                          Database::open({.path = folder.path() + "/demo.db", .open_mode = OpenMode::kCreateNew}));

  Conductor conductor(*database,
                      {.input = input, .text_count = files.size(), .workers = static_cast<std::size_t>(options.workers), .log_folder = folder.path()},
                      options);
  WAGGLE_TRY(conductor.conduct());
  WAGGLE_ASSIGN_OR_RETURN(Report report, make_report(*database, conductor));
  report.input = input;
  report.files = std::move(files);
  WAGGLE_ASSIGN_OR_RETURN(report.checks, verify(*database, report));
  // As a backup: it appears under its name only when it is whole, and a demo that was stopped leaves nothing.
  if (!options.keep_at.empty()) {
    WAGGLE_TRY(database->backup({.path = options.keep_at}));
    report.database = std::filesystem::absolute(options.keep_at, error).lexically_normal().string();
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace
}  // namespace demo

Result<DemoOutcome> run_demo(const DemoOptions& options) {
  WAGGLE_ASSIGN_OR_RETURN(const demo::Report report, demo::perform(options));
  return DemoOutcome{.holds = report.holds(), .text = demo::to_text(report), .json = demo::to_json(report)};
}

}  // namespace waggle::cli
