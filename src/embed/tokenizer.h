// tokenizer.h: from a text to the ids of its tokens: added tokens are cut out, what lies between them is normalised and encoded.

#ifndef WAGGLE_EMBED_TOKENIZER_H
#define WAGGLE_EMBED_TOKENIZER_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "embed/bpe.h"

namespace waggle::embed {

// One step by which a text is made ready for encoding.
struct Normaliser {
  enum class Kind : std::uint8_t { kPrepend, kReplace };
  static constexpr std::size_t kContentBytesMax = 64;

  Kind kind;
  std::string pattern;  // what kReplace replaces; not empty
  std::string content;  // at most kContentBytesMax bytes
};

// A text that stands for one token wherever it occurs, whatever is around it, for example "<s>".
struct AddedToken {
  std::string content;  // not empty
  TokenId id;
};

class Tokenizer {
 public:
  static constexpr TokenId kIdMax = 0x7fffffff;
  // No normaliser may make a text longer than this: room for the longest text, of blanks that become three bytes each.
  static constexpr std::size_t kNormalisedBytesMax = std::size_t{4} << 20;

  struct Parts {
    std::vector<AddedToken> added_tokens;
    std::vector<Normaliser> normalisers;  // in the order in which they are applied
    Bpe bpe;
    TokenId greatest_id = 0;
  };
  explicit Tokenizer(Parts parts);

  // No id that encode answers is greater.
  TokenId greatest_id() const { return parts_.greatest_id; }

  // Memory that encode works in, kept from call to call. One for each thread.
  struct Scratch {
    std::string normalised;
    std::string replaced;
    Bpe::Scratch bpe;
  };

  // Replaces `tokens` by the tokens of `text`, which is well-formed UTF-8, without those that a model puts around a text.
  Status encode(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const;

 private:
  const AddedToken* added_token_at(std::string_view text, std::size_t at) const;
  Status encode_between(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const;

  Parts parts_;
  std::array<bool, 256> begins_added_token_{};  // by the first byte
};

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_TOKENIZER_H
