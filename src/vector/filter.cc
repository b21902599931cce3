// filter.cc: see filter.h.

#include "vector/filter.h"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <utility>

namespace waggle::vector {

using base::JsonTree;

namespace {

Error refusal(const std::string& what) {
  return Error(Code::kInvalidArgument, "the filter is not understood: " + what, R"(write, for example, {"lang":"en","year":{"ge":2020}})");
}

// Numbers compare by value, whole or not, and texts byte by byte; nothing else has an order. A long double holds an int64 exactly on x86-64 and on
// AArch64.
std::partial_ordering order(const Scalar& left, const Scalar& right) {
  const auto number = [](const Scalar& scalar) -> std::optional<long double> {
    if (const auto* whole = std::get_if<std::int64_t>(&scalar)) return static_cast<long double>(*whole);
    if (const auto* real = std::get_if<double>(&scalar)) return static_cast<long double>(*real);
    return std::nullopt;
  };
  if (const auto a = number(left), b = number(right); a && b) return *a <=> *b;
  const auto* const a = std::get_if<std::string>(&left);
  const auto* const b = std::get_if<std::string>(&right);
  if (a != nullptr && b != nullptr) return *a <=> *b;
  return std::partial_ordering::unordered;
}

bool equal(const Scalar& left, const Scalar& right) {
  if (std::holds_alternative<Container>(left) || std::holds_alternative<Container>(right)) return false;
  return order(left, right) == std::partial_ordering::equivalent || left == right;
}

}  // namespace

// Reads a filter from JSON, and counts while it reads.
class FilterParser {
 public:
  using Kind = Filter::Kind;
  using Node = Filter::Node;

  Result<Node> object(const JsonTree& json, std::size_t depth) {
    const auto* const members = json.as<JsonTree::Object>();
    if (members == nullptr) return refusal("an object is wanted");
    if (depth > Filter::kDepthMax) return refusal("it is nested deeper than " + std::to_string(Filter::kDepthMax));
    Node all{.kind = Kind::kAnd};
    for (const base::JsonMember& member : *members) {
      WAGGLE_ASSIGN_OR_RETURN(Node node, this->member(member, depth));
      all.children.push_back(std::move(node));
    }
    return all;
  }

 private:
  Result<Node> member(const base::JsonMember& member, std::size_t depth) {
    if (++nodes_ > Filter::kNodesMax) return refusal("it has more than " + std::to_string(Filter::kNodesMax) + " conditions");
    const auto* const array = member.value.as<JsonTree::Array>();
    if (array != nullptr && (member.key == "and" || member.key == "or")) {
      Node node{.kind = member.key == "and" ? Kind::kAnd : Kind::kOr};
      for (const JsonTree& item : *array) {
        WAGGLE_ASSIGN_OR_RETURN(Node child, object(item, depth + 1));
        node.children.push_back(std::move(child));
      }
      return node;
    }
    if (member.key == "not") {
      WAGGLE_ASSIGN_OR_RETURN(Node child, object(member.value, depth + 1));
      return negated(std::move(child));
    }
    if (const auto* conditions = member.value.as<JsonTree::Object>()) return this->conditions(member.key, *conditions);
    if (array != nullptr) return refusal("\"" + member.key + "\" has an array; write {\"in\":[..]}");
    return Node{.kind = Kind::kEq, .path = member.key, .operands = {scalar_of(member.value)}};
  }

  Result<Node> conditions(const std::string& path, const JsonTree::Object& given) {
    if (given.empty()) return refusal("\"" + path + "\" has no condition");
    Node all{.kind = Kind::kAnd};
    for (const base::JsonMember& each : given) {
      WAGGLE_ASSIGN_OR_RETURN(Node node, condition(path, each));
      all.children.push_back(std::move(node));
    }
    return all;
  }

