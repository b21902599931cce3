// usearch_contender.cc: USearch with 32-bit floats and with 8-bit integers, its headers alone. See contenders.h.

#include <stdexcept>
#include <usearch/index_dense.hpp>

#include "vector/contenders.h"
#include "vector/parallel.h"

namespace waggle::bench {
namespace {

using unum::usearch::index_dense_config_t;
using unum::usearch::index_dense_t;
using unum::usearch::index_limits_t;
using unum::usearch::metric_kind_t;
using unum::usearch::metric_punned_t;
using unum::usearch::scalar_kind_t;

// A result of USearch must be asked whether it failed before it is dropped.
template <typename Outcome>
void check(Outcome& outcome) {
  if (!outcome) throw std::runtime_error(std::string("usearch: ") + outcome.error.release());
}

class Usearch final : public Contender {
 public:
  Usearch(std::string name, Kind kind, metric_kind_t metric, scalar_kind_t scalar)
      : Contender(std::move(name), kind), metric_(metric), scalar_(scalar) {}

  void build(const Vectors& vectors, int threads) override {
    auto made = index_dense_t::make(metric_punned_t(vectors.columns, metric_, scalar_), index_dense_config_t(kLinks, kBuildEffort));
    check(made);
    index_ = std::move(made.index);
    if (!index_.try_reserve(index_limits_t(vectors.rows, static_cast<std::size_t>(threads)))) throw std::runtime_error("usearch: no memory");
    for_each_row(vectors.rows, threads, [&](std::size_t id, int thread) {
      auto added = index_.add(id, vectors.row(id).data(), static_cast<std::size_t>(thread));
      check(added);
    });
  }

  void search(std::span<const float> query, int effort, std::span<std::int32_t> found) override {
    index_.change_expansion_search(static_cast<std::size_t>(effort));
    auto result = index_.search(query.data(), found.size(), kThread);
    take(result, found);
  }

  bool search_among(const std::vector<bool>& allowed, std::span<const float> query, int effort, std::span<std::int32_t> found) override {
    index_.change_expansion_search(static_cast<std::size_t>(effort));
    auto result = index_.filtered_search(query.data(), found.size(), [&](index_dense_t::vector_key_t id) { return allowed[id]; }, kThread);
    take(result, found);
    return true;
  }

  bool remove(std::int32_t id) override {
    auto removed = index_.remove(static_cast<index_dense_t::vector_key_t>(id));
    check(removed);
    return true;
  }

  std::int64_t bytes() const override { return static_cast<std::int64_t>(index_.serialized_length()); }

 private:
  static constexpr std::size_t kThread = 0;

  static void take(index_dense_t::search_result_t& result, std::span<std::int32_t> found) {
    check(result);
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = i < result.size() ? static_cast<std::int32_t>(result[i].member.key) : -1;
  }

  metric_kind_t metric_;
  scalar_kind_t scalar_;
  index_dense_t index_;
};

}  // namespace

std::unique_ptr<Contender> make_usearch_f32() {
  return std::make_unique<Usearch>("usearch_f32", Kind::kGraph, metric_kind_t::ip_k, scalar_kind_t::f32_k);
}

// By cosine and not by inner product, which for 8-bit integers is of no fixed scale.
std::unique_ptr<Contender> make_usearch_i8() {
  return std::make_unique<Usearch>("usearch_i8", Kind::kQuantisedGraph, metric_kind_t::cos_k, scalar_kind_t::i8_k);
}

}  // namespace waggle::bench
