// contender.h: what a vector index must do to be measured. Each contender has one file and one function that makes it; contenders.h lists them.
//
// All get the same vectors, of length 1, by their number in the set, and are asked for the nearest by cosine. Errors throw std::runtime_error.

#ifndef WAGGLE_BENCH_VECTOR_CONTENDER_H
#define WAGGLE_BENCH_VECTOR_CONTENDER_H

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "vector/matrix.h"

namespace waggle::bench {

enum class Kind : std::uint8_t {
  kGraph,           // keeps and compares 32-bit floats
  kQuantisedGraph,  // keeps or compares something smaller
  kFixed,           // takes no effort parameter: an exact search, or an index behind SQL
};

// What is Waggle's has a name that begins so; all others are baselines.
inline constexpr const char* kOwnPrefix = "waggle_";

class Contender {
 public:
  Contender(std::string name, Kind kind) : name_(std::move(name)), kind_(kind) {}
  virtual ~Contender() = default;
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  const std::string& name() const { return name_; }
  Kind kind() const { return kind_; }

  // Called once, before all else. `vectors` outlive the contender.
  virtual void build(const Vectors& vectors, int threads) = 0;

  // Fills `found` with the ids of the nearest, best first; -1 where there are fewer. `effort` is what makes a graph search find more for more time:
  // ef, efSearch, expansion.
  virtual void search(std::span<const float> query, int effort, std::span<std::int32_t> found) = 0;

  // The same among the ids for which `allowed` is true. False: it has no filter.
  virtual bool search_among(const std::vector<bool>& /*allowed*/, std::span<const float> /*query*/, int /*effort*/,
                            std::span<std::int32_t> /*found*/) {
    return false;
  }

  // False: it cannot remove.
  virtual bool remove(std::int32_t /*id*/) { return false; }

  // Of the index as it is saved, vectors included.
  virtual std::int64_t bytes() const = 0;

 private:
  std::string name_;
  Kind kind_;
};

}  // namespace waggle::bench

#endif  // WAGGLE_BENCH_VECTOR_CONTENDER_H
