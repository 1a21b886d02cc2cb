#include "daemon/cli/render.hpp"

#include "daemon/cli/deep_json.hpp"
#include "state/base/utf8.hpp"

#include <boost/json.hpp>

namespace calsync::cli {

namespace json = boost::json;

namespace {
json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string subject_of(const RecordRow& row) {
  if (!row.retried.empty()) return row.retried;
  return row.summary ? row.summary->subject : "";
}
}  // namespace

json::object to_json(const RecordRow& row) {
  json::array events;
  for (const auto& stored : row.events)
    events.push_back(json::object{{"sequence", stored.event.sequence.value()},
                                  {"topic", to_text(stored.event.topic)},
                                  {"type", stored.event.type}});
  json::object object{{"sequence", row.record.sequence.value()},
                      {"received", to_text(row.record.received)},
                      {"source", to_text(row.record.source)},
                      {"sourceId", text_or_null(row.record.source_id.value())},
                      {"contentType", text_or_null(row.record.content_type)},
                      {"bytes", row.bytes},
                      {"outcome", outcome_text(row.summary)}};
  object["trigger"] = row.summary ? text_or_null(row.summary->trigger) : nullptr;
  object["subject"] = text_or_null(subject_of(row));
  object["reason"] = row.summary ? text_or_null(row.summary->reason) : nullptr;
  object["events"] = std::move(events);
  object["hash"] = to_hex(row.record.hash);
  return object;
}

Result<json::value> value_of(const StoredEvent& stored) {
  if (stored.event.erased) return json::value(nullptr);
  return parse_deep_json(stored.event.value);
}

void add_body(json::object& to, const std::optional<std::string>& body) {
  if (!body)
    to["body"] = nullptr;
  else if (is_utf8(*body))
    to["body"] = *body;
  else
    to["bodyBase64"] = base64(*body);
}

std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j)
      word = word << 8U | (j < here ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= here ? digits[word >> (18U - 6U * j) & 0x3FU] : '=';
  }
  return out;
}

std::string short_time(Instant instant) {
  std::string text = to_text(instant).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string outcome_text(const std::optional<RecordSummary>& summary) {
  return summary ? to_text(summary->outcome) : "pending";
}

Paint paint_of(const std::optional<RecordSummary>& summary) {
  if (!summary) return Paint::dim;
  switch (summary->outcome) {
    case RecordOutcome::event:
      return Paint::good;
    case RecordOutcome::quarantined:
      return Paint::bad;
    case RecordOutcome::erased:
      return Paint::warn;
    case RecordOutcome::no_change:
    case RecordOutcome::nothing:
      break;
  }
  return Paint::plain;
}

std::string sequences_of(const std::vector<StoredEvent>& events) {
  if (events.empty()) return "-";
  const std::string first = std::to_string(events.front().event.sequence.value());
  return events.size() == 1 ? first : first + "-" + std::to_string(events.back().event.sequence.value());
}

std::vector<Column> record_columns() {
  return {{"SEQUENCE", true},       {"RECEIVED (UTC)"}, {"SOURCE"}, {"TRIGGER", false, true},
          {"SUBJECT", false, true}, {"OUTCOME"},        {"EVENTS"}};
}

std::vector<Cell> record_cells(const RecordRow& row) {
  const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  std::string source = to_text(row.record.source);
  if (!row.record.source_id.value().empty()) source += "/" + row.record.source_id.value();
  return {{std::to_string(row.record.sequence.value())},
          {short_time(row.record.received)},
          {std::move(source)},
          {row.summary ? or_dash(row.summary->trigger) : "-"},
          {or_dash(subject_of(row))},
          {outcome_text(row.summary), paint_of(row.summary)},
          {sequences_of(row.events)}};
}

std::vector<Column> event_columns() {
  return {{"SEQUENCE", true}, {"RECEIVED (UTC)"},   {"OCCURRED (UTC)"},       {"TOPIC"},
          {"TYPE"},           {"KEY", false, true}, {"SUBJECT", false, true}, {"RAW", true}};
}

std::vector<Cell> event_cells(const EventRecord& event, Instant received) {
  return {{std::to_string(event.sequence.value())},
          {short_time(received)},
          {short_time(event.time)},
          {to_text(event.topic)},
          {event.type, event.erased ? Paint::warn : Paint::plain},
          {event.key.value()},
          {event.subject},
          {std::to_string(event.raw.value())}};
}

void JsonList::add(const json::value& element) {
  console_.answer(empty_ ? "[\n" : ",\n");
  console_.answer(json::serialize(element));
  empty_ = false;
}

void JsonList::end() {
  console_.answer(empty_ ? "[]\n" : "\n]\n");
}

}  // namespace calsync::cli
