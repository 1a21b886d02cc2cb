#include "state/views/config_fold.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace calsync {
namespace {

namespace json = boost::json;

// Looks at one organisation, a minute apart.
class DriftLooks : public testing::Test {
 protected:
  // The events that the record makes: "drift_found a /x<00:00-01:00".
  std::string told(const std::string& body) {
    RawRecord record;
    record.source = RecordSource::apply;
    record.received = parse_instant("2026-11-20T00:00:00Z").value() + minute_++ * std::chrono::minutes(1);
    record.body = body;
    record.noted_version = version_;
    ViewTable table(views_);
    const Normalised out = fold_config(record, table, EventSequence{1});
    views_.apply(table.changes());
    std::string text;
    for (const EventRecord& event : out.events) text += in_short(event.value);
    return text;
  }
  std::string looked(const std::string& found, const std::string& passed = "") {
    return told(R"({"record":"drift.looked","found":[)" + found + R"(],"passedOver":[)" + passed + "]}");
  }
  std::string applied(const std::string& action, const std::string& pointer) {
    return told(R"({"record":"resource.applied","address":"team/a","action":")" + action +
                R"(","fields":{},"changes":[{"pointer":")" + pointer + R"(","from":1,"to":2}]})");
  }
  static std::string differs(std::initializer_list<const char*> pointers) {
    std::string changes;
    for (const char* pointer : pointers)
      changes +=
          std::string(changes.empty() ? "" : ",") + R"({"pointer":")" + pointer + R"(","from":1,"to":2})";
    return R"({"address":"team/a","kind":"team","changes":[)" + changes + "]}";
  }
  std::uint32_t version_ = 0;

 private:
  static std::string minute_of(const json::value& time) {
    return time.is_null() ? "never" : std::string(time.as_string().subview(14, 2));
  }
  static std::string in_short(const std::string& value) {
    const json::value event = json::parse(value);
    const json::object& config = event.at("config").as_object();
    std::string text = std::string(config.at("address").as_string()) + ":";
    if (config.if_contains("since") == nullptr)
      return text + " " + minute_of(config.at("lastClean")) + "-" + minute_of(config.at("firstDirty")) + "\n";
    if (!config.at("since").is_array()) return text + "\n";
    for (const json::value& one : config.at("since").as_array())
      text += " " + std::string(one.at("pointer").as_string()) + " " + minute_of(one.at("lastClean")) + "-" +
              minute_of(one.at("firstDirty"));
    return text + "\n";
  }

  MemoryViews views_;
  int minute_ = 0;
};

TEST_F(DriftLooks, EachFieldIsDatedByTheLastLookWithoutItAndTheFirstWithIt) {
  EXPECT_EQ(looked(""), "");                                       // 00
  EXPECT_EQ(looked(differs({"/name"})), "team/a: /name 00-01\n");  // 01
  EXPECT_EQ(looked(differs({"/name"})), "");                       // 02: no news
  EXPECT_EQ(looked(differs({"/bio", "/name"})), "team/a: /bio 02-03 /name 00-01\n");
  EXPECT_EQ(looked(differs({"/bio"})), "team/a: /bio 02-03\n");  // 04: the name is as it was again
  EXPECT_EQ(looked(differs({"/bio", "/name"})), "team/a: /bio 02-03 /name 04-05\n");
  EXPECT_EQ(looked(""), "team/a:\n");  // 06: gone
  EXPECT_EQ(looked(differs({"/bio"})), "team/a: /bio 06-07\n");
}

TEST_F(DriftLooks, WhatNobodyEverSawCleanSaysNever) {
  EXPECT_EQ(looked(differs({"/name"})), "team/a: /name never-00\n");
}

TEST_F(DriftLooks, WhatWasAppliedIsCleanFromThenOn) {
  EXPECT_EQ(applied("create", "/name"), "team/a:\n");  // 00
  EXPECT_EQ(looked(differs({"/bio", "/name"})), "team/a: /bio 00-01 /name 00-01\n");
  EXPECT_EQ(applied("update", "/name"), "team/a:\n");  // 02: the bio still differs
  EXPECT_EQ(looked(differs({"/bio", "/name"})), "team/a: /bio 00-01 /name 02-03\n");
  EXPECT_EQ(applied("create", "/name"), "team/a:\nteam/a:\n") << "done, and what differed is gone";
}

TEST_F(DriftLooks, WhatWasPassedOverIsNeitherCleanNorGone) {
  EXPECT_EQ(looked(""), "");                 // 00
  EXPECT_EQ(looked("", R"("team/a")"), "");  // 01: on hold
  EXPECT_EQ(looked("", R"("team/a")"), "");  // 02
  EXPECT_EQ(looked(differs({"/bio"})), "team/a: /bio 00-03\n");
  EXPECT_EQ(looked("", R"("team/a")"), "") << "it may differ still";
  EXPECT_EQ(looked(differs({"/bio"})), "");
  EXPECT_EQ(looked(""), "team/a:\n");  // 06
  EXPECT_EQ(looked(differs({"/bio"})), "team/a: /bio 06-07\n") << "looked at again since";
}

TEST_F(DriftLooks, ARecordOfAnEarlierVersionIsReadAsThatVersionReadIt) {
  version_ = 2;
  EXPECT_EQ(looked(""), "");
  EXPECT_EQ(looked(differs({"/name"})), "team/a: 00-01\n");
  EXPECT_EQ(looked(differs({"/bio", "/name"})), "team/a: 00-01\n");
  version_ = 0;
  EXPECT_EQ(looked(differs({"/bio", "/x"})), "team/a: /bio 00-01 /x 02-03\n")
      << "a bracket an address is that of its fields";
}

}  // namespace
}  // namespace calsync
