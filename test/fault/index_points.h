// index_points.h: the vectors that the index test and its worker agree on.

#ifndef WAGGLE_TEST_FAULT_INDEX_POINTS_H
#define WAGGLE_TEST_FAULT_INDEX_POINTS_H

#include <vector>

namespace waggle::test {

inline constexpr const char* kPoints = "points";

// On a curve, so that near numbers are near points.
inline std::vector<float> point_at(float x) { return {x, x * x / 1000, 1, 0.5F}; }

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_INDEX_POINTS_H
