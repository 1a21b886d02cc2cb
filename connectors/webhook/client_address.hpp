// Who is at the other end: the address that limits count by, and the proxies whose word about it is taken.
// Pure.
// Runs on:  any thread.
// Blocks:   never.
// Fails:    of(): rejected, for a proxy that is no address or network.
#pragma once
#include "state/base/error.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <array>
#include <string_view>
#include <vector>

namespace calsync {

using Address = boost::asio::ip::address;

// An IPv4 address, or an IPv6 /64: one household or server has all of that network to itself.
struct ClientKey {
  std::array<unsigned char, 16> bytes{};
  bool operator==(const ClientKey&) const = default;
};
struct ClientKeyHash {
  std::size_t operator()(const ClientKey& key) const noexcept;
};
ClientKey client_key(const Address& address);
Address plain_address(const Address& address);  // ::ffff:192.0.2.1 is 192.0.2.1

class TrustedProxies {
 public:
  // "10.0.0.1", "10.0.0.0/8", "fd00::/8".
  static Result<TrustedProxies> of(const std::vector<std::string>& proxies);
  [[nodiscard]] bool trusts(const Address& address) const;
  // The last hop that is not ours, reading X-Forwarded-For from its end; what stands before it the client may
  // have made up. `forwarded`: the values of all those fields in order. Nothing readable there: `peer`.
  [[nodiscard]] Address client_behind(const Address& peer,
                                      const std::vector<std::string_view>& forwarded) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace calsync
