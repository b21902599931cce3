// embedder.h: embedders, which make vectors of texts, so that what is alike in meaning or in words is near.
//
// Two are built in. `make_hashing_embedder` needs no model: it knows words and how they are spelt, not what they mean. `open_static_embedder` reads
// a table of token vectors from a folder: it knows meaning, as far as an average of words can, offline, on one processor, in microseconds for a
// short text. Any other comes from you: derive from Embedder, or store vectors that you have.
//
//     auto embedder = waggle::open_static_embedder("/path/of/the/folder");
//     const std::string_view texts[] = {"the queen left the hive", "a swarm was seen"};
//     waggle::Result<std::vector<float>> rows = (*embedder)->embed(texts);
//
// Vectors of different models must never be compared: their distances mean nothing. So an embedder has a model name that says all that its vectors
// depend on, and a collection remembers whose vectors it holds.

#ifndef WAGGLE_EMBEDDER_H
#define WAGGLE_EMBEDDER_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/error.h"

namespace waggle {

// Makes vectors of texts. Every call may be made from several threads at once. An implementation of your own must keep what is said here; throwing
// is not caught.
class Embedder {
 public:
  static constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;  // of one text
  static constexpr std::int64_t kDimensionsMax = 16'000;

  virtual ~Embedder() = default;

  // Names the model. Two embedders of one name give the same vector for the same text, in any process and on any machine, within the rounding of
  // floating-point numbers.
  virtual const std::string& model() const = 0;

  // How long its vectors are: 1 to kDimensionsMax.
  virtual std::int64_t dimensions() const = 0;

  // The vectors of the texts, row after row: texts.size() times dimensions() finite numbers, each row of unit length. No texts give no rows.
  //
  // There is no vector for a text without direction (an empty one; for the hashing embedder one without letters and digits; for a table one whose
  // tokens cancel each other out): that is invalid_argument, never a row of zeros. So are bytes that are not UTF-8 and a text above kTextBytesMax.
  // The error names the text by its place; it is of the whole call, and no row is answered.
  virtual Result<std::vector<float>> embed(std::span<const std::string_view> texts) const = 0;

  // The vector of one text.
  Result<std::vector<float>> embed_one(std::string_view text) const { return embed({&text, 1}); }

 protected:
  Embedder() = default;
  Embedder(const Embedder&) = default;
  Embedder& operator=(const Embedder&) = default;
};

// Hashes words, folded by case and marks, and their runs of 3 or 4 characters into `dimensions` numbers: 1 to Embedder::kDimensionsMax, and below
// about 128 many of them meet. Finds the same words in other forms and with errors of spelling; "car" and "automobile" are strangers to it. No file,
// no language, and the same bits on every machine.
// The model is "hashing-v1-DIMENSIONS"; another way of hashing will have another version. invalid_argument for other dimensions.
Result<std::unique_ptr<Embedder>> make_hashing_embedder(std::int64_t dimensions = 384);

// Opens the table in `folder`: one file NAME.safetensors with a matrix of f16, bf16 or f32, a row for each token, and its `tokenizer.json`, a BPE of
// Llama's kind. A text's vector is the mean of its tokens' rows, brought to unit length.
// The table is mapped, not read: processes share its pages. Replace a table by renaming, do not write into its file while it is open.
//
// The model is "static-DIMENSIONS-HASH"; the hash is of the content of both files, so that neither a name nor a path makes two tables one.
// not_found when the folder or one of the files is missing, unsupported for what is not understood, corruption for what is not sound; each names
// the file and the mend.
Result<std::unique_ptr<Embedder>> open_static_embedder(const std::string& folder);

}  // namespace waggle

#endif  // WAGGLE_EMBEDDER_H
