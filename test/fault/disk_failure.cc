// disk_failure.cc: see disk_failure.h.

#include "fault/disk_failure.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "fault/oracle.h"

namespace waggle::test {
namespace {

constexpr std::size_t kWrongMax = 10;

// What an application is to be told when its disk fails: that, or that the outcome is unknown. Never that its data is damaged.
bool is_typed(Code code) { return code == Code::kIo || code == Code::kExhausted || code == Code::kInDoubt; }

bool asks_for_reopening(const Error& error) { return error.hint().find("open") != std::string::npos; }

}  // namespace

// One play and what is known of it.
struct DiskFailure::Attempt {
  std::string name;
  std::vector<Promise> promises;
  std::optional<Ended> failed;
  Fact failed_fact;
  std::mutex mutex;  // calls of a scenario may end on several threads
  std::int64_t failures_at_open = 0;
  bool put_again = false;
  bool refused = false;
  std::vector<std::string> wrong;
};

std::string FailureReport::figures() const {
  std::string text = std::to_string(runs) + " runs, " + std::to_string(failed_calls) + " calls failed (";
  for (const auto& [code, number] : codes) text += code + " " + std::to_string(number) + ", ";
  text += std::to_string(refused) + " writes asked for reopening), " + std::to_string(wrong.size()) + " wrong, slowest reopen " +
          std::to_string(slowest_open.count() / 1000) + " ms";
  return text;
}

DiskFailure::DiskFailure(FaultyDisk& disk, const Scenario& scenario) : disk_(disk), scenario_(scenario) {
  if (scenario.prepare) {
    Stage stage(folder_, scenario.options);
    scenario.prepare(stage);
  }
  before_ = folder_.read();
  disk_.watch(folder_.path());
  Stage stage(folder_, scenario.options);
  stage.before_call = [&](const std::string& call, const Fact& fact) {
    if (stage.is_open() && !scenario.is_known_by_facts && !fact(stage.database()).empty()) telling_.insert(call);
  };
  scenario.play(stage);
}

std::int64_t DiskFailure::count(Failure failure, const Applies& applies) {
  folder_.fill(before_);
  disk_.fail({.failure = failure, .at = std::numeric_limits<std::int64_t>::max(), .applies = applies});
  {
    Stage stage(folder_, scenario_.options);
    scenario_.play(stage);
  }
  return disk_.mend();
}

bool DiskFailure::is_sync(Act act, std::string_view name) {
  if (act == Act::kSyncFolder) return name != kSyncOfSqlite;
  return act == Act::kSync && name.starts_with(kDatabaseName);
}

void DiskFailure::run(const Fault& fault, FailureReport& report) {
  Attempt attempt;
  attempt.name = scenario_.name + ", " + std::string(to_string(fault.failure)) + " at operation " + std::to_string(fault.at) +
                 (fault.length == Fault::Length::kOnce ? " once" : " and from then on");
  folder_.fill(before_);
  disk_.fail(fault);
  {
    Stage stage(folder_, scenario_.options);
    listen(stage, attempt);
    scenario_.play(stage);
    attempt.promises = stage.promises();
    if (fault.at % 2 == 0) {
      disk_.mend();
      if (stage.is_open()) check_same_handle(stage, attempt);
    }
  }
  disk_.mend();
  check_reopened(attempt, report);
  note(attempt, report);
}

void DiskFailure::run_failed_sync(std::int64_t at, FailureReport& report) {
  Attempt attempt;
  attempt.name = scenario_.name + ", sync " + std::to_string(at) + " fails";
  folder_.fill(before_);
  disk_.fail({.failure = Failure::kIo, .at = at, .length = Fault::Length::kOnce, .applies = &is_sync});
  {
    Stage stage(folder_, scenario_.options);
    listen(stage, attempt);
    watch_acknowledgements(stage, attempt);
    scenario_.play(stage);
    attempt.promises = stage.promises();
    const bool has_struck = disk_.failures() > attempt.failures_at_open;
    if (stage.is_open() && has_struck) {
      check_same_handle(stage, attempt);
      // A backup is a file of its own: when it is not confirmed the database is as sound as before.
      const bool was_backup = attempt.failed && attempt.failed->call.starts_with("backup");
      if (attempt.put_again && !was_backup) attempt.wrong.push_back("acknowledges after a sync that failed");
    }
  }
  disk_.mend();
  check_reopened(attempt, report);
  note(attempt, report);
}

// A call that began after a sync had failed, on the same handle, must not succeed. (One that began before may have been committed before.)
void DiskFailure::watch_acknowledgements(Stage& stage, Attempt& attempt) const {
  static thread_local std::int64_t failures_before = 0;
  stage.before_call = [&](const std::string& call, const Fact&) {
    failures_before = disk_.failures();
    if (call == "open") attempt.failures_at_open = failures_before;
  };
  stage.on_end = [&](const Ended& ended) {
    if (ended.status && ended.call != "open" && failures_before > attempt.failures_at_open) {
      attempt.wrong.push_back(ended.call + " is acknowledged after a sync that failed");
    }
  };
}

void DiskFailure::note(const Attempt& attempt, FailureReport& report) const {
  ++report.runs;
  if (attempt.refused) ++report.refused;
  if (attempt.failed) {
    ++report.failed_calls;
    ++report.codes[std::string(to_string(attempt.failed->status.error().code()))];
  }
  for (const std::string& wrong : attempt.wrong) {
    if (report.wrong.size() < kWrongMax) report.wrong.push_back(attempt.name + ": " + wrong);
  }
}

void DiskFailure::listen(Stage& stage, Attempt& attempt) const {
  stage.on_failure = [&](const Ended& ended, const Fact& fact) {
    const std::scoped_lock lock(attempt.mutex);
    if (!attempt.failed) {
      attempt.failed = ended;
      attempt.failed_fact = fact;
    }
    if (!is_typed(ended.status.error().code())) attempt.wrong.push_back(ended.call + " answers " + ended.status.error().describe());
  };
}

// The fault is gone: reads go on, and writes do or say that the database is to be opened anew.
void DiskFailure::check_same_handle(Stage& stage, Attempt& attempt) const {
  const Database& database = stage.database();
  for (const Promise& promise : attempt.promises) {
    if (const std::string missing = promise.fact(database); !missing.empty())
      attempt.wrong.push_back("same handle, " + promise.call + ": " + missing);
  }
  const auto stored = database.as("oracle").memory().put({.agent_id = "oracle", .key = "again", .value = text_of(10)});
  attempt.put_again = stored.has_value();
  if (stored) return;
  attempt.refused = asks_for_reopening(stored.error());
  if (!attempt.refused) attempt.wrong.push_back("the mended disk is not used: " + stored.error().describe());
}

void DiskFailure::check_reopened(Attempt& attempt, FailureReport& report) const {
  Options options = scenario_.options;
  options.path = folder_.file(kDatabaseName);
  const auto begun = std::chrono::steady_clock::now();
  const auto opened = Database::open(options);
  report.slowest_open =
      std::max(report.slowest_open, std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun));
  if (!opened) return attempt.wrong.push_back("cannot be opened again: " + opened.error().describe());
  const Database& database = **opened;
  std::vector<Promise> promises = attempt.promises;
  if (attempt.put_again) promises.push_back({"put again", entry_is("oracle", "again", text_of(10))});
  for (const Promise& promise : promises) {
    if (const std::string missing = promise.fact(database); !missing.empty()) attempt.wrong.push_back("lost: " + promise.call + ": " + missing);
  }
  if (attempt.failed && !attempt.failed->status.error().in_doubt() && telling_.contains(attempt.failed->call) &&
      attempt.failed_fact(database).empty()) {
    attempt.wrong.push_back(attempt.failed->call + " was done, and answered " + attempt.failed->status.error().describe());
  }
  if (scenario_.always) {
    if (const std::string wrong = scenario_.always(database); !wrong.empty()) attempt.wrong.push_back(wrong);
  }
  for (const std::string& problem : unsoundness(database)) attempt.wrong.push_back(problem);
  if (const auto stored = database.as("oracle").memory().put({.agent_id = "oracle", .key = "after", .value = text_of(10)}); !stored) {
    attempt.wrong.push_back("cannot be written again: " + stored.error().describe());
  }
}

}  // namespace waggle::test
