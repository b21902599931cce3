// json_gen.h: random JSON documents for properties.

#ifndef WAGGLE_TEST_BASE_JSON_GEN_H
#define WAGGLE_TEST_BASE_JSON_GEN_H

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace waggle::test {

inline std::string join(const std::vector<std::string>& parts, char open, char close) {
  std::string text(1, open);
  for (const std::string& part : parts) text += (text.size() > 1 ? "," : "") + part;
  return text + close;
}

// A normalised document nested at most `depth` levels. Keys come from a few, so that documents share some.
inline rc::Gen<std::string> json_document(int depth = 4) {
  const auto scalar = rc::gen::element<std::string>("null", "true", "false", "0", "-1.50", "1e400", "18446744073709551616", R"("")", R"("a,b]}")",
                                                    R"("\"\\\u00e9\ud83d\udc1d")", "\"\xc3\xa9\"");
  if (depth == 0) return scalar;
  const auto key = rc::gen::element<std::string>(R"("a")", R"("b")", R"("\u0063")", R"("d}")", R"("")");
  const auto deeper = rc::gen::lazy([depth] { return json_document(depth - 1); });
  const auto member =
      rc::gen::map(rc::gen::pair(key, deeper), [](const std::pair<std::string, std::string>& pair) { return pair.first + ":" + pair.second; });
  const auto list = [](const rc::Gen<std::string>& part, char open, char close) {
    return rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<std::string>>(part)),
                        [open, close](const std::vector<std::string>& parts) { return join(parts, open, close); });
  };
  return rc::gen::oneOf(scalar, list(deeper, '[', ']'), list(member, '{', '}'), list(member, '{', '}'));
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_BASE_JSON_GEN_H
