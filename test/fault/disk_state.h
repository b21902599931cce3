// disk_state.h: what faulty_disk.cc and system_calls.cc share: the present recording and the present fault.

#ifndef WAGGLE_TEST_FAULT_DISK_STATE_H
#define WAGGLE_TEST_FAULT_DISK_STATE_H

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fault/faulty_disk.h"

namespace waggle::test {

struct DiskState {
  static DiskState& instance();

  // The name of a file in the watched folder; nullopt for all others, and for those that the thread makes aside.
  std::optional<std::string_view> watched(const char* path) const;
  // Is it the watched folder itself?
  bool is_folder(std::string_view path) const;

  // Counts the operation and tells whether and how it is to fail.
  std::optional<Failure> judge(const Operation& operation);
  // Notes what is about to be done and will succeed.
  void record(Operation operation);
  bool is_recording() const { return recording_; }

  std::atomic<bool> is_active = false;
  mutable std::mutex mutex;
  std::string folder;  // with a slash at its end
  std::atomic<bool> recording_ = false;
  std::vector<Operation> operations;
  std::atomic<bool> has_fault = false;
  std::optional<Fault> fault;
  std::int64_t counted = 0;
  std::int64_t failures = 0;
  std::atomic<bool> has_hook = false;
  std::function<void(const Operation&)> hook;
  std::atomic<bool> keeps_old_pages = false;
  std::map<std::pair<std::string, std::int64_t>, std::string> old_pages;  // by file and offset
  std::map<std::string, const volatile void*> shared_memory;              // the first region, by the name of the database
};

// Set while a thread is inside a method of the VFS: the system calls that it makes then are that method's.
inline thread_local int inside_vfs = 0;
inline thread_local int aside = 0;

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_DISK_STATE_H
