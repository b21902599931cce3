// waggle_exact_contender.cc: Waggle's exact scan. See contenders.h.

#include <stdexcept>

#include "hnsw/exact_index.h"
#include "vector/contenders.h"

namespace waggle::bench {
namespace {

class WaggleExact final : public Contender {
 public:
  explicit WaggleExact(hnsw::Storage storage)
      : Contender(std::string(kOwnPrefix) + "exact_" + std::string(to_string(storage)), Kind::kFixed), storage_(storage) {}

  void build(const Vectors& vectors, int /*threads*/) override {
    index_ = hnsw::ExactIndex::create({.dimensions = vectors.columns, .metric = hnsw::Metric::kCosine, .storage = storage_}).value();
    for (std::size_t id = 0; id < vectors.rows; ++id) index_->add(id, vectors.row(id)).value();
    const std::size_t row_bytes = vectors.columns * (storage_ == hnsw::Storage::kInt8 ? sizeof(float) + 1 : sizeof(float));
    bytes_ = static_cast<std::int64_t>(vectors.rows * row_bytes);
  }

  void search(std::span<const float> query, int /*effort*/, std::span<std::int32_t> found) override {
    const std::vector<hnsw::Match> matches = index_->search(query, found.size()).value();
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = i < matches.size() ? static_cast<std::int32_t>(matches[i].label) : -1;
  }

  // Of its rows: of 8-bit integers it keeps the floats too, to rank the best again.
  std::int64_t bytes() const override { return bytes_; }

 private:
  hnsw::Storage storage_;
  std::unique_ptr<hnsw::ExactIndex> index_;
  std::int64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<Contender> make_waggle_exact_f32() { return std::make_unique<WaggleExact>(hnsw::Storage::kF32); }
std::unique_ptr<Contender> make_waggle_exact_int8() { return std::make_unique<WaggleExact>(hnsw::Storage::kInt8); }

}  // namespace waggle::bench
