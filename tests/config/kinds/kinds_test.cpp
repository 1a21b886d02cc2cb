#include "config/kinds/kind.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace calsync {
namespace {

void check_fields(const std::vector<Field>& fields, const std::string& where) {
  std::set<std::string_view> names;
  for (const Field& field : fields) {
    const std::string here = where + "/" + std::string(field.name);
    EXPECT_TRUE(names.insert(field.name).second) << here << " is there twice";
    boost::system::error_code bad;
    if (!field.fallback.empty()) boost::json::parse(field.fallback, bad);
    EXPECT_FALSE(bad) << here << ": the fallback is not JSON";
    EXPECT_EQ(field.type == FieldType::list, field.members.size() == 1 && field.type != FieldType::object)
        << here << ": a list says what each of its elements is";
    EXPECT_EQ(field.order == ListOrder::keyed || field.order == ListOrder::defaults, !field.key.empty())
        << here;
    if (!field.key.empty()) {
      EXPECT_NE(find_field(field.members.at(0).members, field.key), nullptr) << here << ": no such key";
    }
    EXPECT_TRUE(field.form == TextForm::any || field.type == FieldType::text) << here;
    if (field.type == FieldType::list && field.members.size() == 1)
      check_fields(field.members.at(0).members, here);
    else
      check_fields(field.members, here);
  }
}

// "{team|user}/{slug}" → team, user, slug
std::vector<std::string> named_in(std::string_view address) {
  std::vector<std::string> names;
  bool inside = false;
  for (const char c : address) {
    if (c == '{' || (inside && c == '|')) names.emplace_back();
    if (c == '{' || c == '}')
      inside = c == '{';
    else if (inside && c != '|')
      names.back() += c;
  }
  return names;
}

TEST(Kinds, AreEachWholeAndSound) {
  std::set<std::string_view> names, sections;
  for (const ResourceKind* kind : all_kinds()) {
    const std::string name(kind->name);
    EXPECT_TRUE(names.insert(kind->name).second) << name;
    EXPECT_TRUE(kind->section.empty() || sections.insert(kind->section).second) << name;
    EXPECT_FALSE(kind->about.empty()) << name;
    EXPECT_FALSE(kind->api.list.empty()) << name << ": what is live cannot be known";
    EXPECT_EQ(kind->api.create.empty(), kind->api.update.empty()) << name;
    EXPECT_EQ(std::ranges::count(kind->removals, Removal::disable) > 0, !kind->disable.empty()) << name;
    for (const std::string& named : named_in(kind->address))
      EXPECT_NE(find_field(kind->fields, named), nullptr) << name << " has no field " << named;
    check_fields(kind->fields, name);
  }
}

TEST(Kinds, StandBehindWhatTheyNeed) {
  std::set<std::string_view> before;
  for (const ResourceKind* kind : all_kinds()) {
    for (const auto need : kind->needs)
      EXPECT_EQ(before.count(need), 1U)
          << kind->name << " needs " << need << ", which comes later, is unknown, or needs it";
    before.insert(kind->name);
  }
}

TEST(Kinds, AreTheSectionsOfTheConfiguration) {
  for (const auto* section : {"teams", "schedules", "users", "eventTypes", "workflows", "webhooks",
                              "outOfOffice", "integrations", "attributes"})
    EXPECT_NE(find_section(section), nullptr) << section;
  EXPECT_EQ(find_section(""), nullptr);
  EXPECT_EQ(find_kind("eventType"), find_section("eventTypes"));
}

// CONTRACT §5: it destroys the person's booking history.
TEST(Kinds, NeverDeleteAnAccount) {
  const ResourceKind* user = find_kind("user");
  ASSERT_NE(user, nullptr);
  EXPECT_TRUE(user->api.remove.empty());
  EXPECT_EQ(user->removals, std::vector{Removal::keep});
}

}  // namespace
}  // namespace calsync
