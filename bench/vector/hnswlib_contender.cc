// hnswlib_contender.cc: hnswlib, 32-bit floats. See contenders.h.

#include <hnswlib/hnswlib.h>

#include "vector/contenders.h"
#include "vector/parallel.h"

namespace waggle::bench {
namespace {

class Allowed final : public hnswlib::BaseFilterFunctor {
 public:
  explicit Allowed(const std::vector<bool>& allowed) : allowed_(allowed) {}
  bool operator()(hnswlib::labeltype id) override { return allowed_[id]; }

 private:
  const std::vector<bool>& allowed_;
};

class Hnswlib final : public Contender {
 public:
  Hnswlib() : Contender("hnswlib", Kind::kGraph) {}

  void build(const Vectors& vectors, int threads) override {
    space_ = std::make_unique<hnswlib::InnerProductSpace>(vectors.columns);
    index_ = std::make_unique<hnswlib::HierarchicalNSW<float>>(space_.get(), vectors.rows, kLinks, kBuildEffort);
    for_each_row(vectors.rows, threads, [&](std::size_t id, int /*thread*/) { index_->addPoint(vectors.row(id).data(), id); });
  }

  void search(std::span<const float> query, int effort, std::span<std::int32_t> found) override { search_with(nullptr, query, effort, found); }

  bool search_among(const std::vector<bool>& allowed, std::span<const float> query, int effort, std::span<std::int32_t> found) override {
    Allowed filter(allowed);
    search_with(&filter, query, effort, found);
    return true;
  }

  bool remove(std::int32_t id) override {
    index_->markDelete(static_cast<hnswlib::labeltype>(id));
    return true;
  }

  std::int64_t bytes() const override { return static_cast<std::int64_t>(index_->indexFileSize()); }

 private:
  void search_with(hnswlib::BaseFilterFunctor* filter, std::span<const float> query, int effort, std::span<std::int32_t> found) {
    index_->setEf(static_cast<std::size_t>(effort));
    auto farthest_first = index_->searchKnn(query.data(), found.size(), filter);
    for (std::size_t i = found.size(); i > 0; --i) {
      if (farthest_first.size() < i) {
        found[i - 1] = -1;
        continue;
      }
      found[i - 1] = static_cast<std::int32_t>(farthest_first.top().second);
      farthest_first.pop();
    }
  }

  std::unique_ptr<hnswlib::InnerProductSpace> space_;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> index_;
};

}  // namespace

std::unique_ptr<Contender> make_hnswlib() { return std::make_unique<Hnswlib>(); }

}  // namespace waggle::bench
