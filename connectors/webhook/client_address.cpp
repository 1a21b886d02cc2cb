#include "connectors/webhook/client_address.hpp"

#include <algorithm>
#include <optional>

namespace calsync {
namespace {

namespace ip = boost::asio::ip;

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711"
std::optional<Address> hop_address(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.size() > 64) return std::nullopt;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    text = text.substr(1, end - 1);
  } else if (text.find(':') == text.rfind(':')) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code ec;
  const Address address = ip::make_address(std::string(text), ec);
  if (ec) return std::nullopt;
  return plain_address(address);
}

}  // namespace

Address plain_address(const Address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

ClientKey client_key(const Address& address) {
  ClientKey key;
  const Address plain = plain_address(address);
  if (plain.is_v4()) {
    const auto bytes = ip::make_address_v6(ip::v4_mapped, plain.to_v4()).to_bytes();
    std::ranges::copy(bytes, key.bytes.begin());
  } else {
    const auto bytes = plain.to_v6().to_bytes();
    std::copy_n(bytes.begin(), 8, key.bytes.begin());
  }
  return key;
}

std::size_t ClientKeyHash::operator()(const ClientKey& key) const noexcept {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()});
}

Result<TrustedProxies> TrustedProxies::of(const std::vector<std::string>& proxies) {
  TrustedProxies out;
  for (const std::string& text : proxies) {
    boost::system::error_code ec;
    const std::size_t slash = text.find('/');
    const Address address = ip::make_address(text.substr(0, slash), ec);
    const std::string whole = slash == std::string::npos ? text + (address.is_v4() ? "/32" : "/128") : text;
    if (!ec && address.is_v4()) {
      out.v4_.push_back(ip::make_network_v4(whole, ec).canonical());
    } else if (!ec) {
      out.v6_.push_back(ip::make_network_v6(whole, ec).canonical());
    }
    if (ec)
      return Error{Errc::rejected,
                   "trusted proxy \"" + text + "\" is no address or network, such as 10.0.0.7 or 10.0.0.0/8"};
  }
  return out;
}

bool TrustedProxies::trusts(const Address& address) const {
  const Address plain = plain_address(address);
  if (plain.is_v4())
    return std::ranges::any_of(v4_, [&](const ip::network_v4& net) {
      return ip::network_v4(plain.to_v4(), net.prefix_length()).canonical() == net;
    });
  return std::ranges::any_of(v6_, [&](const ip::network_v6& net) {
    return ip::network_v6(plain.to_v6(), net.prefix_length()).canonical() == net;
  });
}

Address TrustedProxies::client_behind(const Address& peer,
                                      const std::vector<std::string_view>& forwarded) const {
  Address last = plain_address(peer);
  for (std::size_t i = forwarded.size(); i-- > 0;) {
    std::string_view rest = forwarded[i];
    while (trusts(last)) {
      const std::size_t comma = rest.rfind(',');
      const auto hop = hop_address(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      if (!hop) return last;  // what no address can be read from, nothing before it can be believed either
      last = *hop;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
  return last;
}

}  // namespace calsync
