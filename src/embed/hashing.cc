// hashing.cc: the embedder that needs no model: feature hashing (Weinberger and others 2009) of words and of the characters that they are made of.
//
// Each distinct feature of a text adds to one dimension, or takes from it; both are told by its hash. Features are the folded words, and all runs of
// 3 or 4 characters of a word between marks of its ends (Bojanowski and others 2017), so that "packages" is near "package". A feature counts by the
// square root of how often it occurs: the second time says less than the first.
//
// Every step up to the last is done in whole numbers, and the last in operations that IEEE 754 rounds exactly one way. So the answer is the same to
// the bit in every build and on every machine; it is part of stored vectors, and whoever changes it gives it another version.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "embed/rows.h"
#include "embed/stable_hash.h"
#include "embed/words.h"
#include "waggle/embedder.h"

namespace waggle {

namespace {

constexpr std::int64_t kWordWeight = 1024;
constexpr std::int64_t kGramWeight = 512;
constexpr std::size_t kGramMin = 3;
constexpr std::size_t kGramMax = 4;
constexpr std::uint64_t kWordSeed = 1;
constexpr std::uint64_t kGramSeed = 2;

struct Feature {
  std::uint64_t hash;
  std::int64_t weight;

  bool operator<(const Feature& other) const { return std::pair(hash, weight) < std::pair(other.hash, other.weight); }
  bool operator==(const Feature& other) const = default;
};

std::uint64_t hash_of(std::u32string_view characters, std::uint64_t seed) {
  return embed::stable_hash({reinterpret_cast<const char*>(characters.data()), characters.size() * sizeof(char32_t)}, seed);
}

void add_features(std::u32string_view word, std::u32string& marked, std::vector<Feature>& features) {
  features.push_back({hash_of(word, kWordSeed), kWordWeight});
  marked.assign(1, U'<').append(word).append(1, U'>');  // no word holds these
  for (std::size_t size = kGramMin; size <= std::min(kGramMax, marked.size()); ++size) {
    for (std::size_t at = 0; at + size <= marked.size(); ++at) {
      features.push_back({hash_of(std::u32string_view(marked).substr(at, size), kGramSeed), kGramWeight});
    }
  }
}

// floor(weight * sqrt(count)). The root of a whole number below 2^53 is rounded the same way everywhere.
std::int64_t damped(std::int64_t weight, std::int64_t count) {
  return static_cast<std::int64_t>(std::floor(std::sqrt(static_cast<double>(weight * weight * count))));
}

class HashingEmbedder final : public Embedder {
 public:
  explicit HashingEmbedder(std::int64_t dimensions)
      : dimensions_(static_cast<std::size_t>(dimensions)), model_("hashing-v1-" + std::to_string(dimensions)) {}

  const std::string& model() const override { return model_; }
  std::int64_t dimensions() const override { return static_cast<std::int64_t>(dimensions_); }

  Result<std::vector<float>> embed(std::span<const std::string_view> texts) const override {
    WAGGLE_TRY(embed::check_texts(texts));
    std::vector<float> rows(texts.size() * dimensions_);
    std::vector<Feature> features;
    std::vector<std::int64_t> sums;
    std::u32string marked;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      features.clear();
      embed::for_each_word(texts[i], [&](std::u32string_view word) { add_features(word, marked, features); });
      if (features.empty()) return embed::nothing_to_embed(i, texts.size());
      std::ranges::sort(features, std::less());
      // Opposite signs may meet in every dimension and leave nothing; without signs nothing is lost.
      sum(features, Signs::kBoth, sums);
      if (std::ranges::all_of(sums, [](std::int64_t sum) { return sum == 0; })) sum(features, Signs::kPlus, sums);
      write_unit(sums, &rows[i * dimensions_]);
    }
    return rows;
  }

 private:
  enum class Signs : std::uint8_t { kBoth, kPlus };

  // `features` is sorted, so that equal ones stand together.
  void sum(const std::vector<Feature>& features, Signs signs, std::vector<std::int64_t>& sums) const {
    sums.assign(dimensions_, 0);
    for (auto first = features.begin(); first != features.end();) {
      const auto last = std::find_if(first, features.end(), [first](const Feature& other) { return !(other == *first); });
      const std::int64_t weight = damped(first->weight, last - first);
      const std::size_t dimension = (first->hash >> 32U) * dimensions_ >> 32U;
      const bool takes = signs == Signs::kBoth && (first->hash & 1U) != 0;
      sums[dimension] += takes ? -weight : weight;
      first = last;
    }
  }

  static void write_unit(const std::vector<std::int64_t>& sums, float* row) {
    __extension__ using Wide = unsigned __int128;  // a double's sum would depend on whether the compiler fuses multiplication and addition
    Wide squares = 0;
    for (const std::int64_t sum : sums) squares += static_cast<Wide>(std::abs(sum)) * static_cast<Wide>(std::abs(sum));
    const double length = std::sqrt(static_cast<double>(squares));
    for (std::size_t i = 0; i < sums.size(); ++i) row[i] = static_cast<float>(static_cast<double>(sums[i]) / length);
  }

  std::size_t dimensions_;
  std::string model_;
};

}  // namespace

Result<std::unique_ptr<Embedder>> make_hashing_embedder(std::int64_t dimensions) {
  if (dimensions < 1 || dimensions > Embedder::kDimensionsMax) {
    return Error(Code::kInvalidArgument, "an embedder of " + std::to_string(dimensions) + " dimensions cannot be made",
                 "give 1 to " + std::to_string(Embedder::kDimensionsMax));
  }
  return std::make_unique<HashingEmbedder>(dimensions);
}

}  // namespace waggle
