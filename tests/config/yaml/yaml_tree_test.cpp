#include "config/yaml/yaml_tree.hpp"

#include <gtest/gtest.h>

namespace calsync {
namespace {

struct Errors {
  std::vector<std::string> all;  // "LINE: what"
  YamlReport report = [this](int line, int /*column*/, const std::string& what) {
    all.push_back(std::to_string(line) + ": " + what);
  };
};

// "LINE: what" of the only error.
std::string error_in(std::string_view text) {
  Errors errors;
  parse_yaml(text, errors.report);
  return errors.all.size() == 1 ? errors.all.front() : std::to_string(errors.all.size()) + " errors";
}

TEST(YamlTree, KeepsLinesQuotesAndOrder) {
  Errors errors;
  const YamlNode root = parse_yaml("b: 42\na:\n  - \"42\"\n  - {x: ~}\n", errors.report);
  ASSERT_TRUE(errors.all.empty());
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_EQ(root.members[0].key, "b");
  EXPECT_FALSE(root.members[0].value.quoted);
  const YamlNode& list = root.members[1].value;
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_TRUE(list.items[0].quoted);
  EXPECT_EQ(list.items[0].line, 3);
  EXPECT_EQ(list.items[0].column, 5);
  EXPECT_EQ(list.items[1].members[0].value.kind, YamlNode::Kind::null);
  EXPECT_EQ(list.items[1].members[0].line, 4);
}

TEST(YamlTree, ReadsJson) {
  Errors errors;
  const YamlNode root = parse_yaml(R"({"log": {"path": "/x\u002fy"}})", errors.report);
  ASSERT_TRUE(errors.all.empty());
  EXPECT_EQ(root.members.at(0).value.members.at(0).value.text, "/x/y");
}

TEST(YamlTree, RefusesWhatYamlCanDoAndSettingsNeedNot) {
  EXPECT_EQ(error_in("a: &x 1\n"),
            "1: anchors (&name) are not allowed: write the value out where it is wanted");
  EXPECT_EQ(error_in("a: 1\nb: !!str 1\n"), "2: tags (!name) are not allowed: leave it out");
  EXPECT_EQ(error_in("a: 1\n\na: 2\n"), "3: the key a is here twice: it is already in line 1");
  EXPECT_EQ(error_in("[a, b]: 1\n"), "1: a key must be plain text");
  EXPECT_EQ(error_in("a: 1\n---\nb: 1\n"), "2: a second document begins here: one file is one document");
  EXPECT_EQ(error_in("a: 1\nb: \x04\nc: 3\n"), "2: a control character: the file must be plain UTF-8 text");
  EXPECT_EQ(error_in(std::string_view("a: \0", 4)),
            "1: a control character: the file must be plain UTF-8 text");
  EXPECT_EQ(error_in("a: [1, 2\nb: 3\n").substr(3, 8), "not YAML");
  EXPECT_EQ(error_in(std::string(40, '[')), "1: nested too deeply for a settings file");
  EXPECT_EQ(error_in(std::string(1024 * 1024 + 1, ' ')),
            "0: the file is larger than 1 MiB: too much for a settings file");
  EXPECT_EQ(error_in("a: *x\n").substr(3, 8), "not YAML") << "an alias to nothing";
}

TEST(YamlTree, RefusesAnAliasBomb) {
  Errors errors;
  parse_yaml("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", errors.report);
  EXPECT_EQ(errors.all.size(), 7U);
}

TEST(YamlTree, IsBoundedForAnyFileOfAllowedSize) {
  EXPECT_EQ(error_in(std::string(1024 * 1024, '[')), "1: nested too deeply for a settings file");
  EXPECT_EQ(error_in(std::string(1024 * 1024, '{')), "1: nested too deeply for a settings file");
  std::string list;
  while (list.size() < 1024 * 1024 - 4) list += "- \n";
  EXPECT_EQ(error_in(list).substr(error_in(list).find(' ')), " too many values for a settings file");
}

}  // namespace
}  // namespace calsync
