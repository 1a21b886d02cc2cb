#include "state/base/log.hpp"

#include "state/base/log_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace calsync::log {
namespace {

std::string json_message(std::string_view message) {
  return render(Form::json, Level::info, "T", message, {});
}

TEST(LogLine, HasTheFormOfItsReader) {
  const std::initializer_list<Field> fields = {field("sequence", std::uint64_t{18446744073709551615U}),
                                               field("n", -3), field("ok", true), field("share", 0.5),
                                               field("who", "a \"b\"")};
  EXPECT_EQ(render(Form::json, Level::warning, "2026-11-20T09:30:00.000Z", "kept", fields),
            R"({"at":"2026-11-20T09:30:00.000Z","level":"warning","message":"kept",)"
            R"("sequence":18446744073709551615,"n":-3,"ok":true,"share":0.5,"who":"a \"b\""})");
  EXPECT_EQ(render(Form::journal, Level::error, "T", "kept", fields),
            R"(<3>kept sequence=18446744073709551615 n=-3 ok=true share=0.5 who="a \"b\"")");
  EXPECT_EQ(render(Form::text, Level::debug, "T", "kept", {}), "T debug kept");
  EXPECT_EQ(render(Form::journal, Level::info, "T", "x", {}), "<6>x");
  EXPECT_EQ(render(Form::journal, Level::warning, "T", "x", {}), "<4>x");
  EXPECT_EQ(render(Form::journal, Level::debug, "T", "x", {}), "<7>x");
}

TEST(LogLine, StaysOneLineWhateverIsInTheText) {
  for (const Form form : {Form::json, Form::journal, Form::text}) {
    const std::string line = render(form, Level::info, "T", "a\nb\r\0c\x7f", {field("f", "x\ny")});
    for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
  }
  EXPECT_EQ(render(Form::journal, Level::info, "T", "a\n<0>b", {}), "<6>a\\u000a<0>b");
}

TEST(LogLine, ReplacesWhatIsNotUtf8) {
  const std::string mark = "\xEF\xBF\xBD";
  const std::pair<std::string, std::string> cases[] = {
      {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
       "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},  // well-formed: 2, 3, 4 bytes
      {"\xC3", mark},
      {"a\xFFz", "a" + mark + "z"},
      {"\xC0\xAF", mark + mark},                        // overlong
      {"\xE0\x80\xAF", mark + mark + mark},             // overlong
      {"\xED\xA0\x80", mark + mark + mark},             // surrogate
      {"\xF4\x90\x80\x80", mark + mark + mark + mark},  // above U+10FFFF
      {"\xE2\x82", mark + mark},                        // cut short
      {"\x80", mark},
  };
  for (const auto& [text, shown] : cases)
    EXPECT_EQ(json_message(text), R"({"at":"T","level":"info","message":")" + shown + "\"}");
}

TEST(LogLine, HasNoNumberThatJsonDoesNotKnow) {
  EXPECT_EQ(render(Form::json, Level::info, "T", "x", {field("v", std::numeric_limits<double>::infinity())}),
            R"({"at":"T","level":"info","message":"x","v":null})");
  EXPECT_EQ(render(Form::json, Level::info, "T", "x", {field("v", std::numeric_limits<double>::quiet_NaN())}),
            R"({"at":"T","level":"info","message":"x","v":null})");
}

TEST(Log, CutsKnownSecretsOutOfMessagesAndFields) {
  hide(Secret("canary-plain"));
  hide(Secret("canary-plain-and-longer"));  // the shorter one must not leave its end readable
  hide(Secret("can\"ary\\quoted\n"));
  hide(Secret("abc"));  // too short to be hidden
  start(Form::json, Level::info);
  testing::internal::CaptureStderr();
  info("got canary-plain twice canary-plain",
       {field("a", "x canary-plain-and-longer y"), field("b", "can\"ary\\quoted\n"),
        field("c", R"({"v":"can\"ary\\quoted\u000a"})"), field("d", "abc")});
  debug("below the level", {});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.find("canary"), std::string::npos) << line;
  EXPECT_EQ(line.find("longer"), std::string::npos) << line;
  EXPECT_EQ(line.find("quoted"), std::string::npos) << line;
  EXPECT_EQ(line.find("below"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("message":"got *** twice ***","a":"x *** y","b":"***")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("d":"abc")"), std::string::npos) << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

}  // namespace
}  // namespace calsync::log
