#include "daemon/cli/parse.hpp"

#include "state/base/roff.hpp"

#include <gmock/gmock.h>

namespace calsync::cli {
namespace {
using testing::HasSubstr;

std::variant<Parsed, Answered> parse_words(std::vector<const char*> words) {
  words.insert(words.begin(), "calsync");
  return parse(static_cast<int>(words.size()), words.data());
}
Answered answered(std::vector<const char*> words) {
  auto result = parse_words(std::move(words));
  const auto* answer = std::get_if<Answered>(&result);
  return answer ? *answer : Answered{Exit::failed, "", "it was parsed"};
}

TEST(CommandLine, TakesGlobalOptionsBeforeAndAfterTheCommand) {
  for (const auto& words : {std::vector<const char*>{"--json", "--settings", "x.yaml", "log", "list"},
                            {"log", "--json", "list", "--settings", "x.yaml"},
                            {"log", "list", "--settings=x.yaml", "--json"}}) {
    auto result = parse_words(words);
    const auto* parsed = std::get_if<Parsed>(&result);
    ASSERT_NE(parsed, nullptr) << std::get<Answered>(result).err;
    EXPECT_TRUE(parsed->globals.json);
    EXPECT_EQ(parsed->globals.settings, "x.yaml");
    EXPECT_FALSE(parsed->globals.yes);
  }
}

TEST(CommandLine, RefusesWrongWordsWith64AndAHint) {
  struct Row {
    std::vector<const char*> words;
    const char* hint;
  };
  for (const Row& row :
       {Row{{}, "calsync"},
        Row{{"stauts"}, "did you mean \"status\""},
        Row{{"forgo"}, "no command \"forgo\""},
        Row{{"log"}, "calsync"},
        Row{{"log", "lst"}, "did you mean \"list\""},
        Row{{"log", "list", "--limt", "3"}, "there is no option --limt; did you mean --limit?"},
        Row{{"log", "list", "--zzz", "--qqqq", "--jsn"},
            "there is no option --zzz, --qqqq, --jsn; did you mean --json?"},
        Row{{"status", "one", "two"}, "not expected here: one, two"},
        Row{{"--generate-completion", "nushell"}, "--generate-completion"},
        Row{{"log", "list", "--limit", "many"}, "--limit"},
        Row{{"log", "list", "--all", "--limit", "3"}, "--all"},
        Row{{"log", "show"}, "SEQUENCE"},
        Row{{"log", "show", "0"}, "SEQUENCE"},
        Row{{"log", "retry"}, "SEQUENCE or --all"},
        Row{{"log", "replay"}, "--to-topic-suffix or --to-file"},
        Row{{"log", "replay", "--to-file", ""}, "--to-file"},
        Row{{"log", "replay", "--to-file="}, "--to-file"},
        Row{{"log", "replay", "--to-file", "", "--yes"}, "--to-file"},
        Row{{"log", "replay", "--to-file=", "--yes"}, "--to-file"},
        Row{{"log", "replay", "--to-topic-suffix", ""}, "--to-topic-suffix"},
        Row{{"log", "replay", "--to-topic-suffix", ".x", "--to-file", "f"}, "--to-file"},
        Row{{"send"}, "FILE or --ping"},
        Row{{"send", "--rate", "-1", "x"}, "--rate: -1 is not a number above 0"},
        Row{{"send", "--header", "bad", "x"}, "--header: is 'Name: value'"},
        Row{{"send", "--secret", "plainliteral", "x"}, "--secret"},
        Row{{"send", "--url", "ftp://x", "x"}, "--url: not a usable URL"},
        Row{{"send", "--timeout", "soon", "x"}, "--timeout"},
        Row{{"send", "--repeat", "0", "x"}, "--repeat: 0 is not a whole number from 1 to 10000000"},
        Row{{"log", "list", "--limit", "x"}, "--limit: x is not a whole number"},
        Row{{"log", "list", "-n", "-1"}, "-1 is not a whole number"},
        Row{{"log", "list", "--from-seq", "-3"}, "--from-seq: -3 is not a whole number"},
        Row{{"log", "list", "--to-seq", "99999999999999999999"}, "--to-seq"},
        Row{{"log", "tail", "-n", "-1"}, "-1 is not a whole number"},
        Row{{"log", "show", "0"}, "0 is not a whole number from 1"},
        Row{{"log", "list", "--since", "yesterday"}, "--since: not a time"},
        Row{{"log", "replay", "--to-file", "x", "--until", "2026-02-30"}, "--until: there is no day"},
        Row{{"log", "list", "--outcome", "bogus"}, "--outcome: is one of event"},
        Row{{"log", "list", "--events", "--topic", "nope"}, "--topic: is one of bookings"},
        Row{{"log", "tail", "--topic", "nope"}, "--topic: is one of bookings"},
        Row{{"log", "list", "--topic", "bookings"}, "--topic: needs --events"},
        Row{{"log", "list", "--type", "booking.*"}, "--type: needs --events"},
        Row{{"log", "list", "--key", "k"}, "--key: needs --events"},
        Row{{"log", "list", "--events", "--outcome", "event"}, "--outcome: only without --events"},
        Row{{"log", "replay", "--to-topic-suffix", "--yes"}, "a suffix does not begin with -"},
        Row{{"log", "replay", "--to-topic-suffix", "/x"}, "--to-topic-suffix: a suffix is"},
        Row{{"log", "lst"}, "See: calsync log --help"},
        Row{{"log", "list", "--nosuch"}, "See: calsync log list --help"},
        Row{{"status", "--color", "pink"}, "--color"},
        Row{{"status", "extra"}, "extra"}}) {
    const Answered answer = answered(row.words);
    EXPECT_EQ(answer.exit, Exit::usage) << row.hint;
    EXPECT_EQ(answer.out, "") << row.hint;
    EXPECT_THAT(answer.err, HasSubstr(row.hint));
  }
}

TEST(CommandLine, HelpsOnStandardOutputWithZero) {
  for (const auto& words : {std::vector<const char*>{"--help"}, {"log", "--help"}, {"log", "list", "-h"}}) {
    const Answered answer = answered(words);
    EXPECT_EQ(answer.exit, Exit::done);
    EXPECT_EQ(answer.err, "");
  }
  EXPECT_THAT(answered({"--help"}).out, HasSubstr("send"));
  EXPECT_THAT(answered({"log", "list", "-h"}).out, HasSubstr("--since"));
  EXPECT_THAT(answered({"log", "list", "-h"}).out, HasSubstr("Usage: calsync log list"));
  EXPECT_THAT(answered({"log", "list", "-h"}).out, HasSubstr("taken into the log"));
  EXPECT_THAT(answered({"send", "-h"}).out, HasSubstr("Usage: calsync send"));
  EXPECT_THAT(answered({"--version"}).out, testing::StartsWith("calsync 0."));
}

TEST(CommandTable, IsWhatManPageAndCompletionsAreMadeOf) {
  const std::string man = man_page(), bash = completion("bash");
  for (const auto& command : commands()) {
    std::string heading(command.path);
    EXPECT_THAT(man, HasSubstr(".SS \"calsync " + roff::escaped(heading) + "\""));
    EXPECT_THAT(bash, HasSubstr("\"" + heading + "\") words="));
  }
  EXPECT_THAT(completion("zsh"), testing::StartsWith("#compdef calsync"));
}

}  // namespace
}  // namespace calsync::cli
