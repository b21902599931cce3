// lock_view.h: the write lock between processes (src/engine/write_lock.h), looked at from outside: is it held, by whom, how far is it.

#ifndef WAGGLE_TEST_FAULT_LOCK_VIEW_H
#define WAGGLE_TEST_FAULT_LOCK_VIEW_H

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <atomic>
#include <cstdint>
#include <string>

#include "base/assert.h"

namespace waggle::test {

class LockView {
 public:
  explicit LockView(const std::string& database_path) : descriptor_(::open((database_path + "-lock").c_str(), O_RDWR | O_CLOEXEC)) {
    WAGGLE_ASSERT(descriptor_ >= 0);
    void* mapping = ::mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, descriptor_, 0);
    WAGGLE_ASSERT(mapping != MAP_FAILED);
    words_ = static_cast<const std::atomic<std::uint32_t>*>(mapping);
  }
  ~LockView() {
    ::munmap(const_cast<std::atomic<std::uint32_t>*>(words_), kBytes);
    ::close(descriptor_);
  }
  LockView(const LockView&) = delete;
  LockView& operator=(const LockView&) = delete;

  bool is_held() const {
    struct flock range{};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_len = 1;
    WAGGLE_ASSERT(::fcntl(descriptor_, F_OFD_GETLK, &range) == 0);
    return range.l_type != F_UNLCK;
  }
  // The process that took it last.
  pid_t holder() const { return static_cast<pid_t>(words_[4].load()); }
  // Grows with every commit.
  std::uint32_t commits() const { return words_[2].load(); }

 private:
  static constexpr std::size_t kBytes = 4096;

  int descriptor_;
  const std::atomic<std::uint32_t>* words_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_LOCK_VIEW_H
