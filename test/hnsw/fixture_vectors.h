// fixture_vectors.h: real embeddings of 384 dimensions with their exact neighbours, where they lie beside the checkout. A test that needs them skips
// without them.

#ifndef WAGGLE_TEST_HNSW_FIXTURE_VECTORS_H
#define WAGGLE_TEST_HNSW_FIXTURE_VECTORS_H

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hnsw/half.h"

namespace waggle::test {

struct FixtureVectors {
  static constexpr std::size_t kDimensions = 384;
  static constexpr std::size_t kTruth = 100;

  std::size_t count = 0;
  std::vector<float> base;
  std::vector<float> queries;
  std::vector<std::int32_t> truth;  // kTruth per query

  std::span<const float> vector(std::size_t i) const { return {base.data() + i * kDimensions, kDimensions}; }
  std::size_t query_count() const { return queries.size() / kDimensions; }
  std::span<const float> query(std::size_t i) const { return {queries.data() + i * kDimensions, kDimensions}; }
};

// The numbers of a .npy file of version 1.0 with a header of 128 bytes, as these all have.
template <typename T>
std::vector<T> read_npy(const std::filesystem::path& path) {
  constexpr std::size_t kHeader = 128;
  std::ifstream file(path, std::ios::binary);
  std::vector<T> numbers((std::filesystem::file_size(path) - kHeader) / sizeof(T));
  file.seekg(kHeader);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(T)));
  return numbers;
}

// The folder shared/fixtures/vectors beside the checkout or above it; nothing where there is none.
inline std::optional<FixtureVectors> read_fixture_vectors() {
  std::filesystem::path folder;
  for (std::filesystem::path at = WAGGLE_SOURCE_DIR; folder.empty(); at = at.parent_path()) {
    if (std::filesystem::exists(at / "shared/fixtures/vectors/base.f16.npy")) folder = at / "shared/fixtures/vectors";
    if (at == at.root_path()) break;
  }
  if (folder.empty()) return std::nullopt;
  FixtureVectors vectors;
  for (const std::uint16_t bits : read_npy<std::uint16_t>(folder / "base.f16.npy")) vectors.base.push_back(hnsw::from_f16(bits));
  vectors.queries = read_npy<float>(folder / "queries.f32.npy");
  vectors.truth = read_npy<std::int32_t>(folder / "groundtruth.npy");
  vectors.count = vectors.base.size() / FixtureVectors::kDimensions;
  return vectors;
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_HNSW_FIXTURE_VECTORS_H
