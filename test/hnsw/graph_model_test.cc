// graph_model_test.cc: random sequences of inserts, replacements, deletions, consolidations and reloads against a std::map that does the same.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "hnsw/graph_index.h"
#include "hnsw/index_fixture.h"

namespace waggle::hnsw {
namespace {

using test::RandomVectors;
using test::Vector;

struct Step {
  int kind = 0;
  int label = 0;
};

void showValue(const Step& step, std::ostream& out) {  // NOLINT(readability-identifier-naming): rapidcheck finds it by this name
  out << "{" << step.kind << ", " << step.label << "}";
}

class Model {
 public:
  explicit Model(const GraphOptions& options) : options_(options), index_(GraphIndex::create(options).value()), random_(81) {}

  void run(const Step& step) {
    const auto label = static_cast<std::uint64_t>(step.label);
    if (step.kind < 9) {
      vectors_[label] = random_.vector(options_.dimensions);
      RC_ASSERT(index_->insert(label, vectors_[label]).has_value());
    } else if (step.kind < 16) {
      RC_ASSERT(index_->remove(label) == (vectors_.erase(label) > 0));
    } else if (step.kind == 16) {
      index_->consolidate();
    } else if (step.kind == 17) {
      index_ = std::move(test::decoded(test::encoded(*index_)).value().index);
    } else {
      search();
    }
    RC_ASSERT(index_->size() == vectors_.size());
    RC_ASSERT(index_->contains(label) == vectors_.contains(label));
  }

  // So small an index is looked at as a whole, unless the beam is narrow; then every label must still be a true one, at its true distance.
  void search() {
    const Vector query = random_.vector(options_.dimensions);
    const std::size_t k = 1 + random_.below(5);
    const SearchResult result = index_->search(query, {.k = k, .ef = k}).value();
    RC_ASSERT(result.matches.size() == std::min(k, vectors_.size()));
    for (const Match& match : result.matches) {
      RC_ASSERT(vectors_.contains(match.label));
      RC_ASSERT(std::abs(match.distance - distance(options_.metric, query, vectors_[match.label])) < 1e-3F);
    }
  }

  void check() const {
    const Result<GraphReport> report = index_->validate();
    if (!report.has_value()) RC_FAIL(report.error().describe());
    RC_ASSERT(report->live == vectors_.size());
  }

 private:
  GraphOptions options_;
  std::unique_ptr<GraphIndex> index_;
  RandomVectors random_;
  std::map<std::uint64_t, Vector> vectors_;
};

void check_against_model(const GraphOptions& options) {
  rc::check("same as a map", [&] {
    const auto steps = *rc::gen::container<std::vector<Step>>(
        rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0, 24)), rc::gen::set(&Step::label, rc::gen::inRange(0, 120))));
    Model model(options);
    for (const Step& step : steps) model.run(step);
    model.search();
    model.check();
  });
}

TEST(GraphModel, F32DoesAsAMap) { check_against_model({.dimensions = 3, .metric = Metric::kL2, .connectivity = 4, .build_ef = 8}); }

TEST(GraphModel, QuantisedWithOriginalsDoesAsAMap) {
  check_against_model({.dimensions = 6, .storage = Storage::kInt8, .originals = Originals::kKept, .connectivity = 4, .build_ef = 8});
}

// rapidcheck's sequences are short; this one goes through many consolidations.
TEST(GraphModel, ALongRunStaysWhole) {
  RandomVectors random(82);
  Model model({.dimensions = 4, .metric = Metric::kL2, .connectivity = 4, .build_ef = 10});
  for (int i = 0; i < 6'000; ++i) {
    model.run({.kind = static_cast<int>(random.below(24)), .label = static_cast<int>(random.below(400))});
    if (i % 500 == 0) model.check();
  }
  model.check();
}

}  // namespace
}  // namespace waggle::hnsw
