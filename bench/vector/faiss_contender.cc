// faiss_contender.cc: the HNSW index of FAISS, 32-bit floats. See contenders.h.

#include <faiss/IndexHNSW.h>
#include <omp.h>

#include <array>
#include <stdexcept>

#include "vector/contenders.h"

namespace waggle::bench {
namespace {

class Faiss final : public Contender {
 public:
  Faiss() : Contender("faiss", Kind::kGraph) {}

  void build(const Vectors& vectors, int threads) override {
    index_ = std::make_unique<faiss::IndexHNSWFlat>(static_cast<int>(vectors.columns), kLinks, faiss::METRIC_INNER_PRODUCT);
    index_->hnsw.efConstruction = kBuildEffort;
    omp_set_num_threads(threads);
    index_->add(static_cast<faiss::Index::idx_t>(vectors.rows), vectors.numbers.data());
    omp_set_num_threads(1);
  }

  void search(std::span<const float> query, int effort, std::span<std::int32_t> found) override {
    if (found.size() > kMost) throw std::runtime_error("faiss: more neighbours asked for than there is room for");
    std::array<faiss::Index::idx_t, kMost> ids{};
    std::array<float, kMost> scores{};
    index_->hnsw.efSearch = effort;
    index_->search(1, query.data(), static_cast<faiss::Index::idx_t>(found.size()), scores.data(), ids.data());
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = static_cast<std::int32_t>(ids[i]);
  }

  // What faiss::write_index writes but for some counts: the vectors, the links, and of each vector its level and the place of its links.
  std::int64_t bytes() const override {
    const auto size_of = [](const auto& numbers) { return static_cast<std::int64_t>(numbers.size() * sizeof(numbers[0])); };
    return index_->ntotal * index_->d * static_cast<std::int64_t>(sizeof(float)) + size_of(index_->hnsw.neighbors) + size_of(index_->hnsw.offsets) +
           size_of(index_->hnsw.levels);
  }

 private:
  static constexpr std::size_t kMost = 100;

  std::unique_ptr<faiss::IndexHNSWFlat> index_;
};

}  // namespace

std::unique_ptr<Contender> make_faiss() { return std::make_unique<Faiss>(); }

}  // namespace waggle::bench
