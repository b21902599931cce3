// random_vectors.h: vectors from a seed, the same ones on every machine.

#ifndef WAGGLE_TEST_HNSW_RANDOM_VECTORS_H
#define WAGGLE_TEST_HNSW_RANDOM_VECTORS_H

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace waggle::test {

using Vector = std::vector<float>;

class RandomVectors {
 public:
  explicit RandomVectors(std::uint64_t seed) : engine_(seed) {}

  // Uniform in -range..range. std::uniform_real_distribution may differ between libraries; this does not.
  float number(float range = 1) { return (static_cast<float>(engine_() >> 40U) * 0x1p-23F - 1) * range; }
  std::size_t below(std::size_t end) { return engine_() % end; }

  Vector vector(std::size_t dimensions, float range = 1) {
    Vector numbers(dimensions);
    for (float& each : numbers) each = number(range);
    return numbers;
  }
  // Some way off another one.
  Vector near(const Vector& center, float range) {
    Vector numbers = center;
    for (float& each : numbers) each += number(range);
    return numbers;
  }
  std::vector<Vector> vectors(std::size_t count, std::size_t dimensions, float range = 1) {
    std::vector<Vector> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(vector(dimensions, range));
    return all;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_HNSW_RANDOM_VECTORS_H
