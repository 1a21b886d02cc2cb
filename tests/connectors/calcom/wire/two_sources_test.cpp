// The same booking told by webhook and by the API, as a running Cal.com told both (CONTRACT §16): in either order one event.
#include "connectors/calcom/wire/poll_record.hpp"
#include "connectors/calcom/wire/read_delivery.hpp"
#include "state/views/fold.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace calsync {
namespace {

namespace json = boost::json;

struct Pair {
  std::string name, webhook, row;
};

json::object parsed(const std::string& text) {
  return json::parse(text).as_object();
}

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Rows of bookings anywhere in the recorded answers.
void collect(const json::value& value, std::vector<json::object>& rows) {
  if (const auto* array = value.if_array())
    for (const auto& one : *array) collect(one, rows);
  const auto* object = value.if_object();
  if (object == nullptr) return;
  if (object->contains("uid") && object->contains("hosts") && object->contains("updatedAt")) {
    rows.push_back(*object);
    return;
  }
  for (const auto& member : *object) collect(member.value(), rows);
}

std::vector<json::object> recorded_rows() {
  std::vector<json::object> rows;
  std::ifstream in("tests/fixtures/calcom/recorded.jsonl");
  for (std::string line; std::getline(in, line);) {
    const auto exchange = parsed(line);
    if (const auto* answer = exchange.if_contains("answer")) collect(*answer, rows);
  }
  return rows;
}

Instant at(const json::object& object, std::string_view name) {
  const auto instant = parse_instant(text_of(object, name));
  return instant ? *instant : Instant{};
}

// The row as it was when the delivery was sent: same status, same time, same host.
bool tells_the_same(const json::object& payload, const json::object& row) {
  std::string status = text_of(payload, "status");
  for (char& c : status) c = static_cast<char>(std::tolower(c));
  const auto& hosts = row.at("hosts").as_array();
  const bool same_host =
      !hosts.empty() && payload.contains("organizer") &&
      text_of(hosts.front().as_object(), "email") == text_of(payload.at("organizer").as_object(), "email");
  return text_of(payload, "uid") == text_of(row, "uid") && status == text_of(row, "status") &&
         at(payload, "startTime") == at(row, "start") && at(payload, "endTime") == at(row, "end") &&
         text_of(payload, "title") == text_of(row, "title") && same_host &&
         text_of(payload, "rescheduleUid") == text_of(row, "rescheduledFromUid");
}

std::vector<Pair> pairs() {
  std::vector<Pair> out;
  const auto rows = recorded_rows();
  for (const auto& entry : std::filesystem::directory_iterator("tests/fixtures/recorded")) {
    if (entry.path().extension() != ".raw") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const auto body = parsed(text.str());
    const auto* payload = body.if_contains("payload");
    if (payload == nullptr || !text_of(body, "triggerEvent").starts_with("BOOKING_")) continue;
    for (const auto& row : rows)
      if (tells_the_same(payload->as_object(), row))
        out.push_back({entry.path().stem().string() + " and row updated " + text_of(row, "updatedAt"),
                       text.str(), json::serialize(row)});
  }
  return out;
}

class Reader {
 public:
  std::vector<EventRecord> webhook(const std::string& body) {
    return take(RecordSource::webhook, body, read_delivery(body, "application/json"));
  }
  std::vector<EventRecord> poll(const std::string& row) {
    const std::string body = booking_record(now_, false, row);
    return take(RecordSource::poll, body, read_poll_record(body));
  }
  MemoryViews views;

 private:
  std::vector<EventRecord> take(RecordSource source, const std::string& body, const Observation& seen) {
    RawRecord record;
    record.sequence = RawSequence{++records_};
    record.source = source;
    record.body = body;
    record.received = now_;
    ViewTable table(views);
    auto out = fold(record, seen, table, EventSequence{events_ + 1});
    EXPECT_NE(out.summary.outcome, RecordOutcome::quarantined) << out.summary.reason;
    views.apply(table.take());
    events_ += out.events.size();
    return std::move(out.events);
  }
  std::uint64_t records_ = 0, events_ = 0;
  Instant now_ = *parse_instant("2026-11-21T13:00:00.000Z");
};

std::string types(const std::vector<EventRecord>& events) {
  std::string out;
  for (const auto& event : events)
    out += event.type + " " + event.value.substr(event.value.find("\"changes\"")) + "\n";
  return out;
}

TEST(TwoSources, APollAfterTheWebhookTellsNothingNew) {
  const auto all = pairs();
  ASSERT_GE(all.size(), 8U) << "the recording holds such pairs";
  for (const Pair& pair : all) {
    SCOPED_TRACE(pair.name);
    Reader reader;
    EXPECT_EQ(reader.webhook(pair.webhook).size(), 1U);
    EXPECT_EQ(types(reader.poll(pair.row)), "");
  }
}

TEST(TwoSources, AWebhookAfterThePollTellsNothingNew) {
  for (const Pair& pair : pairs()) {
    SCOPED_TRACE(pair.name);
    Reader reader;
    EXPECT_EQ(reader.poll(pair.row).size(), 1U);
    EXPECT_EQ(types(reader.webhook(pair.webhook)), "");
  }
}

}  // namespace
}  // namespace calsync
