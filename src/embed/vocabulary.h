// vocabulary.h: the ids of tokens by their text, while a tokenizer is read: hundreds of thousands of lookups, once.

#ifndef WAGGLE_EMBED_VOCABULARY_H
#define WAGGLE_EMBED_VOCABULARY_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "embed/id_map.h"

namespace waggle::embed {

using TokenId = std::uint32_t;

// The texts are views of whatever they were read from.
class Vocabulary {
 public:
  struct Token {
    std::string_view text;
    TokenId id;
  };

  explicit Vocabulary(std::size_t tokens_max) : by_hash_(tokens_max) { tokens_.reserve(tokens_max); }

  // False when the text is there already. Precondition: fewer than tokens_max are.
  bool add(std::string_view text, TokenId id) {
    const std::uint64_t key = key_of(text);
    if (by_hash_.find(key) != nullptr) return false;  // or another text of the same 64 bits, which only malice finds
    by_hash_.set(key, static_cast<std::uint32_t>(tokens_.size()));
    tokens_.push_back({text, id});
    return true;
  }

  std::optional<TokenId> find(std::string_view text) const {
    const std::uint32_t* const place = by_hash_.find(key_of(text));
    if (place == nullptr || tokens_[*place].text != text) return std::nullopt;
    return tokens_[*place].id;
  }

  // In the order in which they were added.
  const std::vector<Token>& tokens() const { return tokens_; }

 private:
  static std::uint64_t key_of(std::string_view text) { return base::hash_bytes(text) >> 1U; }  // never IdMap's kNoKey

  IdMap<std::uint32_t> by_hash_;  // places in tokens_
  std::vector<Token> tokens_;
};

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_VOCABULARY_H
