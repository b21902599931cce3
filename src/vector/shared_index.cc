// shared_index.cc: see shared_index.h.

#include "vector/shared_index.h"

#include <algorithm>
#include <chrono>

namespace waggle::vector {
namespace {

// Fewer vectors are scanned faster than a graph of them is walked.
constexpr std::size_t kGraphMin = 2'500;
// A graph is told of changes when there are so many: a scan of fewer costs a search next to nothing.
constexpr std::size_t kFoldMin = 128;
// It is saved when it has learnt as many, absolutely and as a part of what it has: what was not saved is read from the log next time.
constexpr std::int64_t kSaveMin = 1'000;
constexpr std::size_t kSavePart = 20;
// `auto` builds a graph once searches have spent this part of what building it takes: so the graph never costs much more than it could have saved,
// however often the collection will be searched. To link a vector takes about kBuildDistances times the beam.
constexpr std::int64_t kAutoPart = 8;
constexpr std::int64_t kBuildDistances = 12;
// So long a search lets somebody go first who waits for the index alone.
constexpr auto kGiveWay = std::chrono::milliseconds(5);
// Nor does `auto` when a scan takes less than that: nobody would notice.
constexpr Duration kScanMin = std::chrono::microseconds(200);

}  // namespace

class SharedIndex::Turn {
 public:
  explicit Turn(SharedIndex& index) : index_(index) {}
  ~Turn() {
    index_.bytes_ = index_.follower_.bytes();
    base::MutexLock lock(index_.mutex_);
    index_.use_ = Use::kFree;
    index_.note_state();
    index_.released_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  SharedIndex& index_;
};

void SharedIndex::Hold::release() {
  const SharedIndex* const owner = std::exchange(owner_, nullptr);
  if (owner == nullptr) return;
  base::MutexLock lock(owner->mutex_);
  if (--owner->holds_ == 0) owner->released_.notify_all();
}

const CollectionIndex& SharedIndex::Hold::index() const { return owner_->follower_.index(); }

SharedIndex::Hold SharedIndex::hold_at(std::int64_t version) const {
  base::MutexLock lock(mutex_);
  if (waiting_ > 0) {
    const auto until = base::steady_now() + kGiveWay;
    while (waiting_ > 0 && version_ == version && base::steady_now() < until) released_.wait_until(mutex_, until);
  }
  if (use_ != Use::kFree || version_ != version) return Hold();
  ++holds_;
  return Hold(this);
}

// False while somebody fills it.
Result<bool> SharedIndex::wait_until_free(const base::Deadline& deadline) const {
  if (use_ == Use::kFree && holds_ == 0) return true;
  ++waiting_;
  std::optional<Result<bool>> end;
  while (!end) {
    if (use_ == Use::kFree && holds_ == 0) {
      end = true;
    } else if (use_ == Use::kFilling) {
      end = false;
    } else if (deadline.passed()) {
      end = deadline.error("searches of the collection to end", "give the call more time");
    } else {
      // Soon anyway: a stop request wakes nobody.
      released_.wait_until(mutex_, std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(100)));
    }
  }
  --waiting_;
  released_.notify_all();  // those who gave way; they get the mutex when the caller has let go of it
  return *std::move(end);
}

void SharedIndex::note_state() {
  version_ = follower_.version();
  due_.store(find_due(), std::memory_order_relaxed);
}

SharedIndex::Due SharedIndex::find_due() const {
  if (!version_) return Due::kNothing;
  const CollectionIndex& index = follower_.index();
  const auto& graph = index.graph();
  if (!graph) return index.options().kind == IndexKind::kHnsw && index.rows() >= kGraphMin ? Due::kBuild : Due::kNothing;
  if (index.stale() >= kFoldMin) return Due::kFold;
  const auto save_from = std::max<std::int64_t>(kSaveMin, static_cast<std::int64_t>(graph->size() / kSavePart));
  return index.graph_state().mark && index.graph_state().unsaved >= save_from ? Due::kSave : Due::kNothing;
}

bool SharedIndex::wants_graph() const {
  base::MutexLock lock(mutex_);
  if (!version_ || use_ != Use::kFree) return false;
  return follower_.index().options().kind != IndexKind::kExact && follower_.index().rows() >= kGraphMin;
}

void SharedIndex::note_scan(std::int64_t distances, Duration time) const {
  const std::int64_t scanned = scanned_.fetch_add(distances, std::memory_order_relaxed) + distances;
  if (time < kScanMin || due() != Due::kNothing) return;
  base::MutexLock lock(mutex_);
  if (use_ != Use::kFree || !version_) return;
  const CollectionIndex& index = follower_.index();
  if (index.graph() || index.options().kind != IndexKind::kAuto || index.rows() < kGraphMin) return;
  const auto build = static_cast<std::int64_t>(index.rows() * index.options().build_ef) * kBuildDistances;
  if (scanned >= build / kAutoPart) due_.store(Due::kBuild, std::memory_order_relaxed);
}

Result<SharedIndex::Outcome> SharedIndex::catch_up(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline) {
  {
    base::MutexLock lock(mutex_);
    WAGGLE_ASSIGN_OR_RETURN(const bool is_free, wait_until_free(deadline));
    if (!is_free) return Outcome::kBusy;
    // The generation never falls, and a version neither: an index of a later one belongs to a later snapshot.
    if (version_ && *version_ >= state.version) return Outcome::kUpToDate;
    use_ = follower_.must_fill(state) ? Use::kFilling : Use::kChanging;
  }
  const Turn turn(*this);
  WAGGLE_TRY(follower_.catch_up(reader, state, file_));
  return Outcome::kUpToDate;
}

Status SharedIndex::wait_for_filling(const base::Deadline& deadline) const {
  base::MutexLock lock(mutex_);
  while (use_ == Use::kFilling) {
    if (deadline.passed()) return deadline.error("the index of the collection to be filled", "give the call more time");
    // Soon anyway: a stop request wakes nobody.
    released_.wait_until(mutex_, std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(100)));
  }
  return {};
}