  Result<Node> condition(const std::string& path, const base::JsonMember& given) {
    static constexpr std::array<std::pair<std::string_view, Kind>, 9> kOperators = {{{"eq", Kind::kEq},
                                                                                     {"ne", Kind::kEq},
                                                                                     {"lt", Kind::kLt},
                                                                                     {"le", Kind::kLe},
                                                                                     {"gt", Kind::kGt},
                                                                                     {"ge", Kind::kGe},
                                                                                     {"in", Kind::kIn},
                                                                                     {"exists", Kind::kExists},
                                                                                     {"prefix", Kind::kPrefix}}};
    if (++nodes_ > Filter::kNodesMax) return refusal("it has more than " + std::to_string(Filter::kNodesMax) + " conditions");
    const auto* const known = std::find_if(kOperators.begin(), kOperators.end(), [&](const auto& each) { return each.first == given.key; });
    if (known == kOperators.end()) {
      return refusal("\"" + path + "\" has the operator \"" + given.key + "\"; there are eq, ne, lt, le, gt, ge, in, exists and prefix");
    }
    Node node{.kind = known->second, .path = path};
    WAGGLE_TRY(read_operands(node, given));
    if (given.key == "ne" || (node.kind == Kind::kExists && !*given.value.as<bool>())) return negated(std::move(node));
    return node;
  }

  Status read_operands(Node& node, const base::JsonMember& given) {
    const std::string where = "\"" + given.key + "\" of \"" + node.path + "\" takes ";
    switch (node.kind) {
      case Kind::kExists:
        return given.value.as<bool>() != nullptr ? Status() : refusal(where + "true or false");
      case Kind::kIn: {
        const auto* const items = given.value.as<JsonTree::Array>();
        if (items == nullptr || items->size() > Filter::kOperandsMax) {
          return refusal(where + "an array of at most " + std::to_string(Filter::kOperandsMax) + " values");
        }
        for (const JsonTree& item : *items) node.operands.push_back(scalar_of(item));
        break;
      }
      default:
        node.operands.push_back(scalar_of(given.value));
    }
    const auto is_unfit = [&](const Scalar& scalar) {
      if (node.kind == Kind::kPrefix) return !std::holds_alternative<std::string>(scalar);
      if (node.kind == Kind::kEq || node.kind == Kind::kIn) return std::holds_alternative<Container>(scalar);
      return order(scalar, scalar) == std::partial_ordering::unordered;  // lt, le, gt, ge
    };
    if (std::any_of(node.operands.begin(), node.operands.end(), is_unfit)) {
      return refusal(where + (node.kind == Kind::kPrefix                         ? "a string"
                              : node.kind == Kind::kEq || node.kind == Kind::kIn ? "strings, numbers, true, false or null"
                                                                                 : "a number or a string"));
    }
    return {};
  }

  static Node negated(Node node) {
    Node outer{.kind = Kind::kNot};
    outer.children.push_back(std::move(node));
    return outer;
  }

  std::size_t nodes_ = 0;
};

Result<Filter> Filter::parse(std::string_view json) {
  WAGGLE_ASSIGN_OR_RETURN(const JsonTree tree, base::parse_json_tree(json));
  Filter filter;
  WAGGLE_ASSIGN_OR_RETURN(filter.root_, FilterParser().object(tree, 0));
  return filter;
}

void Filter::bind(const Paths& paths) { bind(root_, paths); }

void Filter::bind(Node& node, const Paths& paths) {
  node.bound = paths.find(node.path).value_or(kAbsent);
  for (Node& child : node.children) bind(child, paths);
}

bool Filter::holds(std::span<const Attribute> attributes) const { return holds(root_, attributes); }

bool Filter::holds(const Node& node, std::span<const Attribute> attributes) {
  const auto child_holds = [&](const Node& child) { return holds(child, attributes); };
  switch (node.kind) {
    case Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), child_holds);
    case Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), child_holds);
    case Kind::kNot:
      return !child_holds(node.children.front());
    default:
      return std::any_of(attributes.begin(), attributes.end(),
                         [&](const Attribute& attribute) { return attribute.path == node.bound && matches(node, attribute.value); });
  }
}

bool Filter::matches(const Node& node, const Scalar& value) {
  if (node.kind == Kind::kExists) return true;
  if (node.kind == Kind::kIn) return std::any_of(node.operands.begin(), node.operands.end(), [&](const Scalar& each) { return equal(value, each); });
  const Scalar& operand = node.operands.front();
  switch (node.kind) {
    case Kind::kEq:
      return equal(value, operand);
    case Kind::kLt:
      return is_lt(order(value, operand));
    case Kind::kLe:
      return is_lteq(order(value, operand));
    case Kind::kGt:
      return is_gt(order(value, operand));
    case Kind::kGe:
      return is_gteq(order(value, operand));
    case Kind::kPrefix: {
      const auto* const text = std::get_if<std::string>(&value);
      return text != nullptr && text->starts_with(std::get<std::string>(operand));
    }
    default:
      return false;
  }
}

}  // namespace waggle::vector
