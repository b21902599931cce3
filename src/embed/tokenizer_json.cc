// tokenizer_json.cc: see tokenizer_json.h.

#include "embed/tokenizer_json.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/json_document.h"

namespace waggle::embed {

namespace {

using base::JsonView;

constexpr std::size_t kNormalisersMax = 16;

Error unsound(const std::string& what) { return Error(Code::kCorruption, what, "fetch or copy the file again"); }

Error unsupported(const std::string& what) {
  return Error(Code::kUnsupported, "the tokenizer has " + what, "use a table whose tokenizer is a BPE of Llama's kind, or embed elsewhere");
}

std::optional<std::string_view> text_of(const JsonView& object, std::string_view name) {
  const auto member = object.find(name);
  return member ? member->text() : std::nullopt;
}

bool is_absent(const JsonView& object, std::string_view name) {
  const auto member = object.find(name);
  return !member || member->is_null();
}

// false when it is absent.
Result<bool> flag_of(const JsonView& object, std::string_view name) {
  if (is_absent(object, name)) return false;
  const auto truth = object.find(name)->boolean();
  if (!truth) return unsound("the member " + std::string(name) + " is neither true nor false");
  return *truth;
}

Result<TokenId> id_of(const std::optional<JsonView>& value) {
  const auto number = value ? value->natural() : std::nullopt;
  if (!number || *number > Tokenizer::kIdMax) return unsound("a token has no id, or one that is no whole number or too great");
  return static_cast<TokenId>(*number);
}

Result<Normaliser> read_replace(const JsonView& step, std::string_view content) {
  const auto pattern = step.find("pattern");
  const auto text = pattern ? text_of(*pattern, "String") : std::nullopt;
  if (!text || text->empty()) return unsupported("a normaliser Replace of something else than a text");
  return Normaliser{Normaliser::Kind::kReplace, std::string(*text), std::string(content)};
}

Status read_normaliser(const JsonView& step, std::vector<Normaliser>& steps) {
  const std::string_view type = text_of(step, "type").value_or("without a type").substr(0, 64);
  if (type == "Sequence") {
    const auto inner = step.find("normalizers");
    if (!inner || !inner->is_array()) return unsound("the normaliser Sequence holds no array");
    return inner->for_each_item([&steps](JsonView item) -> Status {
      if (text_of(item, "type") == "Sequence") return unsupported("normaliser sequences in each other");
      return read_normaliser(item, steps);
    });
  }
  if (type != "Prepend" && type != "Replace") return unsupported("the normaliser " + std::string(type));
  const auto content = text_of(step, type == "Prepend" ? "prepend" : "content");
  if (!content) return unsound("the normaliser " + std::string(type) + " does not say what it puts in");
  if (content->size() > Normaliser::kContentBytesMax || steps.size() == kNormalisersMax) return unsupported("normalisers that are too long");
  if (type == "Prepend") {
    steps.push_back({Normaliser::Kind::kPrepend, {}, std::string(*content)});
  } else {
    WAGGLE_ASSIGN_OR_RETURN(Normaliser replace, read_replace(step, *content));
    steps.push_back(std::move(replace));
  }
  return {};
}

Result<AddedToken> read_added_token(const JsonView& entry) {
  const auto content = text_of(entry, "content");
  if (!content || content->empty()) return unsound("an added token has no content");
  for (const char* const name : {"single_word", "lstrip", "rstrip", "normalized"}) {
    WAGGLE_ASSIGN_OR_RETURN(const bool is_set, flag_of(entry, name));
    if (is_set) return unsupported(std::string("an added token with ") + name);
  }
  WAGGLE_ASSIGN_OR_RETURN(const TokenId id, id_of(entry.find("id")));
  return AddedToken{std::string(*content), id};
}

Result<std::pair<std::string_view, std::string_view>> read_merge(const JsonView& entry) {
  const Error refusal = unsound("a merge is neither two tokens nor a text of two");
  std::vector<std::string_view> tokens;
  if (const auto text = entry.text()) {
    const std::size_t blank = text->find(' ');
    if (blank == std::string_view::npos || text->find(' ', blank + 1) != std::string_view::npos) return refusal;
    return std::pair(text->substr(0, blank), text->substr(blank + 1));
  }
  WAGGLE_TRY(entry.for_each_item([&](JsonView token) -> Status {
    if (!token.text()) return refusal;
    tokens.push_back(*token.text());
    return {};
  }));
  if (tokens.size() != 2) return refusal;
  return std::pair(tokens[0], tokens[1]);
}

Result<Vocabulary> read_vocabulary(const JsonView& model) {
  const auto members = model.find("vocab");
  if (!members || !members->is_object()) return unsound("the model has no vocabulary");
  std::size_t count = 0;
  WAGGLE_TRY(members->for_each_member([&count](std::string_view /*token*/, JsonView /*id*/) -> Status { return ++count, Status(); }));
  Vocabulary vocabulary(count);
  WAGGLE_TRY(members->for_each_member([&vocabulary](std::string_view token, JsonView value) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const TokenId id, id_of(value));
    if (!vocabulary.add(token, id)) return unsound("the vocabulary holds a token twice");
    return {};
  }));
  return vocabulary;
}

