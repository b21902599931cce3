// graph_search.cc: searches of GraphIndex: how they are planned, walked, filtered and measured again.

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_set>
#include <utility>

#include "hnsw/graph_index.h"

namespace waggle::hnsw {
namespace {

// The costs that plans compare, in distances of rows side by side. A walk computes about kWalkDistances of them for each place of its beam, on rows
// that lie anywhere; a scan also asks the predicate about every vector. Measured on 50,000 x 384; they only choose between two correct ways.
constexpr double kWalkDistances = 12;
constexpr double kScatterCost = 2;
constexpr double kPredicateCost = 0.15;
// Where a walk enters. A narrow beam asks for speed: the best two entry points of the first thousands. From kManyEntriesFrom on it gets half as many
// as it is wide, up to kEntriesMax, and a third where that is more, of all of them, so that no query is lost that lies between groups (decision 016).
// Four times as many are chosen by their signs.
constexpr std::size_t kManyEntriesFrom = 32;
constexpr std::size_t kFewEntries = 2;
constexpr std::size_t kFewPlaces = 2'048;
constexpr std::size_t kEntriesMax = 32;
constexpr std::size_t kAlikeFactor = 4;
// A predicate is tried on so many vectors to guess how many it lets through.
constexpr std::size_t kSamples = 200;
constexpr std::size_t kBatch = 64;
// A k-th nearest is nearly always among the 2k nearest by int8, where the beam is that wide; it is wider than k by half at least.
constexpr std::size_t kRerankFactor = 2;
// With a filter it may be behind many: what lets through only what is far away lets through a shell of vectors that are all but equally far.
constexpr std::size_t kFilteredRerankFactor = 20;

std::size_t entries_of(std::size_t wanted, std::size_t ef) {
  if (wanted > 0) return std::min(wanted, ef);
  if (ef < kManyEntriesFrom) return kFewEntries;
  return std::max(std::min(ef / 2, kEntriesMax), ef / 3);
}

}  // namespace

struct GraphIndex::Plan {
  Method method = Method::kGraph;
  std::size_t count = 0;  // candidates to find
  std::size_t ef = 0;     // beam
  std::size_t entries = 0;
  std::size_t distances_max = 0;  // after so many a filtered walk gives up: the scan would have been done by then
};

// The memory of a walk, out of the pool of those not in use.
class GraphIndex::WalkLease {
 public:
  explicit WalkLease(const GraphIndex& index) : index_(index) {
    const base::MutexLock lock(index.walks_mutex_);
    if (index.walks_.empty()) {
      walk_ = std::make_unique<Walk>();
    } else {
      walk_ = std::move(index.walks_.back());
      index.walks_.pop_back();
    }
  }
  ~WalkLease() {
    const base::MutexLock lock(index_.walks_mutex_);
    index_.walks_.push_back(std::move(walk_));
  }
  WalkLease(const WalkLease&) = delete;
  WalkLease& operator=(const WalkLease&) = delete;

  Walk& operator*() { return *walk_; }

