// rows.h: what all embedders have in common: checking their texts, and bringing a row to unit length.

#ifndef WAGGLE_EMBED_ROWS_H
#define WAGGLE_EMBED_ROWS_H

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.h"

namespace waggle::embed {

// invalid_argument naming the text by its place when one is no UTF-8 or too long.
Status check_texts(std::span<const std::string_view> texts);

// The error for the text at `place`, counted from 0, in which there is nothing to embed.
Error nothing_to_embed(std::size_t place, std::size_t count);

// Scales `row` to unit length; false, and the row is left as it is, when it is all zeros.
bool scale_to_unit(std::span<float> row);

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_ROWS_H
