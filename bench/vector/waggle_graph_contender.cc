// waggle_graph_contender.cc: Waggle's graph over 32-bit floats, and over 8-bit integers with the best ranked again by the floats. See contenders.h.

#include <numeric>
#include <stdexcept>

#include "hnsw/graph_index.h"
#include "vector/contenders.h"
#include "vector/parallel.h"

namespace waggle::bench {
namespace {

class WaggleGraph final : public Contender {
 public:
  WaggleGraph(Kind kind, hnsw::Storage storage)
      : Contender(std::string(kOwnPrefix) + "hnsw_" + std::string(to_string(storage)), kind), storage_(storage) {}

  void build(const Vectors& vectors, int threads) override {
    vectors_ = &vectors;
    // Its own choice of links and beam: what is compared is speed at equal recall. The floats to rank by are read from the set, as a collection reads
    // its rows.
    index_ = hnsw::GraphIndex::create({.dimensions = vectors.columns, .storage = storage_}).value();
    std::vector<std::uint64_t> labels(vectors.rows);
    std::iota(labels.begin(), labels.end(), 0);
    const auto in_parallel = [&](std::size_t count, base::FunctionRef<void(std::size_t)> task) {
      for_each_row(count, threads, [&](std::size_t i, int /*thread*/) { task(i); });
    };
    index_->build(labels, [&](std::size_t id) { return vectors.row(id); }, in_parallel).value();
  }

  void search(std::span<const float> query, int effort, std::span<std::int32_t> found) override { search_with(std::nullopt, query, effort, found); }

  bool search_among(const std::vector<bool>& allowed, std::span<const float> query, int effort, std::span<std::int32_t> found) override {
    const auto passes = [&](std::uint64_t label) { return static_cast<bool>(allowed[label]); };
    search_with(hnsw::Predicate(passes), query, effort, found);
    return true;
  }

  bool remove(std::int32_t id) override { return index_->remove(static_cast<std::uint64_t>(id)); }

  std::int64_t bytes() const override { return static_cast<std::int64_t>(index_->bytes_per_vector() * index_->size()); }

 private:
  void search_with(std::optional<hnsw::Predicate> predicate, std::span<const float> query, int effort, std::span<std::int32_t> found) {
    const auto original = [&](std::uint64_t label) { return vectors_->row(label).data(); };
    hnsw::SearchOptions options{.k = found.size(), .ef = static_cast<std::size_t>(effort), .predicate = predicate};
    if (storage_ != hnsw::Storage::kF32) options.original = hnsw::OriginalOf(original);
    const hnsw::SearchResult result = index_->search(query, options).value();
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = i < result.matches.size() ? static_cast<std::int32_t>(result.matches[i].label) : -1;
  }

  hnsw::Storage storage_;
  const Vectors* vectors_ = nullptr;
  std::unique_ptr<hnsw::GraphIndex> index_;
};

}  // namespace

std::unique_ptr<Contender> make_waggle_hnsw_f32() { return std::make_unique<WaggleGraph>(Kind::kGraph, hnsw::Storage::kF32); }
std::unique_ptr<Contender> make_waggle_hnsw_int8() { return std::make_unique<WaggleGraph>(Kind::kQuantisedGraph, hnsw::Storage::kInt8); }

}  // namespace waggle::bench
