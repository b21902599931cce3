// shared_memory_index.h: the index of the memory entries in this process, and who may touch it: many searches at once, or one that brings it up to
// date. Whoever waits for it holds no snapshot: see MemorySearch.

#ifndef WAGGLE_VECTOR_SHARED_MEMORY_INDEX_H
#define WAGGLE_VECTOR_SHARED_MEMORY_INDEX_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/deadline.h"
#include "base/mutex.h"
#include "vector/memory_follow.h"

namespace waggle::vector {

class SharedMemoryIndex {
 public:
  SharedMemoryIndex(const sql::Words& words, std::size_t bytes_max) : follower_(words, bytes_max) {}

  // Holds the index: for searches, together with others; or alone, to change it. Empty when it could not be had.
  class Hold {
   public:
    Hold() = default;
    ~Hold() { end(); }
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), is_alone_(other.is_alone_) {}
    Hold& operator=(Hold&& other) noexcept {
      end();
      owner_ = std::exchange(other.owner_, nullptr);
      is_alone_ = other.is_alone_;
      return *this;
    }

    explicit operator bool() const { return owner_ != nullptr; }
    const MemoryFollower& follower() const { return owner_->follower_; }
    // Of a hold that is alone.
    MemoryFollower& follower() { return owner_->follower_; }
    // From now on others may search as well.
    void share();

   private:
    friend class SharedMemoryIndex;
    Hold(SharedMemoryIndex* owner, bool is_alone) : owner_(owner), is_alone_(is_alone) {}
    void end();

    SharedMemoryIndex* owner_ = nullptr;
    bool is_alone_ = false;
  };

  // Without waiting. Empty when it is not filled, or somebody has it alone.
  Hold try_hold();
  // Waits while somebody brings it up to date, but not while somebody fills it: then it is empty, as when it is not filled.
  Result<Hold> hold(const base::Deadline& deadline);
  // Alone. Waits for searches to end; empty when somebody fills it.
  enum class Purpose : std::uint8_t { kCatchUp, kFill };
  Result<Hold> hold_alone(Purpose purpose, const base::Deadline& deadline);

  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  enum class Use : std::uint8_t { kShared, kCatchingUp, kFilling };

  Status wait(const base::Deadline& deadline) WAGGLE_REQUIRES(mutex_);

  base::Mutex mutex_;
  base::CondVar released_;
  std::int64_t holds_ WAGGLE_GUARDED_BY(mutex_) = 0;
  Use use_ WAGGLE_GUARDED_BY(mutex_) = Use::kShared;
  bool is_filled_ WAGGLE_GUARDED_BY(mutex_) = false;
  std::atomic<std::size_t> bytes_ = 0;
  MemoryFollower follower_;  // whoever holds it reads it; who has set use_ has it alone
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_SHARED_MEMORY_INDEX_H
