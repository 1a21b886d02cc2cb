// Records and events as JSON objects and as table rows: the same words in every command. Pure.
#pragma once
#include "daemon/admin/event_object.hpp"
#include "daemon/cli/scan.hpp"
#include "daemon/cli/table.hpp"

#include <boost/json/value.hpp>

namespace calsync::cli {

boost::json::object to_json(const RecordRow& row);               // without its body
inline boost::json::object to_json(const StoredEvent& stored) {  // without its value
  return event_object(stored);
}
Result<boost::json::value> value_of(const StoredEvent& stored);  // null where it was erased.  Fails: corrupt
// A body as text where it is UTF-8 ("body"), else base64 ("bodyBase64"); null where it was erased.
void add_body(boost::json::object& to, const std::optional<std::string>& body);
std::string base64(std::string_view bytes);

std::vector<Column> record_columns();
std::vector<Cell> record_cells(const RecordRow& row);
std::vector<Column> event_columns();
std::vector<Cell> event_cells(const EventRecord& event, Instant received);  // by the log
Paint paint_of(const std::optional<RecordSummary>& summary);
std::string outcome_text(const std::optional<RecordSummary>& summary);  // "pending" where it was not read yet
std::string short_time(Instant instant);                                // "2026-11-20 09:30:00", UTC
std::string sequences_of(const std::vector<StoredEvent>& events);       // "17", "17-19", "-"

// One JSON array on standard output, element by element.
class JsonList {
 public:
  explicit JsonList(Console& console) : console_(console) {}
  void add(const boost::json::value& element);
  void end();

 private:
  Console& console_;
  bool empty_ = true;
};

}  // namespace calsync::cli
