// trial.cc: see trial.h.

#include "fault/trial.h"

#include <algorithm>
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
struct Trial::Attempt {
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

Trial::Trial(const Scenario& scenario) : scenario_(scenario) {
  if (scenario.prepare) {
    Stage stage(folder_, scenario.options);
    scenario.prepare(stage);
  }
  before_ = folder_.read();
  Stage stage(folder_, scenario.options);
  stage.before_call = [&](const std::string& call, const Fact& fact) {
    if (stage.is_open() && !scenario.is_known_by_facts && !fact(stage.database()).empty()) telling_.insert(call);
  };
  scenario.play(stage);
}

void Trial::play(const std::function<void()>& when_open) {
  folder_.fill(before_);
  Stage stage(folder_, scenario_.options);
  bool was_open = false;
  stage.on_end = [&](const Ended&) {
    if (!std::exchange(was_open, true)) when_open();
  };
  scenario_.play(stage);
}

void Trial::run(const Breakage& breakage, FailureReport& report) {
  Attempt attempt;
  attempt.name = scenario_.name + ", " + breakage.name;
  folder_.fill(before_);
  breakage.begin();
  {
    Stage stage(folder_, scenario_.options);
    listen(stage, attempt);
    scenario_.play(stage);
    attempt.promises = stage.promises();
    if (!breakage.outlives_close) {
      breakage.end();
      if (stage.is_open()) check_same_handle(stage, attempt);
    }
  }
  breakage.end();
  check_reopened(attempt, report);
  note(attempt, report);
}

void Trial::run_poisoning(const Breakage& breakage, FailureReport& report) {
  Attempt attempt;
  attempt.name = scenario_.name + ", " + breakage.name;
  folder_.fill(before_);
  breakage.begin();
  {
    Stage stage(folder_, scenario_.options);
    listen(stage, attempt);
    watch_acknowledgements(stage, breakage, attempt);
    scenario_.play(stage);
    attempt.promises = stage.promises();
    if (stage.is_open() && breakage.failures() > attempt.failures_at_open) {
      check_same_handle(stage, attempt);
      // A backup is a file of its own: when it is not confirmed the database is as sound as before.
      const bool was_backup = attempt.failed && attempt.failed->call.starts_with("backup");
      if (attempt.put_again && !was_backup) attempt.wrong.push_back("acknowledges after a sync that failed");
    }
  }
  breakage.end();
  check_reopened(attempt, report);
  note(attempt, report);
}

// A call that began after a sync had failed, on the same handle, must not succeed. (One that began before may have been committed before.)
void Trial::watch_acknowledgements(Stage& stage, const Breakage& breakage, Attempt& attempt) {
  static thread_local std::int64_t failures_before = 0;
  stage.before_call = [&](const std::string& call, const Fact&) {
    failures_before = breakage.failures();
    if (call == "open") attempt.failures_at_open = failures_before;
  };
  stage.on_end = [&](const Ended& ended) {
    if (ended.status && ended.call != "open" && failures_before > attempt.failures_at_open) {
      attempt.wrong.push_back(ended.call + " is acknowledged after a sync that failed");
    }
  };
}

void Trial::note(const Attempt& attempt, FailureReport& report) {
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

void Trial::listen(Stage& stage, Attempt& attempt) {
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
void Trial::check_same_handle(const Stage& stage, Attempt& attempt) {
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

void Trial::check_reopened(Attempt& attempt, FailureReport& report) const {
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
