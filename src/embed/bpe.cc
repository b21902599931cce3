// bpe.cc: see bpe.h.

#include "embed/bpe.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>

#include "embed/utf8.h"

namespace waggle::embed {

namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();  // no neighbour
constexpr TokenId kMergedAway = kNone;

std::uint64_t pair_key(TokenId left, TokenId right) { return std::uint64_t{left} << 32U | right; }

// Stands for a blank, hence before each word: U+2581.
constexpr std::string_view kWordMark = "\u2581";

// Where the first mark stands that has something else before it; the size of the text when none does.
std::size_t word_end(std::string_view text) {
  std::size_t at = 0;
  while (text.substr(at).starts_with(kWordMark)) at += kWordMark.size();
  return std::min(text.find(kWordMark, at), text.size());
}

Error not_in_vocabulary(std::string_view what) {
  return Error(Code::kCorruption, std::string(what) + " is not in the vocabulary", "fetch or copy the file again");
}

std::string byte_token(unsigned byte) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  return std::string("<0x") + kHexDigits[byte >> 4U] + kHexDigits[byte & 0xfU] + ">";
}

}  // namespace

Result<Bpe> Bpe::make(const BpeModel& model) {
  Bpe bpe(model.vocabulary.tokens().size(), model.merges.size());
  bpe.fuse_unknown_ = model.fuse_unknown;
  WAGGLE_TRY(bpe.add_characters(model));
  if (model.byte_fallback) WAGGLE_TRY(bpe.add_byte_tokens(model));
  WAGGLE_TRY(bpe.add_merges(model));
  return bpe;
}

Status Bpe::add_characters(const BpeModel& model) {
  for (const auto& [text, id] : model.vocabulary.tokens()) {
    if (text.empty()) continue;
    const Utf8Character first = utf8_character(text, 0);
    if (first.bytes == text.size()) characters_.set(first.code_point, id);
  }
  if (!model.unknown) return {};
  unknown_ = model.vocabulary.find(*model.unknown);
  return unknown_ ? Status() : Status(not_in_vocabulary("the token for unknown characters"));
}

Status Bpe::add_byte_tokens(const BpeModel& model) {
  std::array<TokenId, 256>& tokens = byte_tokens_.emplace();
  for (unsigned byte = 0; byte < tokens.size(); ++byte) {
    const auto found = model.vocabulary.find(byte_token(byte));
    if (!found) return not_in_vocabulary("the token of byte " + std::to_string(byte));
    tokens[byte] = *found;
  }
  return {};
}

Status Bpe::add_merges(const BpeModel& model) {
  // A mark without a token may melt into unknown characters around it, and two marks may meet where such characters are left out.
  words_stand_apart_ = model.vocabulary.find(kWordMark) && (model.byte_fallback || model.unknown);
  std::string joined;
  for (std::uint32_t rank = 0; rank < model.merges.size(); ++rank) {
    const auto& [left, right] = model.merges[rank];
    joined.assign(left).append(right);
    const auto left_id = model.vocabulary.find(left);
    const auto right_id = model.vocabulary.find(right);
    const auto joined_id = model.vocabulary.find(joined);
    if (!left_id || !right_id || !joined_id) return not_in_vocabulary("a token of merge " + std::to_string(rank));
    merges_.set(pair_key(*left_id, *right_id), {rank, *joined_id});
    if (right.starts_with(kWordMark) && !left.ends_with(kWordMark)) words_stand_apart_ = false;
  }
  return {};
}

// Word by word where that makes no difference: the shorter the list of symbols, the cheaper is each merge.
void Bpe::encode(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const {
  while (!text.empty()) {
    const std::size_t end = words_stand_apart_ ? word_end(text) : text.size();
    split(text.substr(0, end), scratch);
    merge(scratch);
    for (const Scratch::Symbol& symbol : scratch.symbols_) {
      if (symbol.id != kMergedAway) tokens.push_back(symbol.id);
    }
    text.remove_prefix(end);
  }
}

// The characters as a list of symbols.
void Bpe::split(std::string_view text, Scratch& scratch) const {
  scratch.symbols_.clear();
  const auto add = [&scratch](TokenId id) {
    const auto place = static_cast<std::uint32_t>(scratch.symbols_.size());
    scratch.symbols_.push_back({id, place - 1, place + 1, kNone, kNone});  // the first one's predecessor wraps around to kNone
  };
  bool after_unknown = false;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = utf8_character(text, at);
    bool is_unknown = false;
    if (const TokenId* const id = characters_.find(character.code_point)) {
      add(*id);
    } else if (byte_tokens_) {
      for (std::size_t i = 0; i < character.bytes; ++i) add((*byte_tokens_)[static_cast<unsigned char>(text[at + i])]);
    } else if (unknown_) {
      is_unknown = true;
      if (!after_unknown || !fuse_unknown_) add(*unknown_);
    }
    after_unknown = is_unknown;
    at += character.bytes;
  }
  if (!scratch.symbols_.empty()) scratch.symbols_.back().next = kNone;
}

// Finds out whether the symbol can be merged with the next one; if so, adds it to the end of the candidates.
bool Bpe::rank(std::uint32_t place, Scratch& scratch) const {
  Scratch::Symbol& symbol = scratch.symbols_[place];
  const Merge* const merge = symbol.next == kNone ? nullptr : merges_.find(pair_key(symbol.id, scratch.symbols_[symbol.next].id));
  symbol.rank = merge == nullptr ? kNone : merge->rank;
  if (merge == nullptr) return false;
  symbol.merged = merge->id;
  scratch.candidates_.push_back(Scratch::Candidate{merge->rank} << 32U | place);
  return true;
}

void Bpe::rank_again(std::uint32_t place, Scratch& scratch) const {
  if (rank(place, scratch)) std::push_heap(scratch.candidates_.begin(), scratch.candidates_.end(), std::greater());
}

void Bpe::merge(Scratch& scratch) const {
  auto& symbols = scratch.symbols_;
  auto& candidates = scratch.candidates_;
  candidates.clear();
  for (std::uint32_t i = 0; i < symbols.size(); ++i) rank(i, scratch);
  std::make_heap(candidates.begin(), candidates.end(), std::greater());
  while (!candidates.empty()) {
    const Scratch::Candidate best = candidates.front();
    std::pop_heap(candidates.begin(), candidates.end(), std::greater());
    candidates.pop_back();
    const auto place = static_cast<std::uint32_t>(best);
    Scratch::Symbol& left = symbols[place];
    if (left.rank != best >> 32U) continue;  // it has changed since: candidates stay in the heap until their turn comes

    Scratch::Symbol& right = symbols[left.next];
    left.id = left.merged;
    left.next = right.next;
    right.id = kMergedAway;
    right.rank = kNone;
    if (left.next != kNone) symbols[left.next].previous = place;
    if (left.previous != kNone) rank_again(left.previous, scratch);
    rank_again(place, scratch);
  }
}

}  // namespace waggle::embed