Result<SharedIndex::Outcome> SharedIndex::load_attributes(sql::Reader& reader, const CollectionState& state, const base::Deadline& deadline) {
  {
    base::MutexLock lock(mutex_);
    WAGGLE_ASSIGN_OR_RETURN(const bool is_free, wait_until_free(deadline));
    if (!is_free || version_ != state.version) return Outcome::kBusy;
    if (follower_.index().has_attributes()) return Outcome::kUpToDate;
    use_ = Use::kFilling;
  }
  const Turn turn(*this);
  WAGGLE_TRY(follower_.load_attributes(reader, state));
  return Outcome::kUpToDate;
}

Status SharedIndex::begin_anew(const base::Deadline& deadline) {
  base::MutexLock lock(mutex_);
  WAGGLE_ASSIGN_OR_RETURN(const bool is_free, wait_until_free(deadline));
  if (!is_free) return {};  // whoever fills it reads all rows
  follower_.begin_anew();
  note_state();
  return {};
}

Result<bool> SharedIndex::with_index(const base::Deadline& deadline, Work work) {
  base::MutexLock lock(mutex_);
  WAGGLE_ASSIGN_OR_RETURN(const bool is_free, wait_until_free(deadline));
  if (!is_free || !version_) return false;
  WAGGLE_TRY(work(follower_.index(), follower_.mark()));
  bytes_ = follower_.bytes();
  note_state();
  return true;
}

Result<SharedIndex::Hold> SharedIndex::hold_after(const base::Deadline& deadline, Work work) {
  base::MutexLock lock(mutex_);
  WAGGLE_ASSIGN_OR_RETURN(const bool is_free, wait_until_free(deadline));
  if (!is_free || !version_) return Hold();
  WAGGLE_TRY(work(follower_.index(), follower_.mark()));
  ++holds_;
  return Hold(this);
}

Result<SharedIndex::Upkeep> SharedIndex::begin_upkeep(const base::Deadline& deadline) {
  base::MutexLock lock(mutex_);
  while (has_upkeep_) {
    if (deadline.passed()) return deadline.error("the upkeep of the collection's graph to end", "give the call more time");
    released_.wait_until(mutex_, std::min(deadline.end(), base::steady_now() + std::chrono::milliseconds(100)));
  }
  has_upkeep_ = true;
  return Upkeep(this);
}

SharedIndex::Upkeep::~Upkeep() {
  if (owner_ == nullptr) return;
  base::MutexLock lock(owner_->mutex_);
  owner_->has_upkeep_ = false;
  owner_->released_.notify_all();
}

}  // namespace waggle::vector
