// words.h: the words of a text, folded so that what people take for the same word is the same: without case and without marks on letters.

#ifndef WAGGLE_EMBED_WORDS_H
#define WAGGLE_EMBED_WORDS_H

#include <string_view>

#include "base/function_ref.h"

namespace waggle::embed {

// Calls `visit` for each word of `text`, well-formed UTF-8, in its order. A word is a run of letters and digits; of Han, Hiragana and Katakana, which
// are written without blanks, each two neighbours are one (and a lone one is a word).
//
// Folded are the scripts that the tables of words.cc hold: Latin with its marks (é, ő, ệ become e, o, e; æ, œ, ß, þ become ae, oe, ss, th; ø, đ, ł
// their plain letter), Greek and Cyrillic with theirs (ώ, ё, й become ω, е, и), Armenian, and full-width letters and digits. Combining marks of these
// scripts are dropped, so that composed and decomposed text (NFC, NFD) fold alike. Other scripts, most of which have no case, stay as they are. The
// tables never change: what they answer is part of stored vectors.
void for_each_word(std::string_view text, base::FunctionRef<void(std::u32string_view word)> visit);

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_WORDS_H
