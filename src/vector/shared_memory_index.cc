// shared_memory_index.cc: see shared_memory_index.h.

#include "vector/shared_memory_index.h"

#include <algorithm>
#include <chrono>

namespace waggle::vector {

void SharedMemoryIndex::Hold::share() {
  if (!is_alone_) return;
  owner_->bytes_ = owner_->follower_.bytes();
  is_alone_ = false;
  const base::MutexLock lock(owner_->mutex_);
  owner_->use_ = Use::kShared;
  owner_->is_filled_ = owner_->follower_.change().has_value();
  ++owner_->holds_;
  owner_->released_.notify_all();
}

void SharedMemoryIndex::Hold::end() {
  if (owner_ == nullptr) return;
  share();
  {
    const base::MutexLock lock(owner_->mutex_);
    if (--owner_->holds_ == 0) owner_->released_.notify_all();
  }
  owner_ = nullptr;
}

SharedMemoryIndex::Hold SharedMemoryIndex::try_hold() {
  const base::MutexLock lock(mutex_);
  if (use_ != Use::kShared || !is_filled_) return {};
  ++holds_;
  return {this, false};
}

Status SharedMemoryIndex::wait(const base::Deadline& deadline) {
  if (deadline.passed()) return deadline.error("searches of the memory to end", "give the call more time");
  // Soon anyway: a stop request wakes nobody.
  released_.wait_until(mutex_, std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(100)));
  return {};
}

Result<SharedMemoryIndex::Hold> SharedMemoryIndex::hold(const base::Deadline& deadline) {
  const base::MutexLock lock(mutex_);
  while (use_ == Use::kCatchingUp) WAGGLE_TRY(wait(deadline));
  if (use_ == Use::kFilling || !is_filled_) return Hold();
  ++holds_;
  return Hold(this, false);
}

Result<SharedMemoryIndex::Hold> SharedMemoryIndex::hold_alone(Purpose purpose, const base::Deadline& deadline) {
  const base::MutexLock lock(mutex_);
  while (use_ != Use::kShared || holds_ > 0) {
    if (use_ == Use::kFilling) return Hold();
    WAGGLE_TRY(wait(deadline));
  }
  use_ = purpose == Purpose::kFill ? Use::kFilling : Use::kCatchingUp;
  return Hold(this, true);
}

}  // namespace waggle::vector
