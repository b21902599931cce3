// worker.cc: the process that the fault tests start, storm with and kill. It prints one line for each thing that was acknowledged, after the call
// that did it has returned.

#include "fault/worker.h"

#include <poll.h>
#include <unistd.h>
#include <cstdlib>
#include <utility>

namespace waggle::test {

void tell(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);
}

void fail(const Error& error) {
  tell("error " + error.describe());
  _exit(1);
}

void must(const Status& status) {
  if (!status) fail(status.error());
}

bool is_told_to_stop() {
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  return ::poll(&waiting, 1, 0) != 0;
}

void wait_to_be_told(std::chrono::milliseconds patience) {
  pollfd waiting{STDIN_FILENO, POLLIN, 0};
  ::poll(&waiting, 1, static_cast<int>(patience.count()));
}

std::unique_ptr<Database> open_database(const std::string& path, const Options& options) {
  Options own = options;
  own.path = path;
  own.open_mode = OpenMode::kCreateIfMissing;
  own.timeout = std::chrono::seconds(60);
  own.checkpoint_bytes = std::size_t{64} << 10;
  auto database = must(Database::open(own));
  tell("ready");
  return database;
}

std::string value_of(const std::string& name, int i) { return name + "=" + std::string(static_cast<std::size_t>((i * 37) % 3000), 'v'); }

namespace {

// Arguments are JOB PATH and what the job takes.
bool run(const std::vector<std::string>& words) {
  const std::string job = words.size() >= 2 ? words[0] : "";
  if (job == "kill" && words.size() == 3)
    run_kill_worker(words[1], words[2]);
  else if (job == "burst" && words.size() == 4)
    run_burst_worker(words[1], words[2], std::atoi(words[3].c_str()));
  else if (job == "storm" && words.size() == 4)
    run_storm_worker(words[1], words[2], std::atoi(words[3].c_str()));
  else if (job == "coherence" && words.size() == 4)
    run_coherence_worker(words[1], words[2], std::atoi(words[3].c_str()));
  else if (job == "recall" && words.size() == 3)
    run_recall_worker(words[1], words[2]);
  else if (job == "table" && words.size() == 3)
    run_table_worker(words[1], words[2]);
  else if (job == "load" && words.size() == 2)
    run_load_worker(words[1]);
  else if (job == "index" && words.size() == 3)
    run_index_worker(words[1], words[2]);
  else if (job == "claim" && words.size() == 3)
    run_claim_worker(words[1], words[2]);
  else if (job == "vote" && words.size() == 3)
    run_vote_worker(words[1], std::atoi(words[2].c_str()));
  else if (job == "receive" && words.size() == 4)
    run_receive_worker(words[1], words[2], words[3] == "now" ? Receive::Ack::kNow : Receive::Ack::kLater);
  else
    return false;
  return true;
}

}  // namespace
}  // namespace waggle::test

int main(int argc, char** argv) { return waggle::test::run({argv + 1, argv + argc}) ? 0 : 2; }
