// The server side of TLS: a certificate and its key from PEM files, checked before they are used.
// Owner:    who listens; a reload makes a new one, connections keep the one they began with.
// Runs on:  any thread.
// Blocks:   on two small files.
// Promises: TLS ≥ 1.2, forward secrecy only, ALPN http/1.1.
// Fails:    not_found, rejected: with the file's name and the cure; never with anything of the key.
#pragma once
#include "state/base/error.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace calsync {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// `certificate`: the chain, leaf first.
Result<TlsContext> load_server_tls(const std::string& certificate, const std::string& private_key);

}  // namespace calsync
