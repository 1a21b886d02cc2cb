// What people do in Cal.com's web page and no API can: most of it is told to nobody (CONTRACT §11.8). Served below /sandbox/, which
// is the sandbox's own and no part of Cal.com.
#pragma once
#include "connectors/calcom/sandbox/routes.hpp"

#include <string_view>

namespace calsync::sandbox {

using Body = boost::json::object;

Answer change_location(World& world, std::string_view uid, const Body& body);  // {location}
Answer add_guests(World& world, std::string_view uid, const Body& body);       // {guests: [e-mail]}
Answer move_to_past(World& world, std::string_view uid);                       // ended before now
Answer delete_booking(World& world, std::string_view uid);                     // its row is gone
// {email, start, end, reason?, notes?, toEmail?}, dates; with {id} an entry is edited. OOO_CREATED either way.
Answer set_out_of_office(World& world, const Body& body);
Answer delete_out_of_office(World& world, std::int64_t id);

}  // namespace calsync::sandbox
