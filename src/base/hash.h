// hash.h: a quick hash of text, for tables in memory. Values differ between builds and machines: never stored, never sent.
//
// The steps are wyhash's (Wang Yi, public domain): 16 bytes at a time, each by one multiplication of 64 by 64 bits whose halves are folded
// together. All 64 bits of the answer are good.

#ifndef WAGGLE_BASE_HASH_H
#define WAGGLE_BASE_HASH_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace waggle::base {

namespace internal {

inline std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <typename Word>
std::uint64_t load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

}  // namespace internal

// Another `seed` makes another hash: to hash several parts, pass the hash of one as the seed of the next.
inline std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed = 0) {
  using internal::fold_product;
  using internal::load;
  constexpr std::uint64_t kFirst = 0xa0761d6478bd642fU;
  constexpr std::uint64_t kSecond = 0xe7037ed1a0b428dbU;
  const char* at = text.data();
  std::size_t left = text.size();
  seed ^= kFirst;
  for (; left > 16; left -= 16, at += 16) seed = fold_product(load<std::uint64_t>(at) ^ kSecond, load<std::uint64_t>(at + 8) ^ seed);
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  if (left >= 8) {
    low = load<std::uint64_t>(at);
    high = load<std::uint64_t>(at + left - 8);  // overlaps the first where fewer than 16 are left
  } else if (left >= 4) {
    low = load<std::uint32_t>(at);
    high = load<std::uint32_t>(at + left - 4);
  } else if (left > 0) {
    low = load<std::uint8_t>(at) << 16U | load<std::uint8_t>(at + left / 2) << 8U | load<std::uint8_t>(at + left - 1);
  }
  return fold_product(kSecond ^ text.size(), fold_product(low ^ kSecond, high ^ seed));
}

}  // namespace waggle::base

#endif  // WAGGLE_BASE_HASH_H
