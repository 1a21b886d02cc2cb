// Cause links (N12): what our own call to Cal.com provoked carries `ce_causedby`: "raw/<n>", the record of the call
// (daemon/calcom/recorded_api.hpp). Pure.
// Row `called/booking/<uid>` or `called/user/<id>` (time off): when the last such call was written down, and its
// number. A delivery or an API row that comes within ten minutes and makes an event of that booking, of one that
// it was rescheduled to, or of that person's time off, was provoked by it, as far as anybody can tell: Cal.com
// names no cause.
#pragma once
#include "state/views/folding.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace calsync {

// Of a record "call.intent"; nothing, where it is another one, or about something else.
void note_call(ViewTable& views, const RawRecord& record, const boost::json::object& said);

// Empty: none known.
std::string cause_of_booking(Folding& folding, const std::string& uid, const std::string& moved_from);
std::string cause_of_time_off(Folding& folding, const std::string& user);

}  // namespace calsync
