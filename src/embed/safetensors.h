// safetensors.h: the header of a safetensors file: which tensors it holds, and where.
//
//   8 bytes   N, the length of the header, little-endian
//   N bytes   JSON: {"NAME":{"dtype":"F16","shape":[32000,256],"data_offsets":[0,16384000]},...,"__metadata__":{..}}
//   the rest  the numbers, row after row, little-endian; offsets count from here
//
// The file is untrusted: every offset and count is checked against the file's length before anything is read or allocated by it.

#ifndef WAGGLE_EMBED_SAFETENSORS_H
#define WAGGLE_EMBED_SAFETENSORS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waggle::embed {

// As the format's own reader has it.
inline constexpr std::uint64_t kSafetensorsHeaderBytesMax = 100'000'000;

struct Tensor {
  std::string name;
  std::string dtype;  // one of those that the format names: "F16", "BF16", "F32", "I64", ...
  std::vector<std::uint64_t> shape;
  std::string_view bytes;  // of the file
};

// The tensors of a whole file, in the order of their bytes. corruption, with what is wrong, when the header is not sound, when a tensor's bytes are
// not as many as its shape says, or when tensors overlap, leave a gap or end elsewhere than the file.
Result<std::vector<Tensor>> parse_safetensors(std::string_view file);

}  // namespace waggle::embed

#endif  // WAGGLE_EMBED_SAFETENSORS_H
