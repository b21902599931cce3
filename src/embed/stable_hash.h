// stable_hash.h: a hash whose values are stored and compared between machines: which dimension a feature falls into, and by what a model is told from
// another. It must never change. (base/hash.h is for tables in memory.) Not for secrets: collisions can be made on purpose.

#ifndef WAGGLE_EMBED_STABLE_HASH_H
#define WAGGLE_EMBED_STABLE_HASH_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace waggle::embed {

static_assert(std::endian::native == std::endian::little, "words of eight bytes are read as they lie in memory");

// Eight bytes at a time: each step is a bijection, so that no difference is lost on the way; the end is the finaliser of SplitMix64 (Steele, Lea and
// Flood 2014). To hash several parts, pass the hash of one as the seed of the next.
inline std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;  // 2^64 divided by the golden ratio
  std::uint64_t hash = seed ^ bytes.size() * kOdd;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    const std::size_t left = bytes.size() - at;
    std::memcpy(&word, bytes.data() + at, left < sizeof(word) ? left : sizeof(word));
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 32U;
  }
  hash = (hash ^ hash >> 30U) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ hash >> 27U) * 0x94d049bb133111ebU;
  return hash ^ hash >> 31U;
}

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_STABLE_HASH_H
