#include "daemon/cli/console.hpp"

#include "daemon/cli/progress.hpp"
#include "daemon/cli/render.hpp"
#include "daemon/cli/table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace calsync::cli {
namespace {

struct Captured {  // a console whose standard output is a file, as for a pipe
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  Console console{out, err, {}};
  ~Captured() {
    std::fclose(out);
    std::fclose(err);
  }
  std::string text() {
    console.flush();
    std::rewind(out);
    std::string all(4096, '\0');
    all.resize(std::fread(all.data(), 1, all.size(), out));
    return all;
  }
};

TEST(Printable, LeavesNothingThatDrivesATerminal) {
  struct Row {
    std::string text, expected;
  };
  const std::string bad = "\xEF\xBF\xBD";
  for (const Row& row : {Row{"plain é €", "plain é €"}, Row{"\x1b[31mred", bad + "[31mred"},
                         Row{"a\nb\tc", "a" + bad + "b" + bad + "c"},
                         Row{"\xC2\x9B"
                             "31m",
                             bad + "31m"},
                         Row{"\xFFx", bad + "x"}, Row{"\xE2\x82", bad + bad}, Row{"\xC0\xAF", bad + bad},
                         Row{"\xED\xA0\x80", bad + bad + bad}, Row{std::string("a\0b", 3), "a" + bad + "b"}})
    EXPECT_EQ(printable(row.text), row.expected) << row.text;
}

TEST(Printable, ShowsWhatHasNoWidthOrTurnsTheDirection) {
  const std::string bad = "\xEF\xBF\xBD";
  for (const char* hidden : {"\u200B", "\u200C", "\u200F", "\u2028", "\u202A", "\u202E", "\u2060", "\u2066",
                             "\u2069", "\u206F", "\uFEFF", "\u061C"})
    EXPECT_EQ(printable("a" + std::string(hidden) + "b"), "a" + bad + "b");
  for (const char* shown :
       {"\u200A", "\u2010", "\u2027", "\u202F", "\u205F", "\u2070", "\uFEFE", "שלום", "😀"})
    EXPECT_EQ(printable(shown), shown);
}

TEST(Table, AlignsColumnsAndCutsNothingWithoutATerminal) {
  Captured captured;
  Table table(captured.console, {{"N", true}, {"NAME", false, true}, {"END"}});
  table.row({{"1"}, {std::string(300, 'x')}, {"a"}});
  table.row({{"10"}, {"é"}, {"b"}});
  table.end();
  const std::string pad(299, ' ');
  EXPECT_EQ(captured.text(), " N  NAME" + std::string(296, ' ') + "  END\n 1  " + std::string(300, 'x') +
                                 "  a\n10  é" + pad + "  b\n");
}

TEST(Table, PrintsNoHeadingWithoutRows) {
  Captured captured;
  Table table(captured.console, {{"N"}});
  table.end();
  EXPECT_EQ(captured.text(), "");
}

TEST(Table, CutsAtWholeCharacters) {
  EXPECT_EQ(cut("abcdef", 6), "abcdef");
  EXPECT_EQ(cut("abcdef", 4), "abc…");
  EXPECT_EQ(cut("éééé", 3), "éé…");
}

TEST(Color, IsOnlyUsedWhenAskedForWithoutATerminal) {
  Captured captured;
  captured.console.set_color(ColorMode::automatic);
  EXPECT_EQ(captured.console.paint(Paint::bad, "x"), "x");
  captured.console.set_color(ColorMode::always);
  EXPECT_EQ(captured.console.paint(Paint::bad, "x"), "\x1b[31mx\x1b[0m");
}

TEST(Render, WritesNumbersAndTimesForPeople) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(counted(0, "event"), "0 events");
  EXPECT_EQ(counted(1, "event"), "1 event");
  EXPECT_EQ(counted(2000, "event"), "2,000 events");
  EXPECT_EQ(rough_duration(std::chrono::milliseconds{100}), "1s");
  EXPECT_EQ(rough_duration(std::chrono::seconds{200}), "3m20s");
  EXPECT_EQ(rough_duration(std::chrono::minutes{121}), "2h1m");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST(Render, NamesWhatARetryWasAbout) {
  RecordRow row;
  row.summary.emplace();
  row.summary->subject = "uid";
  EXPECT_EQ(record_cells(row)[4].text, "uid");
  row.retried = "raw/36";
  EXPECT_EQ(record_cells(row)[4].text, "raw/36");
}

TEST(ConsoleErrors, AreWordsAndTheTrailOnlyOnRequest) {
  const auto shown = [] {
    Captured captured;
    captured.console.error(Error{Errc::io, "cannot open x", "send > read"});
    std::fflush(captured.err);
    std::rewind(captured.err);
    std::string all(4096, '\0');
    all.resize(std::fread(all.data(), 1, all.size(), captured.err));
    return all;
  };
  EXPECT_EQ(shown(), "calsync: cannot open x\n");
  ::setenv("CALSYNC_DEBUG", "1", 1);
  EXPECT_EQ(shown(), "calsync: cannot open x (send > read)\n");
  ::unsetenv("CALSYNC_DEBUG");
}

TEST(JsonList, IsOneDocumentAlsoWhenEmpty) {
  Captured empty;
  JsonList(empty.console).end();
  EXPECT_EQ(empty.text(), "[]\n");
  Captured two;
  JsonList list(two.console);
  list.add(1);
  list.add(2);
  list.end();
  EXPECT_EQ(two.text(), "[\n1,\n2\n]\n");
}

}  // namespace
}  // namespace calsync::cli
