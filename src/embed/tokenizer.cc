// tokenizer.cc: see tokenizer.h.

#include "embed/tokenizer.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace waggle::embed {

namespace {

// Stops where the answer becomes too long, which the caller finds out.
void replace_all(const Normaliser& step, std::string_view text, std::string& out) {
  out.clear();
  std::size_t at = 0;
  while (out.size() <= Tokenizer::kNormalisedBytesMax) {
    const std::size_t found = text.find(step.pattern, at);
    out += text.substr(at, found - at);
    if (found == std::string_view::npos) return;
    out += step.content;
    at = found + step.pattern.size();
  }
}

}  // namespace

Tokenizer::Tokenizer(Parts parts) : parts_(std::move(parts)) {
  std::ranges::sort(parts_.added_tokens, std::greater(), [](const AddedToken& token) { return std::pair(token.content.size(), token.id); });
  for (const AddedToken& token : parts_.added_tokens) begins_added_token_[static_cast<unsigned char>(token.content.front())] = true;
}

// The longest one that stands there.
const AddedToken* Tokenizer::added_token_at(std::string_view text, std::size_t at) const {
  if (!begins_added_token_[static_cast<unsigned char>(text[at])]) return nullptr;
  const auto found = std::ranges::find_if(parts_.added_tokens, [&](const AddedToken& token) { return text.substr(at).starts_with(token.content); });
  return found == parts_.added_tokens.end() ? nullptr : &*found;
}

Status Tokenizer::encode(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const {
  tokens.clear();
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const AddedToken* const token = added_token_at(text, at);
    if (token == nullptr) {
      ++at;
      continue;
    }
    WAGGLE_TRY(encode_between(text.substr(begin, at - begin), scratch, tokens));
    tokens.push_back(token->id);
    at += token->content.size();
    begin = at;
  }
  return encode_between(text.substr(begin), scratch, tokens);
}

Status Tokenizer::encode_between(std::string_view text, Scratch& scratch, std::vector<TokenId>& tokens) const {
  if (text.empty()) return {};
  scratch.normalised.assign(text);
  for (const Normaliser& step : parts_.normalisers) {
    if (step.kind == Normaliser::Kind::kPrepend) {
      if (!scratch.normalised.empty()) scratch.normalised.insert(0, step.content);
    } else {
      replace_all(step, scratch.normalised, scratch.replaced);
      scratch.normalised.swap(scratch.replaced);
    }
    if (scratch.normalised.size() > kNormalisedBytesMax) {
      return Error(Code::kExhausted, "the tokenizer's normalisers make the text too long", "embed it in parts");
    }
  }
  parts_.bpe.encode(scratch.normalised, scratch.bpe, tokens);
  return {};
}

}  // namespace waggle::embed
