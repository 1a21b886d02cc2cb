// Names to addresses, with an end: the system's look-up can hang for as long as its servers are silent.
// Runs on:  the caller's thread; the look-up itself on one that is left behind when its time is over.
// Blocks:   until the look-up, `until` or a stop request.
// Fails:    timeout, cancelled, unavailable (no such name, or too many look-ups hang already).
#pragma once
#include "state/base/error.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace calsync {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
using LookUp =
    std::function<Endpoints(const std::string& host, std::uint16_t port, boost::system::error_code& code)>;
Endpoints system_look_up(const std::string& host, std::uint16_t port, boost::system::error_code& code);

Result<Endpoints> resolve(const std::string& host, std::uint16_t port,
                          std::chrono::steady_clock::time_point until, const std::stop_token& stop,
                          const LookUp& look_up = system_look_up);

}  // namespace calsync
