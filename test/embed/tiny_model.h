// tiny_model.h: a table and a tokenizer small enough to follow by hand, in the formats of large ones.

#ifndef WAGGLE_TEST_EMBED_TINY_MODEL_H
#define WAGGLE_TEST_EMBED_TINY_MODEL_H

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace waggle::test {

// Eight bytes of length, the header, the data.
inline std::string safetensors(std::string_view header, std::string_view data) {
  std::string file(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(file.data(), &length, sizeof(length));
  return file.append(header).append(data);
}

template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

// A matrix of f32 as a file.
inline std::string f32_table(std::size_t rows, std::size_t dimensions, const std::vector<float>& numbers) {
  return safetensors(R"({"embedding.weight":{"dtype":"F32","shape":[)" + std::to_string(rows) + "," + std::to_string(dimensions) +
                         R"(],"data_offsets":[0,)" + std::to_string(numbers.size() * sizeof(float)) + "]}}",
                     bytes_of(numbers));
}

// The ids of the tiny tokenizer. "ab" is merged before "bc", and both before "abc".
enum TinyToken : std::uint32_t { kUnknown, kStart, kMark, kA, kB, kC, kAb, kBc, kAbc, kMarkA, kTinyTokens };

// A blank becomes the mark (U+2581), another one stands before the text; "<s>" is a token of its own.
inline std::string tiny_tokenizer() {
  return R"({"version":"1.0","truncation":null,"padding":null,
    "added_tokens":[{"id":1,"content":"<s>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
    "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},
    "pre_tokenizer":null,"post_processor":null,"decoder":null,
    "model":{"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,
      "byte_fallback":false,"vocab":{"<unk>":0,"<s>":1,"▁":2,"a":3,"b":4,"c":5,"ab":6,"bc":7,"abc":8,"▁a":9},
      "merges":["a b","b c",["ab","c"],"▁ a"]}})";
}

// `text` with the first `from` in it replaced by `to`.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? "nothing to replace" : text.replace(at, from.size(), to);
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_EMBED_TINY_MODEL_H
