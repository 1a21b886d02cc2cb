// What an erasure took, as the control socket and `calsync forget --json` tell it. Pure.
#pragma once
#include "daemon/care/forget.hpp"

#include <boost/json/object.hpp>

namespace calsync {

// {"records":n,"events":n,"bookings":[UID…],"named":[{"uid","start":TIME|null,"role":host|attendee|earlier|text}…],
//  "rows":n,"namedInTheOpen":n,"upto":n,"subjectErased":n|null,"obstacles":[TEXT…]}
boost::json::object forget_json(const ForgetFacts& facts);
// Throws what Boost.JSON throws, where it is not so.
ForgetFacts forget_facts(const boost::json::object& told);

}  // namespace calsync
