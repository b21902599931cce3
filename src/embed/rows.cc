// rows.cc: see rows.h.

#include "embed/rows.h"

#include <cmath>
#include <string>

#include "base/text.h"
#include "waggle/embedder.h"

namespace waggle::embed {

namespace {

std::string named(std::size_t place, std::size_t count) {
  return count == 1 ? "the text" : "text " + std::to_string(place + 1) + " of " + std::to_string(count);
}

}  // namespace

Status check_texts(std::span<const std::string_view> texts) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() > Embedder::kTextBytesMax) {
      return Error(Code::kInvalidArgument, named(i, texts.size()) + " has " + std::to_string(texts[i].size()) + " bytes",
                   "embed it in parts of at most " + std::to_string(Embedder::kTextBytesMax));
    }
    if (!base::is_utf8(texts[i])) return Error(Code::kInvalidArgument, named(i, texts.size()) + " is not well-formed UTF-8", "encode it as UTF-8");
  }
  return {};
}

Error nothing_to_embed(std::size_t place, std::size_t count) {
  return Error(Code::kInvalidArgument, named(place, count) + " holds nothing that this embedder knows, so it has no direction",
               "leave it out, or store it without a vector");
}

bool scale_to_unit(std::span<float> row) {
  double squares = 0;
  for (const float number : row) squares += static_cast<double>(number) * static_cast<double>(number);
  if (squares == 0) return false;
  const double length = std::sqrt(squares);
  for (float& number : row) number = static_cast<float>(static_cast<double>(number) / length);
  return true;
}

}  // namespace waggle::embed