 private:
  const GraphIndex& index_;
  std::unique_ptr<Walk> walk_;
};

GraphIndex::Plan GraphIndex::plan(const SearchOptions& options) const {
  const auto live = static_cast<double>(size());
  Plan plan;
  plan.count = options.k;
  if (options.accuracy == Accuracy::kExact) plan.method = Method::kExact;
  plan.ef = std::max(options.ef, options.k);
  if (has_originals(options.original)) {
    const std::size_t factor = options.predicate ? kFilteredRerankFactor : kRerankFactor;
    plan.count = std::max(options.k, options.rerank > 0 ? options.rerank : factor * options.k);
    plan.ef = std::max({plan.ef, options.rerank, options.k + options.k / 2});
  }
  plan.entries = entries_of(options.entries, plan.ef);
  if (plan.method == Method::kExact) return plan;
  double passing = 1;
  if (options.predicate) {
    const std::uint32_t count = nodes_.count();
    const std::size_t step = count / kSamples + 1;
    std::size_t asked = 0;
    std::size_t passed = 0;
    for (std::size_t slot = 0; slot < count; slot += step) {
      if (!nodes_.is_live(static_cast<Slot>(slot))) continue;
      ++asked;
      if ((*options.predicate)(nodes_.label(static_cast<Slot>(slot)))) ++passed;
    }
    passing = (static_cast<double>(passed) + 0.5) / (static_cast<double>(asked) + 1);
  }
  const double scan = live * passing + (options.predicate ? live * kPredicateCost : 0);
  const double walk = kWalkDistances * kScatterCost * static_cast<double>(plan.ef) / passing;
  plan.method = walk >= scan ? Method::kExact : Method::kGraph;
  plan.distances_max = static_cast<std::size_t>(scan / kScatterCost) + 1;
  return plan;
}

Result<SearchResult> GraphIndex::search(std::span<const float> query, const SearchOptions& options) const {
  WAGGLE_TRY(check_vector(options_.metric, options_.dimensions, query));
  if (options.k > kResultsMax) return Error(Code::kInvalidArgument, "more than 10,000 results of one search", "ask for fewer");
  if (options.k == 0) return SearchResult();
  return one_of_each(options.k, [&](std::size_t count) {
    SearchOptions wider = options;
    wider.k = count;
    return find(query, wider);
  });
}

// A vector that is replaced during a search may be found twice, as it was and as it is, in the place of another one that is then missing. Such a
// search is made again for as many more as were twice: `find(count)` is a search for `count`.
template <typename Find>
SearchResult GraphIndex::one_of_each(std::size_t count, Find find) const {
  std::size_t spare = 0;
  while (true) {
    const std::uint64_t updates = updates_.load();
    SearchResult result = find(count + spare);
    std::size_t twice = 0;
    if (updates % 2 != 0 || updates != updates_.load()) {
      std::unordered_set<std::uint64_t> labels;
      twice = std::erase_if(result.matches, [&](const Match& each) { return !labels.insert(each.label).second; });
    }
    if (result.matches.size() > count) result.matches.resize(count);
    if (twice <= spare || result.matches.size() == count) return result;
    spare = 2 * twice;
  }
}

SearchResult GraphIndex::find(std::span<const float> query, const SearchOptions& options) const {
  SearchResult result;
  const ReaderEpochs::Guard guard(epochs_);
  std::vector<std::byte> buffer(codec_.query_bytes());
  const Query prepared = codec_.make_query(query, buffer.data());
  const Plan plan = this->plan(options);
  result.method = plan.method;
  std::vector<Candidate> found;
  if (plan.method == Method::kGraph) {
    WalkLease walk(*this);
    (*walk).begin(nodes_);
    bool is_done = true;
    if (options.predicate) {
      is_done = walk_filtered(*walk, prepared, plan, *options.predicate, found);
    } else {
      found = walk_graph(*walk, prepared, plan);
    }
    result.counts = (*walk).counts();
    // A walk that found too few says nothing about how many there are. Only looking at all of them does.
    if (!is_done || found.size() < std::min(options.k, size())) result.method = Method::kExact;
  }
  if (result.method == Method::kExact && options.accuracy == Accuracy::kExact && originals_) {
    found = scan_originals(query, options, result.counts);
  } else {
    if (result.method == Method::kExact) found = scan(prepared, vectors(), plan.count, options.predicate, result.counts);
    if (has_originals(options.original)) measure_again({query, prepared, options.original}, options.k, found);
  }
  result.matches = matches_of(found);
  return result;
}

// The nodes that the walk on level 0 begins at, nearest first.
std::vector<Candidate> GraphIndex::enter(Walk& walk, const Query& query, std::size_t entries) const {
  const EntryPoints* points = entries > 1 ? points_.load() : nullptr;
  if (points != nullptr) {
    const std::size_t places = entries > kFewEntries ? EntryPoints::kPlacesMax : kFewPlaces;
    std::vector<Slot> slots = points->most_alike(codec_, query, kAlikeFactor * entries, places);
    // What was taken out since holds nothing to walk from. Those that are still something stay so until this search ends.
    std::erase_if(slots, [&](Slot slot) { return nodes_.state(slot) == NodeState::kFree; });
    std::vector<Candidate> nearest = walk.nearest_of(vectors(), query, slots, entries);
    if (!nearest.empty()) return nearest;
  }
  return {walk.descend(nodes_, vectors(), query, builder_.entry(), 0)};
}

std::vector<Candidate> GraphIndex::walk_graph(Walk& walk, const Query& query, const Plan& plan) const {
  const std::vector<Candidate> from = enter(walk, query, plan.entries);
  std::vector<Candidate> found;
  found.reserve(plan.count);
  for (const Candidate& each : walk.beam(nodes_, vectors(), query, from, 0, plan.ef)) {
    if (found.size() == plan.count) break;
    if (nodes_.is_live(each.slot)) found.push_back(each);
  }
  return found;
}

// What is kept are nodes that pass, while the walk goes through all of them: where few pass it goes on until it has found enough.
bool GraphIndex::walk_filtered(Walk& walk, const Query& query, const Plan& plan, Predicate predicate, std::vector<Candidate>& found) const {
  const std::vector<Candidate> from = enter(walk, query, plan.entries);
  Nearest<Candidate> nearest(plan.ef);
  Nearest<Candidate> kept(plan.count);
  const auto visit = [&](const Candidate& each) {
    const bool is_wanted = each.distance < std::max(nearest.bound(), kept.bound());
    if (!is_wanted || !nodes_.is_live(each.slot) || !predicate(nodes_.label(each.slot))) return;
    nearest.offer(each);
    kept.offer(each);
  };
  const auto is_enough = [&](float distance) { return distance > nearest.bound(); };
  const bool is_done = walk.flood(nodes_, vectors(), query, from, plan.distances_max, visit, is_enough);
  found = kept.take();
  return is_done;
}

std::vector<Candidate> GraphIndex::scan_originals(std::span<const float> query, const SearchOptions& options, WalkCounts& counts) const {
  std::vector<std::byte> buffer(original_codec_.query_bytes());
  return scan(original_codec_.make_query(query, buffer.data()), {original_codec_, *originals_}, options.k, options.predicate, counts);
}

std::vector<Candidate> GraphIndex::scan(const Query& query, const Vectors& rows_of, std::size_t count, const std::optional<Predicate>& predicate,
                                        WalkCounts& counts) const {
  Nearest<Candidate> nearest(count);
  std::array<const std::byte*, kBatch> rows;
  std::array<Slot, kBatch> slots;
  std::array<float, kBatch> distances;
  const std::uint32_t end = nodes_.count();
  for (Slot slot = 0; slot < end;) {
    std::size_t batch = 0;
    for (; batch < kBatch && slot < end; ++slot) {
      if (!nodes_.is_live(slot) || (predicate && !(*predicate)(nodes_.label(slot)))) continue;
      rows[batch] = rows_of.rows.row(slot);
      slots[batch++] = slot;
    }
    rows_of.codec.distances(query, {rows.data(), batch}, distances.data());
    counts.distances += batch;
    for (std::size_t i = 0; i < batch; ++i) {
      if (distances[i] <= nearest.bound()) nearest.offer({distances[i], slots[i]});
    }
  }
  return nearest.take();
}

Result<SearchResult> GraphIndex::search_range(std::span<const float> query, const RangeOptions& options) const {
  WAGGLE_TRY(check_vector(options_.metric, options_.dimensions, query));
  if (options.limit > kResultsMax) return Error(Code::kInvalidArgument, "more than 10,000 results of one search", "ask for fewer");
  if (options_.metric != Metric::kDot && options.radius < 0) return SearchResult();
  return one_of_each(options.limit, [&](std::size_t count) {
    RangeOptions wider = options;
    wider.limit = count;
    return find_in_range(query, wider);
  });
}

SearchResult GraphIndex::find_in_range(std::span<const float> query, const RangeOptions& options) const {
  SearchResult result;
  const ReaderEpochs::Guard guard(epochs_);
  if (builder_.entry().slot == kNoSlot) return result;
  std::vector<std::byte> buffer(codec_.query_bytes());
  const Query prepared = codec_.make_query(query, buffer.data());
  const float radius = codec_.compared(options.radius);
  WalkLease walk(*this);
  (*walk).begin(nodes_);
  const std::vector<Candidate> from = enter(*walk, prepared, entries_of(0, options.ef));
  Nearest<Candidate> around(options.ef);  // whatever they are: the walk has to find the place first
  Nearest<Candidate> inside(options.limit);
  const auto visit = [&](const Candidate& each) {
    around.offer(each);
    if (each.distance > radius || !nodes_.is_live(each.slot)) return;
    if (!options.predicate || (*options.predicate)(nodes_.label(each.slot))) inside.offer(each);
  };
  const auto is_enough = [&](float distance) { return distance > around.bound() && distance > std::min(radius, inside.bound()); };
  (*walk).flood(nodes_, vectors(), prepared, from, std::numeric_limits<std::size_t>::max(), visit, is_enough);
  result.counts = (*walk).counts();
  std::vector<Candidate> found = inside.take();
  if (has_originals(options.original)) measure_again({query, prepared, options.original}, found.size(), found);
  std::erase_if(found, [&](const Candidate& each) { return each.distance > radius; });
  result.matches = matches_of(found);
  return result;
}

// The nearest `count` of what was found by estimates, with distances by the original numbers. Precondition: nearest first. Those whose estimate is
// farther than so many are, and by more than it can be off, are left unread: reading a row takes longer than many steps of the walk.
void GraphIndex::measure_again(const Question& question, std::size_t count, std::vector<Candidate>& found) const {
  std::vector<std::byte> buffer(original_codec_.query_bytes());
  const Query prepared = original_codec_.make_query(question.numbers, buffer.data());
  const DistanceFrom from(options_.metric, question.numbers);
  Nearest<Candidate> nearest(count);
  for (Candidate each : found) {
    if (each.distance - codec_.doubt(question.prepared, nodes_.row(each.slot), each.distance) > nearest.bound()) continue;
    if (!question.original) {
      each.distance = original_codec_.distance(prepared, originals_->row(each.slot));
    } else if (const float* vector = (*question.original)(nodes_.label(each.slot)); vector != nullptr) {
      each.distance = codec_.compared(from.to({vector, options_.dimensions}));
    }
    nearest.offer(each);
  }
  found = nearest.take();
}

std::vector<Match> GraphIndex::matches_of(const std::vector<Candidate>& found) const {
  std::vector<Match> matches;
  matches.reserve(found.size());
  for (const Candidate& each : found) matches.push_back({nodes_.label(each.slot), codec_.reported(each.distance)});
  std::sort(matches.begin(), matches.end());
  return matches;
}

}  // namespace waggle::hnsw
