// filter.h: filters over metadata. What they mean to a user stands in waggle/vectors.h, VectorSearch.

#ifndef WAGGLE_VECTOR_FILTER_H
#define WAGGLE_VECTOR_FILTER_H

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vector/attributes.h"

namespace waggle::vector {

class Filter {
 public:
  // What one filter may ask, so that a hostile one costs no more than this many comparisons an entry.
  static constexpr std::size_t kDepthMax = 32;
  static constexpr std::size_t kNodesMax = 1'000;
  static constexpr std::size_t kOperandsMax = 10'000;

  // invalid_argument, naming what is wrong and where, for what is no filter.
  static Result<Filter> parse(std::string_view json);

  // Looks the paths up once for all entries of a collection. Again when the collection has learnt new paths.
  void bind(const Paths& paths);
  // After bind.
  bool holds(std::span<const Attribute> attributes) const;

 private:
  friend class FilterParser;

  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kEq, kLt, kLe, kGt, kGe, kIn, kExists, kPrefix };
  struct Node {
    Kind kind = Kind::kAnd;
    std::vector<Node> children;    // of and, or, not
    std::string path;              // of the others, and what they compare with
    std::vector<Scalar> operands;  // one; several for in; none for exists
    std::uint32_t bound = kAbsent;
  };
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  static void bind(Node& node, const Paths& paths);
  static bool holds(const Node& node, std::span<const Attribute> attributes);
  static bool matches(const Node& node, const Scalar& value);

  Node root_;
};

}  // namespace waggle::vector

#endif  // WAGGLE_VECTOR_FILTER_H
