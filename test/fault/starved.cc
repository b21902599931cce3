// starved.cc: the process that address_space_test starts: it opens a database and writes larger and larger entries in as much memory as it is given.
//
//   waggle_starved PATH BYTES
//
// It prints `ack KEY SIZE` for each entry, after the call that stored it has returned, and at the end `error CODE`, `exception WHAT` or `enough`.

#include <sys/resource.h>
#include <unistd.h>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <thread>

#include "waggle/database.h"

namespace waggle::test {
namespace {

constexpr int kEntries = 40;

void tell(const char* what, const char* more, std::size_t number) {
  // Without allocating: memory may have run out.
  char line[256];
  const int length = std::snprintf(line, sizeof(line), "%s %s %zu\n", what, more, number);
  if (::write(STDOUT_FILENO, line, static_cast<std::size_t>(length)) != length) _exit(3);
}

// What the program has mapped already is not to count.
void limit_memory(std::size_t bytes) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const std::size_t limit = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit both{limit, limit};
  if (::setrlimit(RLIMIT_AS, &both) != 0) _exit(4);
}

void write_entries(const std::string& path) {
  const auto opened = Database::open({.path = path, .open_mode = OpenMode::kCreateIfMissing, .timeout = std::chrono::seconds(20)});
  if (!opened) return tell("error", std::string(to_string(opened.error().code())).c_str(), 0);
  const Session session = (*opened)->as("ann");
  for (int i = 0; i < kEntries; ++i) {
    const std::size_t size = std::size_t{1000} << (i / 4);
    const auto stored = session.memory().put({.agent_id = "ann", .key = std::to_string(i), .value = Json::string(std::string(size, 'v'))});
    if (!stored) return tell("error", std::string(to_string(stored.error().code())).c_str(), 0);
    tell("ack", std::to_string(i).c_str(), size);
  }
  tell("enough", "", 0);
}

}  // namespace
}  // namespace waggle::test

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  waggle::test::limit_memory(std::strtoull(argv[2], nullptr, 10));
  try {
    waggle::test::write_entries(argv[1]);
  } catch (const std::exception& exception) {
    waggle::test::tell("exception", exception.what(), 0);
  }
  return 0;
}
