// words.cc: see words.h. The tables follow Unicode's decompositions and case foldings, and add plain letters for those that Unicode takes for letters
// of their own (ø, đ, ł, æ, ...).

#include "embed/words.h"

#include <array>
#include <cstdint>
#include <string>

#include "embed/utf8.h"

namespace waggle::embed {

namespace {

// What each character from `first` on folds to. '.' stays as it is; a capital stands for two letters, see kPairs.
struct FoldTable {
  char32_t first;
  std::u32string_view folded;
};

constexpr FoldTable kTables[] = {
    // U+00C0: Latin letters of Latin-1, Latin Extended-A and -B
    {0x00c0, U"aaaaaaAceeeeiiiidnooooo.ouuuuyTSaaaaaaAceeeeiiiidnooooo.ouuuuyTy"
             U"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiJJjjkk.lllllll"
             U"lllnnnnnnn\u014b.ooooooOOrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
             U"................................oo.............uu..............."
             U"....DDDLLLNNNaaiioouuuuuuuuuu.aaaaAA..ggkkoooo..jDDDgg..nnaaAAoo"
             U"aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy"},
    {0x0386, U".\u00b7εηι.ο.υωιαβγδεζηθικλμνξοπρ.στυφχψωιυαεηιυαβγδεζηθικλμνξοπρσστυφχψωιυουω"},
    {0x0400, U"ееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэюя"
             U"абвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџ"},
    {0x04c0, U"ӏжжӄӄӆӆӈӈӊӊӌӌӎӎӏааааӕӕееәәәәжжззӡӡииииооөөөөээууууууччӷӷыы"},
    // U+1E00: Latin Extended Additional
    {0x1e00, U"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
             U"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
             U"wwwwwwwwwwxxxxyyzzzzzzhtwyas..S.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
             U"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy"},
};

// What a capital of the tables stands for.
constexpr std::u32string_view pair_of(char32_t capital) {
  switch (capital) {
    case U'A':
      return U"ae";
    case U'D':
      return U"dz";
    case U'J':
      return U"ij";
    case U'L':
      return U"lj";
    case U'N':
      return U"nj";
    case U'O':
      return U"oe";
    case U'S':
      return U"ss";
    default:
      return U"th";
  }
}

constexpr bool is_in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

// Case that is a matter of arithmetic.
char32_t lower(char32_t c) {
  if (is_in(c, U'A', U'Z')) return c + 0x20;
  if (is_in(c, 0x0460, 0x0481) || is_in(c, 0x048a, 0x04bf) || is_in(c, 0x04fa, 0x052f)) return c | 1U;  // Cyrillic, in pairs
  if (is_in(c, 0x0531, 0x0556)) return c + 0x30;                                                        // Armenian
  if (is_in(c, 0xff10, 0xff19)) return c - 0xff10 + U'0';                                               // full-width digits and letters
  if (is_in(c, 0xff21, 0xff3a)) return c - 0xff21 + U'a';
  if (is_in(c, 0xff41, 0xff5a)) return c - 0xff41 + U'a';
  return c;
}

void append_folded(char32_t c, std::u32string& word) {
  for (const FoldTable& table : kTables) {
    if (c < table.first || c - table.first >= table.folded.size()) continue;
    const char32_t folded = table.folded[c - table.first];
    if (folded == U'.') break;
    if (is_in(folded, U'A', U'Z')) {
      word += pair_of(folded);
    } else {
      word += folded;
    }
    return;
  }
  word += lower(c);
}

enum class Kind : std::uint8_t { kLetter, kIdeograph, kMark, kOther };

struct Range {
  char32_t first;
  char32_t last;
  Kind kind;
};

// Beyond ASCII all is a letter but for these. Emoji are letters too: they mean something.
constexpr Range kRanges[] = {
    {0x0080, 0x00a9, Kind::kOther},       {0x00ab, 0x00ac, Kind::kOther},     {0x00ad, 0x00ad, Kind::kMark},  // soft hyphen
    {0x00ae, 0x00b4, Kind::kOther},       {0x00b6, 0x00b9, Kind::kOther},     {0x00bb, 0x00bf, Kind::kOther},
    {0x00d7, 0x00d7, Kind::kOther},       {0x00f7, 0x00f7, Kind::kOther},     {0x0300, 0x036f, Kind::kMark},
    {0x037e, 0x037e, Kind::kOther},       {0x0387, 0x0387, Kind::kOther},     {0x0483, 0x0489, Kind::kMark},
    {0x055a, 0x055f, Kind::kOther},       {0x0589, 0x058f, Kind::kOther},     {0x060c, 0x060d, Kind::kOther},  // Arabic commas
    {0x061b, 0x061f, Kind::kOther},       {0x0964, 0x0965, Kind::kOther},     {0x1ab0, 0x1aff, Kind::kMark},
    {0x1dc0, 0x1dff, Kind::kMark},        {0x2000, 0x200b, Kind::kOther},     {0x200c, 0x200d, Kind::kMark},  // joiners
    {0x200e, 0x206f, Kind::kOther},       {0x20a0, 0x20cf, Kind::kOther},     {0x20d0, 0x20ff, Kind::kMark},
    {0x2190, 0x2bff, Kind::kOther},       {0x2e00, 0x2e7f, Kind::kOther},     {0x3000, 0x3004, Kind::kOther},
    {0x3005, 0x3007, Kind::kIdeograph},   {0x3008, 0x3030, Kind::kOther},     {0x3040, 0x30ff, Kind::kIdeograph},
    {0x31f0, 0x31ff, Kind::kIdeograph},   {0x3400, 0x4dbf, Kind::kIdeograph}, {0x4e00, 0x9fff, Kind::kIdeograph},
    {0xe000, 0xf8ff, Kind::kOther},       {0xf900, 0xfaff, Kind::kIdeograph}, {0xfe00, 0xfe0f, Kind::kMark},  // variation selectors
    {0xfe10, 0xfe1f, Kind::kOther},       {0xfe20, 0xfe2f, Kind::kMark},      {0xfe30, 0xfe6f, Kind::kOther},
    {0xff00, 0xff0f, Kind::kOther},       {0xff1a, 0xff20, Kind::kOther},     {0xff3b, 0xff40, Kind::kOther},
    {0xff5b, 0xff65, Kind::kOther},       {0xff66, 0xff9f, Kind::kIdeograph}, {0xfff0, 0xffff, Kind::kOther},
    {0x20000, 0x3ffff, Kind::kIdeograph}, {0xe0000, 0x10ffff, Kind::kOther},
};

Kind kind_of(char32_t c) {
  if (c < 0x80) return is_in(c, U'0', U'9') || is_in(c | 0x20U, U'a', U'z') ? Kind::kLetter : Kind::kOther;
  for (const Range& range : kRanges) {
    if (c <= range.last) return c >= range.first ? range.kind : Kind::kLetter;
  }
  return Kind::kLetter;
}

void visit_run(std::u32string& run, Kind kind, base::FunctionRef<void(std::u32string_view word)> visit) {
  if (kind == Kind::kIdeograph && run.size() > 2) {
    for (std::size_t i = 0; i + 2 <= run.size(); ++i) visit(std::u32string_view(run).substr(i, 2));
  } else if (!run.empty()) {
    visit(run);
  }
  run.clear();
}

}  // namespace

void for_each_word(std::string_view text, base::FunctionRef<void(std::u32string_view word)> visit) {
  std::u32string run;
  Kind kind = Kind::kOther;  // of the run
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = utf8_character(text, at);
    at += character.bytes;
    const Kind next = kind_of(character.code_point);
    if (next == Kind::kMark) continue;
    if (next != kind) visit_run(run, kind, visit);
    kind = next;
    if (next != Kind::kOther) append_folded(character.code_point, run);
  }
  visit_run(run, kind, visit);
}

}  // namespace waggle::embed
