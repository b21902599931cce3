// lock_page_fuzz.cc: whatever words stand in a lock file, the lock is had by one at a time; wrong words cost time only.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/assert.h"
#include "engine/write_lock.h"

namespace {

using waggle::base::Deadline;
using waggle::engine::WriteLock;

// A folder for as long as the process lives.
struct Files {
  Files() {
    char name[] = "/tmp/waggle-fuzz-XXXXXX";
    WAGGLE_ASSERT(::mkdtemp(name) != nullptr);
    folder = name;
    database = folder + "/fuzz.db";
  }
  ~Files() {
    ::unlink((database + "-lock").c_str());
    ::rmdir(folder.c_str());
  }
  std::string folder;
  std::string database;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Files files;
  const int file = ::open((files.database + "-lock").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  WAGGLE_ASSERT(file >= 0 && ::write(file, data, size) == static_cast<ssize_t>(size));
  ::close(file);
  const std::unique_ptr<WriteLock> first = WriteLock::open(files.database).value();
  const std::unique_ptr<WriteLock> second = WriteLock::open(files.database).value();
  // A queue that may be true is waited for; within the time it is had or not.
  const bool is_had = first->acquire(Deadline::after(std::chrono::milliseconds(5))).has_value();
  WAGGLE_ASSERT(!is_had || !second->try_acquire());
  first->ring();
  first->wait_for_bell(first->bell() - 1, std::chrono::steady_clock::now() + std::chrono::milliseconds(1));
  if (is_had) first->release();
  return 0;
}
