// index_set.h: the indexes that a process has of a database's collections, within a bound on their memory.

#ifndef WAGGLE_VECTOR_INDEX_SET_H
#define WAGGLE_VECTOR_INDEX_SET_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/deadline.h"
#include "base/mutex.h"
#include "vector/follow.h"

namespace waggle::vector {

// One collection's index, and who may touch it: many searches at once, or one that brings it up to date.
class SharedIndex {
 public:
  // Holds the index for reading, while it is exactly of a version. Empty when it is of another one, or is being brought up to date.
  class Hold {
   public:
    Hold() = default;
    ~Hold();
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(owner_, other.owner_);
      return *this;
    }

    explicit operator bool() const { return owner_ != nullptr; }
    const CollectionIndex& index() const;

   private:
    friend class SharedIndex;
    explicit Hold(const SharedIndex* owner) : owner_(owner) {}
    const SharedIndex* owner_ = nullptr;
  };
  Hold hold_at(std::int64_t version) const;

  enum class Outcome : std::uint8_t {
    kUpToDate,  // at the state, or at a newer one
    kBusy,      // somebody else is filling it
  };
  // Brings the index to the state of the reader's snapshot, unless it is newer already. Waits for searches under way, not for a filling.
  Result<Outcome> catch_up(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline);

 private:
  friend class IndexSet;
  enum class Use : std::uint8_t { kFree, kCatchingUp, kFilling };
  // Ends the use of whoever has set use_, also when memory runs out.
  class Turn {
   public:
    explicit Turn(SharedIndex& index) : index_(index) {}
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    SharedIndex& index_;
  };

  // A lock of its own making, because a wait for it must end by a deadline: std::shared_timed_mutex can do that, but thread sanitizers do not see it.
  mutable base::Mutex mutex_;
  mutable base::CondVar released_;
  mutable std::int64_t holds_ WAGGLE_GUARDED_BY(mutex_) = 0;
  Use use_ WAGGLE_GUARDED_BY(mutex_) = Use::kFree;
  std::optional<std::int64_t> version_ WAGGLE_GUARDED_BY(mutex_);  // of follower_ while it is free
  Follower follower_;                                              // whoever holds it reads it; who has set use_ has it alone
  std::atomic<std::size_t> bytes_ = 0;                             // of follower_, to be read without the mutex
};

// Thread-safe.
class IndexSet {
 public:
  // `bytes_max`: what all indexes together may take; 0 keeps none.
  explicit IndexSet(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  enum class IfAbsent : std::uint8_t { kNothing, kMake };
  // The index of the collection whose row is `collection_seq`. nullptr when there is none: because it would take more memory than there is room for,
  // because this is the first search of the collection here (one search is answered as quickly by reading the rows), or because of kNothing.
  std::shared_ptr<SharedIndex> find(std::int64_t collection_seq, const CollectionState& state, IfAbsent if_absent);

  struct Usage {
    std::int64_t indexes = 0;
    std::int64_t bytes = 0;
  };
  Usage usage() const;

 private:
  struct Slot {
    std::shared_ptr<SharedIndex> index;  // nullptr: searched once
    std::uint64_t used_at = 0;           // in finds
  };
  // Drops the indexes that were not used for the longest time until `wanted` bytes more fit; false when they cannot.
  bool make_room(std::size_t wanted) WAGGLE_REQUIRES(mutex_);

  const std::size_t bytes_max_;
  mutable base::Mutex mutex_;
  std::map<std::int64_t, Slot> slots_ WAGGLE_GUARDED_BY(mutex_);
  std::uint64_t finds_ WAGGLE_GUARDED_BY(mutex_) = 0;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_INDEX_SET_H
