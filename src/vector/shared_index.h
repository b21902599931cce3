// shared_index.h: SharedIndex, one collection's index, and who may touch it: many searches at once, or one that changes it.

#ifndef WAGGLE_VECTOR_SHARED_INDEX_H
#define WAGGLE_VECTOR_SHARED_INDEX_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/deadline.h"
#include "base/function_ref.h"
#include "base/mutex.h"
#include "vector/follow.h"
#include "vector/graph_file.h"

namespace waggle::vector {

// Thread-safe.
class SharedIndex {
 public:
  explicit SharedIndex(GraphFile file) : file_(std::move(file)) {}

  // Holds the index for reading, while it is exactly of a version. Empty when it is of another one, or is being changed.
  class Hold {
   public:
    Hold() = default;
    ~Hold() { release(); }
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
    Hold& operator=(Hold&& other) noexcept {
      std::swap(owner_, other.owner_);
      return *this;
    }

    explicit operator bool() const { return owner_ != nullptr; }
    const CollectionIndex& index() const;
    void release();

   private:
    friend class SharedIndex;
    explicit Hold(const SharedIndex* owner) : owner_(owner) {}
    const SharedIndex* owner_ = nullptr;
  };
  // Lets whoever waits for the index alone go first, for some milliseconds: searches that follow each other would keep it for ever.
  Hold hold_at(std::int64_t version) const;

  enum class Outcome : std::uint8_t {
    kUpToDate,  // at the state, or at a newer one
    kBusy,      // somebody else is filling it
  };
  // Brings the index to the state of the reader's snapshot, unless it is newer already. Waits for searches under way, not for a filling.
  Result<Outcome> catch_up(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline);
  // Waits until nobody fills it. Not for who reads a snapshot: whoever fills has one too, and this may take long.
  Status wait_for_filling(const base::Deadline& deadline) const;
  // Reads the attributes of all rows, for searches with a selection. The same outcomes; kBusy also when the index is not of the state's version.
  Result<Outcome> load_attributes(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline);
  // Forgets everything, so that the next catch_up reads all rows and no file.
  Status begin_anew(const base::Deadline& deadline);

  // What the graph is in need of (graph_upkeep.h). A guess that costs nothing, for whoever wonders whether to do it.
  enum class Due : std::uint8_t { kNothing, kBuild, kFold, kSave };
  // Is it of a kind, and large enough, that a graph is of use?
  bool wants_graph() const;
  Due due() const { return due_.load(std::memory_order_relaxed); }
  // Tells of a search that scanned all rows: so many distances in so much time.
  void note_scan(std::int64_t distances, Duration time) const;
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  // What it will take, as long as it is not filled and knows.
  void expect_bytes(std::size_t bytes) { bytes_.store(bytes, std::memory_order_relaxed); }

  // For upkeep: runs `work` on the index alone, or answers false when it is of no version. `work` does not wait, and changes no graph: who builds one
  // has its lock while asking for this one's.
  using Work = base::FunctionRef<Status(CollectionIndex& index, const std::optional<hnsw::IndexMark>& mark)>;
  Result<bool> with_index(const base::Deadline& deadline, Work work);
  // The same, and whoever called goes on holding it for reading.
  Result<Hold> hold_after(const base::Deadline& deadline, Work work);
  // Who does upkeep holds this, one at a time.
  class Upkeep;
  Result<Upkeep> begin_upkeep(const base::Deadline& deadline);

  const GraphFile& file() const { return file_; }

 private:
  enum class Use : std::uint8_t { kFree, kChanging, kFilling };
  // Ends the use of whoever has set use_, also when memory runs out.
  class Turn;
  Result<bool> wait_until_free(const base::Deadline& deadline) const WAGGLE_REQUIRES(mutex_);
  void note_state() WAGGLE_REQUIRES(mutex_);
  Due find_due() const WAGGLE_REQUIRES(mutex_);

  const GraphFile file_;
  // A lock of its own making, because a wait for it must end by a deadline: std::shared_timed_mutex can do that, but thread sanitizers do not see it.
  mutable base::Mutex mutex_;
  mutable base::CondVar released_;
  mutable std::int64_t holds_ WAGGLE_GUARDED_BY(mutex_) = 0;
  mutable int waiting_ WAGGLE_GUARDED_BY(mutex_) = 0;  // for the index alone
  Use use_ WAGGLE_GUARDED_BY(mutex_) = Use::kFree;
  bool has_upkeep_ WAGGLE_GUARDED_BY(mutex_) = false;
  std::optional<std::int64_t> version_ WAGGLE_GUARDED_BY(mutex_);  // of follower_ while it is free
  Follower follower_;                                              // whoever holds it reads it; who has set use_ has it alone
  std::atomic<std::size_t> bytes_ = 0;                             // of follower_, to be read without the mutex
  mutable std::atomic<Due> due_ = Due::kNothing;
  mutable std::atomic<std::int64_t> scanned_ = 0;  // distances, in searches that scanned all rows
};

class SharedIndex::Upkeep {
 public:
  Upkeep(Upkeep&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
  Upkeep& operator=(Upkeep&&) = delete;
  ~Upkeep();

 private:
  friend class SharedIndex;
  explicit Upkeep(SharedIndex* owner) : owner_(owner) {}
  SharedIndex* owner_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_SHARED_INDEX_H