Status read_merges(const JsonView& model, BpeModel& out) {
  const auto merges = model.find("merges");
  if (!merges || !merges->is_array()) return unsound("the model has no merges");
  return merges->for_each_item([&out](JsonView entry) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(const auto pair, read_merge(entry));
    out.merges.push_back(pair);
    return {};
  });
}

Result<BpeModel> read_model(const JsonView& model) {
  const std::string_view type = text_of(model, "type").value_or("without a type").substr(0, 64);
  if (type != "BPE") return unsupported("a model " + std::string(type));
  if (!is_absent(model, "dropout")) return unsupported("a model with dropout");
  for (const char* const name : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!is_absent(model, name) && text_of(model, name) != "") return unsupported(std::string("a model with ") + name);
  }
  WAGGLE_ASSIGN_OR_RETURN(const bool ignores_merges, flag_of(model, "ignore_merges"));
  if (ignores_merges) return unsupported("a model with ignore_merges");
  WAGGLE_ASSIGN_OR_RETURN(Vocabulary vocabulary, read_vocabulary(model));
  BpeModel read{.vocabulary = std::move(vocabulary)};
  if (!is_absent(model, "unk_token")) {
    read.unknown = text_of(model, "unk_token");
    if (!read.unknown) return unsound("the token for unknown characters is no text");
  }
  WAGGLE_ASSIGN_OR_RETURN(read.fuse_unknown, flag_of(model, "fuse_unk"));
  WAGGLE_ASSIGN_OR_RETURN(read.byte_fallback, flag_of(model, "byte_fallback"));
  WAGGLE_TRY(read_merges(model, read));
  return read;
}

Result<std::vector<Normaliser>> read_normalisers(const JsonView& root) {
  std::vector<Normaliser> steps;
  if (!is_absent(root, "normalizer")) WAGGLE_TRY(read_normaliser(*root.find("normalizer"), steps));
  return steps;
}

Result<std::vector<AddedToken>> read_added_tokens(const JsonView& root) {
  std::vector<AddedToken> tokens;
  if (is_absent(root, "added_tokens")) return tokens;
  WAGGLE_TRY(root.find("added_tokens")->for_each_item([&tokens](JsonView entry) -> Status {
    WAGGLE_ASSIGN_OR_RETURN(AddedToken token, read_added_token(entry));
    tokens.push_back(std::move(token));
    return {};
  }));
  return tokens;
}

TokenId greatest_of(const BpeModel& model, const std::vector<AddedToken>& added) {
  TokenId greatest = 0;
  for (const Vocabulary::Token& token : model.vocabulary.tokens()) greatest = std::max(greatest, token.id);
  for (const AddedToken& token : added) greatest = std::max(greatest, token.id);
  return greatest;
}

}  // namespace

Result<Tokenizer> parse_tokenizer(std::string_view json) {
  const auto document = base::JsonDocument::parse(json);
  if (!document) return document.error().code() == Code::kExhausted ? document.error() : unsound(document.error().message());
  const JsonView root = document->root();
  const auto model = root.find("model");
  if (!model || !model->is_object()) return unsound("is no tokenizer: it has no model");
  if (!is_absent(root, "pre_tokenizer")) return unsupported("a pre-tokenizer");
  WAGGLE_ASSIGN_OR_RETURN(std::vector<Normaliser> normalisers, read_normalisers(root));
  WAGGLE_ASSIGN_OR_RETURN(std::vector<AddedToken> added, read_added_tokens(root));
  WAGGLE_ASSIGN_OR_RETURN(const BpeModel read, read_model(*model));
  WAGGLE_ASSIGN_OR_RETURN(Bpe bpe, Bpe::make(read));
  const TokenId greatest = greatest_of(read, added);
  return Tokenizer({std::move(added), std::move(normalisers), std::move(bpe), greatest});
}

}  // namespace waggle::embed
