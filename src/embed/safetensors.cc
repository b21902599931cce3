// safetensors.cc: see safetensors.h.

#include "embed/safetensors.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/json_document.h"

namespace waggle::embed {

namespace {

using base::JsonView;

constexpr std::size_t kLengthBytes = 8;

// A name as it stands in the file, cut where it is long.
std::string quoted(std::string_view name) { return "\"" + std::string(name.substr(0, 64)) + "\""; }

Error unsound(std::string message) { return Error(Code::kCorruption, std::move(message), "fetch or copy the file again"); }

std::uint64_t header_length(std::string_view file) {
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) length = length << 8U | static_cast<unsigned char>(file[i]);
  return length;
}

std::optional<std::uint64_t> bytes_of_one(std::string_view dtype) {
  constexpr auto kSizes = std::to_array<std::pair<std::string_view, std::uint64_t>>({{"BOOL", 1},
                                                                                     {"U8", 1},
                                                                                     {"I8", 1},
                                                                                     {"F8_E4M3", 1},
                                                                                     {"F8_E5M2", 1},
                                                                                     {"I16", 2},
                                                                                     {"U16", 2},
                                                                                     {"F16", 2},
                                                                                     {"BF16", 2},
                                                                                     {"I32", 4},
                                                                                     {"U32", 4},
                                                                                     {"F32", 4},
                                                                                     {"I64", 8},
                                                                                     {"U64", 8},
                                                                                     {"F64", 8}});
  const auto* const found = std::ranges::find(kSizes, dtype, &std::pair<std::string_view, std::uint64_t>::first);
  if (found == kSizes.end()) return std::nullopt;
  return found->second;
}

Result<std::vector<std::uint64_t>> naturals(std::optional<JsonView> list, const std::string& what) {
  if (!list || !list->is_array()) return unsound(what + " is missing or no array");
  std::vector<std::uint64_t> numbers;
  WAGGLE_TRY(list->for_each_item([&](JsonView item) -> Status {
    const auto number = item.natural();
    if (!number) return unsound(what + " holds something that is no whole number");
    numbers.push_back(*number);
    return {};
  }));
  return numbers;
}

// nullopt when the product is beyond 64 bits.
std::optional<std::uint64_t> wanted_bytes(const std::vector<std::uint64_t>& shape, std::uint64_t bytes_of_number) {
  std::uint64_t product = bytes_of_number;
  for (const std::uint64_t extent : shape) {
    if (__builtin_mul_overflow(product, extent, &product)) return std::nullopt;
  }
  return product;
}

Result<Tensor> read_tensor(std::string_view name, const JsonView& entry, std::string_view data) {
  const std::string what = "the tensor " + quoted(name);
  const auto type_entry = entry.find("dtype");
  const auto dtype = type_entry ? type_entry->text() : std::nullopt;
  const auto size = dtype ? bytes_of_one(*dtype) : std::nullopt;
  if (!size) return unsound(what + " has no dtype that the format knows");
  WAGGLE_ASSIGN_OR_RETURN(std::vector<std::uint64_t> shape, naturals(entry.find("shape"), "the shape of " + what));
  WAGGLE_ASSIGN_OR_RETURN(const std::vector<std::uint64_t> place, naturals(entry.find("data_offsets"), "the place of " + what));
  if (place.size() != 2 || place[0] > place[1] || place[1] > data.size()) return unsound(what + " lies outside of the file");
  const std::uint64_t bytes = place[1] - place[0];
  if (wanted_bytes(shape, *size) != bytes) return unsound(what + " has " + std::to_string(bytes) + " bytes, which is not what its shape says");
  return Tensor{std::string(name), std::string(*dtype), std::move(shape), data.substr(place[0], bytes)};
}

// Every byte after the header belongs to exactly one tensor.
Status check_cover(const std::vector<Tensor>& tensors, std::string_view data) {
  const char* at = data.data();
  for (const Tensor& tensor : tensors) {
    if (tensor.bytes.data() != at) return unsound("the tensor " + quoted(tensor.name) + " overlaps another one or leaves a gap before it");
    at += tensor.bytes.size();
  }
  if (at != data.data() + data.size()) return unsound("the file goes on after its last tensor");
  return {};
}

Status check_names(const std::vector<Tensor>& tensors) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const Tensor& tensor : tensors) names.emplace_back(tensor.name);
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  return twice == names.end() ? Status() : Status(unsound("there are two tensors " + quoted(*twice)));
}

}  // namespace

Result<std::vector<Tensor>> parse_safetensors(std::string_view file) {
  if (file.size() < kLengthBytes) return unsound("has " + std::to_string(file.size()) + " bytes, too few for a safetensors file");
  const std::uint64_t length = header_length(file);
  if (length > kSafetensorsHeaderBytesMax || length > file.size() - kLengthBytes) return unsound("the header is longer than the file");
  const std::string_view data = file.substr(kLengthBytes + length);
  const auto header = base::JsonDocument::parse(file.substr(kLengthBytes, length));
  if (!header) return header.error().code() == Code::kExhausted ? header.error() : unsound("the header is " + header.error().message());
  if (!header->root().is_object()) return unsound("the header is no JSON object");

  std::vector<Tensor> tensors;
  WAGGLE_TRY(header->root().for_each_member([&](std::string_view name, JsonView entry) -> Status {
    if (name == "__metadata__") return {};
    WAGGLE_ASSIGN_OR_RETURN(Tensor tensor, read_tensor(name, entry, data));
    tensors.push_back(std::move(tensor));
    return {};
  }));
  std::ranges::sort(tensors, {}, [](const Tensor& tensor) { return std::pair(tensor.bytes.data(), tensor.bytes.size()); });
  WAGGLE_TRY(check_cover(tensors, data));
  WAGGLE_TRY(check_names(tensors));
  return tensors;
}

}  // namespace waggle::embed
