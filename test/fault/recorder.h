// recorder.h: what happened before what, in memory that all processes of a test share. A read is stale when it misses what was acknowledged before it
// began.

#ifndef WAGGLE_TEST_FAULT_RECORDER_H
#define WAGGLE_TEST_FAULT_RECORDER_H

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/assert.h"

namespace waggle::test {

// A key that one thread writes, counting up: each fourth operation removes it. The number is noted as begun before the call and as done after it.
struct OwnedKey {
  std::atomic<std::int64_t> begun;
  std::atomic<std::int64_t> done;

  static bool removes(std::int64_t number) { return number % 4 == 0; }
};

// A key that everybody writes: the latest version that was acknowledged, and what the latest versions hold.
struct SharedKey {
  static constexpr std::size_t kRemembered = 512;

  std::atomic<std::int64_t> version;
  std::array<std::atomic<std::uint64_t>, kRemembered> contents;

  void acknowledge(std::int64_t stored, std::string_view content) {
    contents[static_cast<std::size_t>(stored) % kRemembered].store(mark(stored, content));
    std::int64_t known = version.load();
    while (known < stored && !version.compare_exchange_weak(known, stored)) {}
  }
  // False when another content was acknowledged for this version.
  bool may_hold(std::int64_t read, std::string_view content) const {
    const std::uint64_t known = contents[static_cast<std::size_t>(read) % kRemembered].load();
    return known >> 32U != static_cast<std::uint64_t>(read) || known == mark(read, content);
  }

 private:
  static std::uint64_t mark(std::int64_t stored, std::string_view content) {
    return static_cast<std::uint64_t>(stored) << 32U | (std::hash<std::string_view>()(content) & 0xffffffffU);
  }
};

struct Recorder {
  static constexpr std::size_t kOwned = 17;  // one for each thread, and the last for a program that is not Waggle
  static constexpr std::size_t kShared = 8;

  std::array<OwnedKey, kOwned> owned;
  std::array<SharedKey, kShared> shared;
};

// The recorder in the file at `path`, which is made with zeros when there is none.
class MappedRecorder {
 public:
  explicit MappedRecorder(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    WAGGLE_ASSERT(descriptor >= 0 && ::ftruncate(descriptor, sizeof(Recorder)) == 0);
    void* mapping = ::mmap(nullptr, sizeof(Recorder), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    WAGGLE_ASSERT(mapping != MAP_FAILED);
    ::close(descriptor);
    recorder_ = static_cast<Recorder*>(mapping);
  }
  ~MappedRecorder() { ::munmap(recorder_, sizeof(Recorder)); }
  MappedRecorder(const MappedRecorder&) = delete;
  MappedRecorder& operator=(const MappedRecorder&) = delete;

  Recorder* operator->() const { return recorder_; }

 private:
  Recorder* recorder_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_RECORDER_H
