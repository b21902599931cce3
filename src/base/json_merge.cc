// json_merge.cc: merge patches (RFC 7396) on the text itself, so that what a patch does not name stays as it was written, to the digit.
//
// Of a key that stands twice in one object the last value counts, as for most readers of JSON; an object that a patch touches comes out without
// the others.

#include <algorithm>
#include <unordered_map>

#include "base/json.h"
#include "base/json_scan.h"

namespace waggle::base {

namespace {

// A normalised JSON text and where its containers end. Finding a value's end is then quick at each level; scanning for it anew would cost the
// depth times the size.
class Document {
 public:
  explicit Document(std::string_view text) : text_(text) { is_valid_ = index(); }

  bool is_valid() const { return is_valid_; }
  std::string_view text() const { return text_; }

  // The end of the value or key that begins at `start`.
  std::size_t end_of(std::size_t start) const {
    const char first = text_[start];
    if (first == '"') return scan_string(text_, start).position + 1;
    if (first == '{' || first == '[') {
      const auto place = std::lower_bound(containers_.begin(), containers_.end(), start,
                                          [](const Container& container, std::size_t position) { return container.open < position; });
      return place != containers_.end() && place->open == start ? place->end : text_.size();
    }
    return std::min(text_.find_first_of(",]}", start), text_.size());
  }

 private:
  struct Container {
    std::size_t open;
    std::size_t end;
  };

  // False when the brackets and strings do not match. What an array holds is never looked into, and left out.
  bool index() {
    std::vector<std::size_t> unclosed;
    std::size_t arrays = 0;
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') {
        const StringScan scan = scan_string(text_, at);
        if (!scan.is_valid) return false;
        at = scan.position;
      } else if (c == '{' || c == '[') {
        if (arrays == 0) {
          unclosed.push_back(containers_.size());
          containers_.push_back({at, text_.size()});
        }
        if (arrays != 0 || c == '[') ++arrays;
        if (unclosed.size() + arrays > kJsonDepthMax + 1) return false;
      } else if (c == '}' || c == ']') {
        if (arrays != 0) --arrays;
        if (arrays != 0) continue;
        if (unclosed.empty()) return false;
        containers_[unclosed.back()].end = at + 1;
        unclosed.pop_back();
      }
    }
    return !text_.empty() && unclosed.empty();
  }

  std::string_view text_;
  std::vector<Container> containers_;
  bool is_valid_ = false;
};

// A value: where it stands in its document.
struct Place {
  const Document* document = nullptr;  // none: there is no such value
  std::size_t start = 0;
  std::size_t end = 0;

  std::string_view text() const { return document->text().substr(start, end - start); }
  bool is_object() const { return document != nullptr && document->text()[start] == '{'; }
};

struct Member {
  std::string_view key;  // as written, with its quotes
  Place value;
};

// The members of an object in the order in which their keys first stand there.
class Members {
 public:
  explicit Members(const Place& object) {
    if (!object.is_object()) return;
    const Document& document = *object.document;
    std::size_t at = object.start + 1;
    while (at + 1 < object.end && document.text()[at] == '"') {
      const std::size_t key_end = document.end_of(at);
      const std::size_t start = key_end + 1;  // past the colon
      if (start >= object.end) return;
      const Member member{document.text().substr(at, key_end - at), {&document, start, document.end_of(start)}};
      const auto [known, is_new] = by_key_.emplace(unescape_json(member.key.substr(1, member.key.size() - 2)), members_.size());
      if (is_new) {
        members_.push_back(member);
      } else {
        members_[known->second].value = member.value;
      }
      at = member.value.end + 1;  // past the comma
    }
  }

  const std::vector<Member>& all() const { return members_; }
  const Member* find(const Member& other) const {
    const auto known = by_key_.find(unescape_json(other.key.substr(1, other.key.size() - 2)));
    return known == by_key_.end() ? nullptr : &members_[known->second];
  }

 private:
  std::vector<Member> members_;
  std::unordered_map<std::string, std::size_t> by_key_;
};

// Recursion ends at kJsonDepthMax, which Document keeps.
void merge(std::string& out, const Place& target, const Place& patch) {
  if (!patch.is_object()) {
    out += patch.text();
    return;
  }
  const Members old_members(target);
  const Members changes(patch);
  const auto begin_member = [&out](std::string_view key) {
    if (out.back() != '{') out += ',';
    out.append(key).append(":");
  };

  out += '{';
  for (const Member& member : old_members.all()) {
    const Member* const change = changes.find(member);
    if (change == nullptr) {
      begin_member(member.key);
      out += member.value.text();
    } else if (change->value.text() != "null") {
      begin_member(member.key);
      merge(out, member.value, change->value);
    }
  }
  for (const Member& change : changes.all()) {
    if (change.value.text() == "null" || old_members.find(change) != nullptr) continue;
    begin_member(change.key);
    merge(out, Place(), change.value);
  }
  out += '}';
}

}  // namespace

Result<std::string> merge_json(std::string_view target, std::string_view patch) {
  const Document old_document(target);
  const Document changes(patch);
  for (const Document* document : {&old_document, &changes}) {
    if (!document->is_valid()) return Error(Code::kInvalidArgument, "the JSON to merge is not valid", "give two JSON documents");
  }
  std::string out;
  out.reserve(target.size() + patch.size());
  merge(out, {&old_document, 0, target.size()}, {&changes, 0, patch.size()});
  return out;
}

}  // namespace waggle::base
