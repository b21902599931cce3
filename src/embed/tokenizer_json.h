// tokenizer_json.h: tokenizers from the file tokenizer.json, as the library `tokenizers` writes it.

#ifndef WAGGLE_EMBED_TOKENIZER_JSON_H
#define WAGGLE_EMBED_TOKENIZER_JSON_H

#include <string_view>

#include "base/result.h"
#include "embed/tokenizer.h"

namespace waggle::embed {

// What is understood is what tables of Llama's kind come with: the model BPE, with or without byte fallback; the normalisers Prepend, Replace (of a
// text) and sequences of them; no pre-tokenizer; added tokens that match as they are written. Anything else that would change the tokens is
// unsupported, and named: near misses would be vectors that are silently wrong. What stands around a text (post_processor), padding, truncation and
// the way back (decoder) do not count: pooled vectors have no use for them.
//
// The text is untrusted. corruption, with what is wrong, when a part is missing or contradicts another.
Result<Tokenizer> parse_tokenizer(std::string_view json);

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_TOKENIZER_JSON_H
