// The words of Cal.com's error envelope, safe to print. Pure.
#pragma once
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace calsync {

// `error`: the envelope's member, or the bare {statusCode, message} that some answers are.
// A 400's details repeat the whole body that was sent: only which field, and what is wrong with it, is taken.
// What the words repeat of `sent` is cut but for names of kinds, times and zones; so are addresses and secrets.
std::string safe_error_message(const boost::json::object& error, std::string_view sent);

}  // namespace calsync
