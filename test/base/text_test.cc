// Text: UTF-8 against a plain decoder, limits of names, base64 and ends of prefixes.

#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace waggle::base {
namespace {

// RFC 3629, character by character: the plain version beside the quick one.
bool is_utf8_plain(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    const std::size_t size = lead < 0x80                   ? 1
                             : lead >= 0xc0 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf8 ? 4
                                                           : 0;
    if (size == 0 || bytes.size() - i < size) return false;
    std::uint32_t point = size == 1 ? lead : lead & (0x7fU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(bytes[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3fU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[size] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += size;
  }
  return true;
}

std::string decode_base64(std::string_view text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(digits.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>(bits >> count & 0xff);
    }
  }
  return bytes;
}

std::string base64_of(std::string_view text) { return base64(std::as_bytes(std::span(text))); }

// Bytes that often come near to UTF-8.
rc::Gen<std::string> near_utf8() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "\x7f", "\x80", "\xbf", "\xc0", "\xc2\x80", "\xc3", "\xe0", "\xe0\xa0\x80", "\xed\xa0\x80", "\xed\x9f\xbf",
                          "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8", "\xff")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

TEST(Utf8, KnownCases) {
  for (const char* const good : {"", "a", "\xc2\xa2", "\xe2\x82\xac", "\xf0\x9f\x90\x9d", "\xf4\x8f\xbf\xbf", "\xee\x80\x80"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* const bad :
       {"\x80", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_FALSE(is_utf8(std::string(100, 'x') + bad));
    EXPECT_FALSE(is_utf8(bad + std::string(100, 'x')));
  }
}

RC_GTEST_PROP(Utf8, AgreesWithThePlainDecoder, ()) {
  const std::string text = *near_utf8();
  RC_ASSERT(is_utf8(text) == is_utf8_plain(text));
}

RC_GTEST_PROP(Utf8, AgreesWithThePlainDecoderOnAnyBytes, (const std::string& text)) { RC_ASSERT(is_utf8(text) == is_utf8_plain(text)); }

TEST(CheckName, TakesOneByteUpToTheLimit) {
  EXPECT_TRUE(check_name("key", "k", 4));
  EXPECT_TRUE(check_name("key", "k234", 4));
  EXPECT_TRUE(check_name("key", "\xc3\xa9", 4));
  for (const std::string& bad : {std::string(), std::string("k2345"), std::string("a\0b", 3), std::string("\xc3")}) {
    const Status status = check_name("key", bad, 4);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), Code::kInvalidArgument);
    EXPECT_NE(status.error().message().find("the key "), std::string::npos) << status.error().message();
    EXPECT_EQ(status.error().describe().find("k2345"), std::string::npos);
  }
}

TEST(CheckText, MayBeEmpty) {
  EXPECT_TRUE(check_text("description", "", 4));
  EXPECT_FALSE(check_text("description", "12345", 4));
  EXPECT_FALSE(check_text("description", std::string_view("\0", 1), 4));
  EXPECT_FALSE(check_text("description", "\xff", 4));
}

TEST(Base64, TestVectorsOfTheRfc) {
  EXPECT_EQ(base64_of(""), "");
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foo"), "Zm9v");
  EXPECT_EQ(base64_of("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_of("\xfb\xff\xfe"), "+//+");
}

RC_GTEST_PROP(Base64, ReadsBack, (const std::string& bytes)) {
  const std::string text = base64_of(bytes);
  RC_ASSERT(text.size() == (bytes.size() + 2) / 3 * 4);
  RC_ASSERT(decode_base64(text) == bytes);
}

TEST(PrefixEnd, KnownCases) {
  EXPECT_EQ(prefix_end("ab"), "ac");
  EXPECT_EQ(prefix_end("a\xff\xff"), "b");
  EXPECT_EQ(prefix_end("a\x7f"), "a\x80");
  EXPECT_EQ(prefix_end("\xff\xff"), "");
  EXPECT_EQ(prefix_end(""), "");
}

RC_GTEST_PROP(PrefixEnd, SeparatesWhatBeginsWithThePrefix, (const std::string& prefix, const std::string& other)) {
  const std::string end = prefix_end(prefix);
  RC_PRE(!end.empty());
  RC_ASSERT(prefix + other < end);
  // Whatever lies between begins with it.
  if (other >= prefix && other < end) RC_ASSERT(other.starts_with(prefix));
}

}  // namespace
}  // namespace waggle::base
