// bpe.h: byte pair encoding (Sennrich, Haddow and Birch 2016) as the tokenizers of Llama's kind do it: text begins as characters, and of all adjacent
// pairs the one whose merge was learnt first becomes one token, until no pair can.

#ifndef WAGGLE_EMBED_BPE_H
#define WAGGLE_EMBED_BPE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "embed/id_map.h"
#include "embed/vocabulary.h"

namespace waggle::embed {

// What a tokenizer's file says of its model. The views are of whatever they were read from.
struct BpeModel {
  Vocabulary vocabulary;                                                   // no id is the greatest of its type
  std::vector<std::pair<std::string_view, std::string_view>> merges = {};  // the first was learnt first
  std::optional<std::string_view> unknown = {};                            // the token for characters that have none; without it they are left out
  bool fuse_unknown = false;                                               // one such token for several in a row
  bool byte_fallback = false;  // characters without a token become the tokens <0x00> to <0xFF> of their bytes
};

class Bpe {
 public:
  // Keeps nothing of `model`. corruption when a merge or a special token is not in the vocabulary.
  static Result<Bpe> make(const BpeModel& model);

  // Memory that encode works in, kept from call to call to save allocations. One for each thread.
  class Scratch {
    friend class Bpe;
    // A token to be, in a list of them. `rank` is that of the merge with the next one, `merged` what they would become.
    struct Symbol {
      TokenId id;
      std::uint32_t previous;
      std::uint32_t next;
      std::uint32_t rank;
      TokenId merged;
    };
    // A symbol that may be merged with the next one: the rank, and below it the symbol's place.
    using Candidate = std::uint64_t;

    std::vector<Symbol> symbols_;
    std::vector<Candidate> candidates_;  // a heap; the lowest rank, of equals the leftmost, is on top
  };

  // Appends the tokens of `text`, well-formed UTF-8 of less than 4 GiB, to `tokens`.
  void encode(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const;

 private:
  struct Merge {
    std::uint32_t rank;
    TokenId id;
  };

  Bpe(std::size_t characters_max, std::size_t merges_max) : characters_(characters_max), merges_(merges_max) {}
  Status add_characters(const BpeModel& model);
  Status add_byte_tokens(const BpeModel& model);
  Status add_merges(const BpeModel& model);

  void split(std::string_view text, Scratch& scratch) const;
  bool rank(std::uint32_t place, Scratch& scratch) const;
  void rank_again(std::uint32_t place, Scratch& scratch) const;
  void merge(Scratch& scratch) const;

  IdMap<TokenId> characters_;  // by code point
  IdMap<Merge> merges_;        // by the ids of left and right
  std::optional<std::array<TokenId, 256>> byte_tokens_;
  std::optional<TokenId> unknown_;
  bool fuse_unknown_ = false;
  bool words_stand_apart_ = false;  // no merge joins the end of a word with the mark that begins the next
};

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_BPE_H
